/** Goal c: the whole cold command, from a snapshot file to a plan, against a loop that only parses the file. */
import { fileURLToPath } from "node:url";
import { bin } from "../engine.mjs";
import { ensurePolicy, ensureSnapshot, sizeOf } from "../files.mjs";
import { AT } from "../policy.mjs";
import { runProgram } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";
import { median } from "../statistics.mjs";

const parseLines = fileURLToPath(new URL("../tasks/parse-lines.mjs", import.meta.url));
const WANTED = 0.6;
const WANTED_BYTES = 32;

export function measure({ rounds, quick, log }) {
  const policy = ensurePolicy({ rules: 50, full: true });
  const sizes = quick ? [10_000] : [10_000, 100_000];
  return sizes.flatMap((devices) => {
    const snapshot = ensureSnapshot({ rules: 50, full: true, devices });
    const results = [];
    for (let round = 0; round < rounds; round++) {
      log(`cold plan of ${devices} devices, round ${round + 1} of ${rounds}`);
      results.push(attempt(() => measureRound(policy, snapshot)));
      if (results.at(-1).error) break;
    }
    return describe(results, devices, sizeOf(snapshot));
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

function describe(results, devices, bytes) {
  const facts = devices * 100;
  const what = `plan of ${facts / 1e6} M facts, cold, against JSON.parse of each line`;
  const failed = results.find((result) => result.error);
  if (failed) {
    const loop = failed.loop ? `the loop took ${Math.round(failed.loop.ms)} ms; ` : "";
    return [skipped("c", what, `≤ ${WANTED} ×`, `${loop}${failed.error}`)];
  }
  const ratio = median(results.map(({ plan, loop }) => plan.ms / loop.ms));
  const perFact = median(results.map(({ plan, empty }) => (plan.peakBytes - empty.peakBytes) / facts));
  const ms = (name) => Math.round(median(results.map((result) => result[name].ms)));
  const time = row("c", what, `≤ ${WANTED} ×`, {
    measured: `${ratio.toFixed(2)} ×`,
    pass: ratio <= WANTED,
    note: `${ms("plan")} ms against ${ms("loop")} ms for ${Math.round(bytes / 1e6)} MB`,
    value: ratio,
  });
  if (devices < 100_000) return [time];
  return [
    time,
    row("c", "peak memory above an empty process", `≤ ${WANTED_BYTES} B a fact`, {
      measured: `${perFact.toFixed(1)} B a fact`,
      pass: perFact <= WANTED_BYTES,
      note: `${Math.round(median(results.map(({ plan }) => plan.peakBytes)) / 1e6)} MB in all`,
      value: perFact,
    }),
  ];
}
