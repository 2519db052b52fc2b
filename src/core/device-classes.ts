/**
 * Devices that no selector of a policy can tell apart form a class (design 6.1). Selectors are
 * then evaluated once per class.
 *
 * A device's attribute is reduced to the set of selector keys that its value satisfies; devices
 * with equal sets in every attribute share a class. So a policy that names one device by id adds
 * one class, not one class a device.
 */
import type { Bitset } from "./bitset.ts";
import { addBit, emptyBitset } from "./bitset.ts";
import { compileGlob } from "./glob.ts";
import type { DeviceKey, DeviceSelector } from "./policy.ts";
import { compileTexts, compileTextsWithUnknown, evaluateSelector, forEachKey } from "./selector.ts";
import type { DeviceColumns } from "./snapshot.ts";

type Values = readonly (string | number | boolean)[];

export interface DeviceClasses {
  readonly count: number;
  /** The class of each device. */
  readonly classOf: Uint32Array;
  /** The classes that a selector matches; only for selectors that were given to `classifyDevices`. */
  readonly select: (selector: DeviceSelector) => Bitset;
}

/** A selector key with its values: the smallest thing that can be true or false of a device. */
interface Atom {
  readonly key: DeviceKey;
  readonly values: Values;
}

export function classifyDevices(devices: DeviceColumns, selectors: readonly DeviceSelector[]): DeviceClasses {
  const atoms = collectAtoms(selectors);
  const names = [...atoms.keys()];
  const signatures = groupByColumn([...atoms.values()]).map((group) => signColumn(devices, group));
  const { classOf, count, representatives } = combine(devices.count, signatures);
  const atomSets = new Map<string, Bitset>(names.map((name) => [name, emptyBitset(count)]));
  for (const signature of signatures) {
    const { members, atomNames } = signature;
    representatives.forEach((device, cls) => {
      for (const atom of members[setOf(signature, device)]!) addBit(atomSets.get(atomNames[atom]!)!, cls);
    });
  }
  return {
    count,
    classOf,
    select: (selector) =>
      evaluateSelector(selector, count, (key, values) => atomSets.get(atomName({ key, values }))!),
  };
}

function atomName(atom: Atom): string {
  return `${atom.key} ${JSON.stringify(atom.values)}`;
}

function collectAtoms(selectors: readonly DeviceSelector[]): Map<string, Atom> {
  const atoms = new Map<string, Atom>();
  for (const selector of selectors) {
    forEachKey(selector, (key, values) => atoms.set(atomName({ key, values }), { key, values }));
  }
  return atoms;
}

type Column =
  "id" | "name" | "client" | "site" | "type" | "osFamily" | "os" | "tags" | "apps" | "critical" | "exposed";

interface AtomGroup {
  readonly column: Column;
  readonly atoms: readonly Atom[];
}

function groupByColumn(atoms: readonly Atom[]): AtomGroup[] {
  const groups = new Map<Column, Atom[]>();
  for (const atom of atoms) {
    const column = atom.key === "allTags" ? "tags" : atom.key;
    const list = groups.get(column);
    if (list === undefined) groups.set(column, [atom]);
    else list.push(atom);
  }
  return [...groups].map(([column, list]) => ({ column, atoms: list }));
}

/** A column reduced to which of its atoms hold. */
interface Signature extends Coding {
  /** How many sets of atoms occur. */
  readonly count: number;
  /** Per set, the atoms that hold. */
  readonly members: readonly (readonly number[])[];
  readonly atomNames: readonly string[];
}

/** What each device has in a column, and which set of atoms holds for it. */
interface Coding {
  /** Per device. */
  readonly codes: Uint32Array | Uint8Array;
  /** Per code; null where the codes are the sets themselves. */
  readonly setOfCode: Uint32Array | null;
}

function signColumn(devices: DeviceColumns, group: AtomGroup): Signature {
  const interner = internSets();
  const coding = codesOf(devices, group, interner.intern);
  return {
    ...coding,
    count: interner.sets.length,
    members: interner.sets,
    atomNames: group.atoms.map(atomName),
  };
}

function setOf({ codes, setOfCode }: Coding, device: number): number {
  const code = codes[device]!;
  return setOfCode === null ? code : setOfCode[code]!;
}

function internSets(): { sets: number[][]; intern: (set: number[]) => number } {
  const sets: number[][] = [];
  const byText = new Map<string, number>();
  const intern = (set: number[]): number => {
    const text = set.join(" ");
    let code = byText.get(text);
    if (code === undefined) {
      code = sets.push(set) - 1;
      byText.set(text, code);
    }
    return code;
  };
  return { sets, intern };
}

type Intern = (set: number[]) => number;

function codesOf(devices: DeviceColumns, group: AtomGroup, intern: Intern): Coding {
  switch (group.column) {
    case "id":
    case "name":
      return { codes: signNames(devices[group.column], group.atoms, intern), setOfCode: null };
    case "tags":
    case "apps": {
      const tests = group.atoms.map(({ key, values }) => listTest(key, values));
      return signDictionary(devices[group.column], (list: readonly string[]) =>
        intern(holding(tests, (test) => test(list))),
      );
    }
    case "critical": {
      const byCode = [0, 1, 2].map((code) =>
        intern(holding(group.atoms, (atom) => code > 0 && atom.values.includes(code === 2))),
      );
      return { codes: devices.critical, setOfCode: Uint32Array.from(byCode) };
    }
    default: {
      const compile = group.column === "exposed" ? compileTextsWithUnknown : compileTexts;
      const tests = group.atoms.map((atom) => compile(atom.values));
      return signDictionary(devices[group.column], (text: string, code) =>
        intern(code === 0 ? [] : holding(tests, (test) => test(text))),
      );
    }
  }
}

function holding<T>(items: readonly T[], holds: (item: T) => boolean): number[] {
  const set: number[] = [];
  items.forEach((item, index) => {
    if (holds(item)) set.push(index);
  });
  return set;
}

function signDictionary<T>(
  column: { readonly values: readonly T[]; readonly codes: Uint32Array },
  sign: (value: T, code: number) => number,
): Coding {
  return { codes: column.codes, setOfCode: Uint32Array.from(column.values, sign) };
}

function listTest(key: DeviceKey, values: Values): (list: readonly string[]) => boolean {
  if (key !== "allTags") {
    const matches = compileTexts(values);
    return (list) => list.some(matches);
  }
  const tests = values.map((value) => compileTexts([value]));
  return (list) => tests.every((test) => list.some(test));
}

/** Names are nearly all different: literals are answered by a map, globs by walking. */
function signNames(names: readonly (string | null)[], atoms: readonly Atom[], intern: Intern): Uint32Array {
  const literals = new Map<string, number[]>();
  const wild: { atom: number; matches: (lower: string) => boolean }[] = [];
  atoms.forEach((atom, index) => {
    for (const glob of atom.values.map((value) => compileGlob(String(value)))) {
      if (!glob.literal) wild.push({ atom: index, matches: glob.matches });
      else literals.set(glob.pattern, [...(literals.get(glob.pattern) ?? []), index]);
    }
  });
  const none = intern([]);
  return Uint32Array.from(names, (name) => {
    if (name === null) return none;
    const lower = name.toLowerCase();
    const exact = literals.get(lower);
    if (exact === undefined && wild.length === 0) return none;
    const found = new Set(exact);
    for (const { atom, matches } of wild) if (matches(lower)) found.add(atom);
    return intern([...found].sort((a, b) => a - b));
  });
}

/** Numbers the distinct tuples of sets, in order of first appearance. */
function combine(
  deviceCount: number,
  signatures: readonly Signature[],
): { classOf: Uint32Array; count: number; representatives: number[] } {
  const classOf = new Uint32Array(deviceCount);
  let count = deviceCount === 0 ? 0 : 1;
  for (const signature of signatures) {
    const { codes, count: width } = signature;
    if (width === 1) continue;
    const setOfCode = signature.setOfCode ?? Uint32Array.from({ length: width }, (_, set) => set);
    const isSmall = count * width <= SMALL_PAIRS + deviceCount;
    count = isSmall
      ? splitByTable(classOf, codes, setOfCode, width, new Uint32Array(count * width))
      : splitByMap(classOf, codes, setOfCode, width);
  }
  const representatives: number[] = [];
  for (let d = 0; d < deviceCount && representatives.length < count; d += 1) {
    if (classOf[d] === representatives.length) representatives.push(d);
  }
  return { classOf, count, representatives };
}

/** Pairs of a class and a set for which a table is worth its memory, whatever the number of devices. */
const SMALL_PAIRS = 1 << 16;

/** Splits each class by the sets of a column; answers how many there are then. `numbers` has room for each pair, all 0. */
function splitByTable(
  classOf: Uint32Array,
  codes: Uint32Array | Uint8Array,
  setOfCode: Uint32Array,
  width: number,
  numbers: Uint32Array,
): number {
  let count = 0;
  for (let d = 0; d < classOf.length; d += 1) {
    const pair = classOf[d]! * width + setOfCode[codes[d]!]!;
    let number = numbers[pair]!;
    if (number === 0) numbers[pair] = number = count += 1;
    classOf[d] = number - 1;
  }
  return count;
}

/** The same where there may be far more pairs than devices. */
function splitByMap(
  classOf: Uint32Array,
  codes: Uint32Array | Uint8Array,
  setOfCode: Uint32Array,
  width: number,
): number {
  const numbers = new Map<number, number>();
  for (let d = 0; d < classOf.length; d += 1) {
    const pair = classOf[d]! * width + setOfCode[codes[d]!]!;
    let number = numbers.get(pair);
    if (number === undefined) numbers.set(pair, (number = numbers.size));
    classOf[d] = number;
  }
  return numbers.size;
}
