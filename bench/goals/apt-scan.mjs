/** Hosts: a scan by the apt provider against `apt list --upgradable` alone, on the same roots. */
import { runTask } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";

const WANTED = 2;

export function measure({ rounds, quick, log }) {
  const roots = quick ? 20 : 100;
  log(`scanning ${roots} roots`);
  const result = attempt(() => runTask("scan-apt", { roots, concurrency: 2, repeats: rounds }));
  const what = `${roots} hosts scanned, against \`apt list --upgradable\``;
  const target = `< ${WANTED} ×`;
  if (result.error) return [skipped("apt", what, target, result.error)];
  const { ratio, listMs, scanMs, firstMs, facts } = result;
  return [
    row("apt", what, target, {
      measured: `${ratio.toFixed(2)} ×`,
      pass: ratio < WANTED,
      note: `${scanMs.toFixed(1)} ms a host against ${listMs.toFixed(1)}; the first scan ${firstMs.toFixed(1)}; ${facts} facts`,
      value: ratio,
    }),
  ];
}
