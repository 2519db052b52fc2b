/** Goal g: what is kept between runs stays small, and an unchanged fleet is not parsed again. */
import { ensureSnapshot } from "../files.mjs";
import { runTask } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";

const BYTES_PER_FACT = 16;
const FACTS_PER_SECOND = 10e6;
const UNCHANGED = 0.2;
const STORE_BYTES = 200e6;
const RUNS = 1000;
const ACTIONS = 20;

export function measure({ quick, log }) {
  log("the store");
  const devices = quick ? 10_000 : 100_000;
  const result = attempt(() =>
    runTask("store", {
      snapshot: ensureSnapshot({ rules: 50, full: true, devices }),
      runs: quick ? RUNS / 10 : RUNS,
      actions: ACTIONS,
    }),
  );
  const what = "the stored snapshot";
  if (result.error) return [skipped("g", what, "", result.error)];
  return [sizeRow(result), readRow(result), unchangedRow(result), runsRow(result)];
}

const millions = (number) => (number / 1e6).toFixed(1);

function sizeRow({ bytes, facts, packMs, saveMs, updateMs, changed }) {
  const value = bytes / facts;
  return row("g", "bytes on disk a stored fact", `≤ ${BYTES_PER_FACT}`, {
    measured: value.toFixed(1),
    pass: value <= BYTES_PER_FACT,
    note: `packed in ${Math.round(packMs)} ms, saved in ${Math.round(saveMs)} ms; ${changed} changed devices in ${Math.round(updateMs)} ms`,
    value,
  });
}

/** By processor time: a neighbour on the machine makes the wall time longer, not the work. */
function readRow({ facts, readMs, readCpuMs }) {
  const value = facts / (readCpuMs / 1000);
  return row("g", "facts read back a second", `≥ ${millions(FACTS_PER_SECOND)} M`, {
    measured: `${millions(value)} M`,
    pass: value >= FACTS_PER_SECOND,
    note: `${Math.round(readCpuMs)} ms of processor time, ${Math.round(readMs)} ms by the clock`,
    value,
  });
}

function unchangedRow({ parseMs, packMs, saveMs, cachedMs, parseCpuMs, cachedCpuMs }) {
  const first = parseMs + packMs + saveMs;
  const value = cachedMs / first;
  return row("g", "observing a fleet that did not change, against the first time", `≤ ${UNCHANGED} ×`, {
    measured: `${value.toFixed(2)} ×`,
    pass: cachedMs !== null && value <= UNCHANGED,
    note: `${Math.round(cachedMs)} ms against ${Math.round(first)} ms, of which ${Math.round(parseMs)} ms parsing; processor time ${Math.round(cachedCpuMs)} ms against ${Math.round(parseCpuMs)} ms parsing alone`,
    value,
  });
}

function runsRow({ after, firstMs, lastMs, unsettledMs }) {
  const slower = lastMs / firstMs;
  return row("g", `the store after ${RUNS} runs of ${ACTIONS} actions`, `≤ ${millions(STORE_BYTES)} MB`, {
    measured: `${millions(after)} MB`,
    pass: after <= STORE_BYTES && slower <= 1.5,
    note: `a run is recorded in ${lastMs.toFixed(1)} ms, ${firstMs.toFixed(1)} ms at first; open actions listed in ${unsettledMs.toFixed(1)} ms`,
    value: after,
  });
}
