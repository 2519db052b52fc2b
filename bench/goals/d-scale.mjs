/** Goal d: time grows with the facts and hardly with the rules. Compiling the policy counts. */
import { ensurePolicy, ensureSnapshot } from "../files.mjs";
import { runTask } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";
import { median } from "../statistics.mjs";

export function measure({ rounds, quick, log }) {
  const sizes = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000];
  const largest = sizes.at(-1);
  const cases = [
    ...sizes.map((devices) => ({ rules: 50, full: true, devices })),
    { rules: 50, full: false, devices: largest },
    { rules: 1000, full: false, devices: largest },
  ];
  const results = cases.map(() => []);
  for (let round = 0; round < rounds; round++) {
    log(`scale, round ${round + 1} of ${rounds}`);
    cases.forEach((options, i) => {
      const files = { policy: ensurePolicy(options), snapshot: ensureSnapshot(options) };
      if (!results[i][0]?.error) results[i].push(attempt(() => runTask("decide", { ...files, repeats: 5 })));
    });
  }
  const steps = sizes
    .slice(1)
    .map((devices, i) =>
      compare(`${devices / 10_000} M facts against a tenth of them`, 13, results[i + 1], results[i]),
    );
  return [
    ...steps,
    compare(`1,000 rules against 50, ${largest / 10_000} M facts`, 8, results.at(-1), results.at(-2)),
  ];
}

function compare(what, wanted, larger, smaller) {
  const target = `≤ ${wanted} ×`;
  const failed = [...larger, ...smaller].find((result) => result.error);
  if (failed) return skipped("d", what, target, failed.error);
  const ratio = median(larger.map((result, i) => result.ms / smaller[i].ms));
  const ms = (results) => median(results.map((result) => result.ms)).toFixed(1);
  return row("d", what, target, {
    measured: `${ratio.toFixed(1)} ×`,
    pass: ratio <= wanted,
    note: `${ms(larger)} ms against ${ms(smaller)} ms`,
    value: ratio,
  });
}
