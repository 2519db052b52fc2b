/** Rules as plain functions: the reference that every other engine's winners are compared with. */
import { parsePattern } from "./rules.mjs";

/** One condition as a function over the lower-case copy of a patch or device. */
export function compileCondition({ key, values, not }) {
  const test = compileTest(key, values);
  return not ? (subject) => !test(subject) : test;
}

function compileTest(key, values) {
  if (key === "cvssAtLeast") return (subject) => subject.cvss10 >= values[0] * 10;
  if (key === "kev") return (subject) => subject.kev === values[0];
  const tests = values.map(compilePattern);
  if (key === "tags") return (subject) => subject.tags.some((tag) => tests.some((test) => test(tag)));
  return (subject) => tests.some((test) => test(subject[key]));
}

function compilePattern(value) {
  const { kind, text } = parsePattern(value);
  if (kind === "part") return (subject) => subject.includes(text);
  if (kind === "prefix") return (subject) => subject.startsWith(text);
  return (subject) => subject === text;
}

/** A rule as two functions: one over patches, one over devices. */
export function compileRule(rule) {
  const onPatch = rule.conditions.filter((c) => c.side === "patch").map(compileCondition);
  const onDevice = rule.conditions.filter((c) => c.side === "device").map(compileCondition);
  return {
    matchesPatch: (patch) => onPatch.every((test) => test(patch)),
    matchesDevice: (device) =>
      (rule.rings === null || rule.rings.includes(device.ring)) && onDevice.every((test) => test(device)),
  };
}

/** Index of the winning rule per (class, patch), -1 for none, computed where it is first asked for. */
export function createWinners(rules, classes, patches) {
  const compiled = rules.map(compileRule);
  const patchBits = compiled.map((rule) =>
    Uint8Array.from(patches, (p) => (rule.matchesPatch(p.lower) ? 1 : 0)),
  );
  const classRules = classes.map((c) =>
    Int32Array.from(rules.keys()).filter((r) => compiled[r].matchesDevice(c.lower)),
  );
  const winners = new Int16Array(classes.length * patches.length).fill(-2);
  return (classIndex, patchIndex) => {
    const cell = classIndex * patches.length + patchIndex;
    if (winners[cell] === -2) {
      winners[cell] = classRules[classIndex].find((r) => patchBits[r][patchIndex] === 1) ?? -1;
    }
    return winners[cell];
  };
}
