/** Hosts: a scan by the apt provider against `apt list --upgradable` alone, on the same roots. */
import { runTask } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";

const WANTED = 2;
/** As many at once as the provider scans by default; as many of `apt list` at once beside it. */
const CONCURRENCY = 16;

export function measure({ rounds, quick, log }) {
  const roots = quick ? 20 : 100;
  log(`scanning ${roots} roots`);
  const result = attempt(() => runTask("scan-apt", { roots, concurrency: CONCURRENCY, repeats: rounds }));
  const target = `< ${WANTED} ×`;
  const against = "against `apt list --upgradable`";
  const changedWhat = `${roots} hosts scanned, packages changed on each, ${against}`;
  const sameWhat = `${roots} hosts scanned again, nothing changed, ${against}`;
  if (result.error) return [changedWhat, sameWhat].map((what) => skipped("apt", what, target, result.error));
  const { changed, same, firstMs, facts } = result;
  return [
    scanRow(changedWhat, target, changed, `first scan ${firstMs.toFixed(1)} ms; ${facts} facts`),
    scanRow(sameWhat, target, same, `${facts} facts`),
  ];
}

function scanRow(what, target, { ratio, cpuRatio, scanMs, listMs, scanCpuMs, listCpuMs }, more) {
  return row("apt", what, target, {
    measured: `${ratio.toFixed(2)} ×`,
    pass: ratio < WANTED,
    note:
      `${scanMs.toFixed(1)} ms a host against ${listMs.toFixed(1)}; processor time ${cpuRatio.toFixed(2)} × ` +
      `(${scanCpuMs.toFixed(1)} ms against ${listCpuMs.toFixed(1)}); ${more}`,
    value: ratio,
  });
}
