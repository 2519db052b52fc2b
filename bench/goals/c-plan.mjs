/** Goal c: the whole cold command, from a snapshot file to a plan, against a loop that only parses the file. */
import { fileURLToPath } from "node:url";
import { bin } from "../engine.mjs";
import { ensurePolicy, ensureSnapshot, sizeOf } from "../files.mjs";
import { AT } from "../policy.mjs";
import { runProgram } from "../processes.mjs";
import { attempt, information, row, skipped } from "../rows.mjs";
import { median } from "../statistics.mjs";

const parseLines = fileURLToPath(new URL("../tasks/parse-lines.mjs", import.meta.url));
const WANTED = 0.6;
const WANTED_BYTES = 32;

/** The goal is worded for 50 rules; the full policy (rings, gates, supersedence) is shown beside it. */
export function measure({ rounds, quick, log }) {
  const cases = [
    { devices: 10_000, full: false },
    ...(quick ? [] : [{ devices: 100_000, full: false }]),
    { devices: 10_000, full: true },
  ];
  return cases.flatMap(({ devices, full }) => {
    const policy = ensurePolicy({ rules: 50, full });
    const snapshot = ensureSnapshot({ rules: 50, full, devices });
    const results = [];
    for (let round = 0; round < rounds; round++) {
      log(`cold plan of ${devices} devices${full ? ", full policy" : ""}, round ${round + 1} of ${rounds}`);
      results.push(attempt(() => measureRound(policy, snapshot)));
      if (results.at(-1).error) break;
    }
    return describe(results, { devices, full, bytes: sizeOf(snapshot) });
  });
}

function measureRound(policy, snapshot) {
  const loop = runProgram([parseLines, snapshot]);
  const empty = runProgram(["-e", "0"]);
  const plan = attempt(() =>
    runProgram([bin, "plan", "-C", policy, "--snapshot", snapshot, "--at", AT, "--json"]),
  );
  return plan.error ? { error: plan.error, loop } : { loop, empty, plan };
}

function describe(results, { devices, full, bytes }) {
  const facts = devices * 100;
  const policy = full ? ", full policy" : "";
  const what = `plan of ${facts / 1e6} M facts${policy}, cold, against JSON.parse of each line`;
  const failed = results.find((result) => result.error);
  if (failed) {
    const loop = failed.loop ? `the loop took ${Math.round(failed.loop.ms)} ms; ` : "";
    return [skipped("c", what, `≤ ${WANTED} ×`, `${loop}${failed.error}`)];
  }
  const ratio = median(results.map(({ plan, loop }) => plan.ms / loop.ms));
  const ms = (name) => Math.round(median(results.map((result) => result[name].ms)));
  const measured = `${ratio.toFixed(2)} ×`;
  const note = `${ms("plan")} ms against ${ms("loop")} ms for ${Math.round(bytes / 1e6)} MB`;
  if (full) return [information("c", what, measured, note, ratio)];
  const time = row("c", what, `≤ ${WANTED} ×`, { measured, pass: ratio <= WANTED, note, value: ratio });
  return devices < 100_000 ? [time] : [time, describeMemory(results, facts)];
}

function describeMemory(results, facts) {
  const perFact = median(results.map(({ plan, empty }) => (plan.peakBytes - empty.peakBytes) / facts));
  return row("c", "peak memory above an empty process", `≤ ${WANTED_BYTES} B a fact`, {
    measured: `${perFact.toFixed(1)} B a fact`,
    pass: perFact <= WANTED_BYTES,
    note: `${Math.round(median(results.map(({ plan }) => plan.peakBytes)) / 1e6)} MB in all`,
    value: perFact,
  });
}
