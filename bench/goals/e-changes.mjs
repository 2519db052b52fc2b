/** Goal e: when one device in a hundred has changed, only those are decided again. */
import { ensurePolicy, ensureSnapshot } from "../files.mjs";
import { runTask } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";
import { median } from "../statistics.mjs";

const WANTED = 0.05;

export function measure({ rounds, quick, log }) {
  const options = { rules: 50, full: true, devices: quick ? 10_000 : 100_000 };
  const files = { policy: ensurePolicy(options), snapshot: ensureSnapshot(options) };
  const results = [];
  for (let round = 0; round < rounds && !results[0]?.error; round++) {
    log(`changed devices, round ${round + 1} of ${rounds}`);
    results.push(attempt(() => runTask("redecide", { ...files, repeats: 5 })));
  }
  const what = "1 % of the devices decided again, against all";
  const target = `≤ ${WANTED * 100} %`;
  const failed = results.find((result) => result.error);
  if (failed) return [skipped("e", what, target, failed.error)];
  const ratio = median(results.map(({ someMs, fullMs }) => someMs / fullMs));
  const equal = results.every((result) => result.equal);
  return [
    row("e", what, target, {
      measured: `${(ratio * 100).toFixed(1)} %`,
      pass: ratio <= WANTED && equal,
      note: `${results[0].devices} devices; results ${equal ? "equal" : "DIFFER"}`,
      value: ratio,
    }),
  ];
}
