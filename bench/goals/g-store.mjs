/** Goal g: what is kept between runs stays small, and an unchanged fleet is not parsed again. */
import { ensureSnapshot } from "../files.mjs";
import { runTask } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";

const BYTES_PER_FACT = 16;
const FACTS_PER_SECOND = 10e6;
const UNCHANGED = 0.2;
/** Not a goal of the design: it must not cost more than to store all anew. */
const CHANGED = 1;
const STORE_BYTES = 200e6;
const RUNS = 1000;
const ACTIONS = 20;

export function measure({ quick, log }) {
  log("the store");
  const devices = quick ? 10_000 : 100_000;
  const runs = quick ? RUNS / 10 : RUNS;
  const result = attempt(() =>
    runTask("store", {
      snapshot: ensureSnapshot({ rules: 50, full: true, devices }),
      runs,
      actions: ACTIONS,
    }),
  );
  const what = "the stored snapshot";
  if (result.error) return [skipped("g", what, "", result.error)];
  return [sizeRow(result), readRow(result), unchangedRow(result), changedRow(result), runsRow(result, runs)];
}

const millions = (number) => (number / 1e6).toFixed(1);

function sizeRow({ bytes, facts, packMs, saveMs, packCpuMs, saveCpuMs }) {
  const value = bytes / facts;
  return row("g", "bytes on disk a stored fact", `≤ ${BYTES_PER_FACT}`, {
    measured: value.toFixed(1),
    pass: value <= BYTES_PER_FACT,
    note: `packed in ${Math.round(packMs)} ms, saved in ${Math.round(saveMs)} ms; processor time ${Math.round(packCpuMs)} and ${Math.round(saveCpuMs)} ms`,
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

/** By processor time, as above: each side is one process alone. */
function unchangedRow(result) {
  const { parseMs, packMs, saveMs, cachedMs, hashedMs } = result;
  const { parseCpuMs, packCpuMs, saveCpuMs, cachedCpuMs, hashedCpuMs } = result;
  const first = parseMs + packMs + saveMs;
  const firstCpu = parseCpuMs + packCpuMs + saveCpuMs;
  const value = cachedCpuMs / firstCpu;
  return row("g", "observing a fleet that did not change, against the first time", `≤ ${UNCHANGED} ×`, {
    measured: `${value.toFixed(2)} ×`,
    pass: cachedMs !== null && value <= UNCHANGED,
    note: `${Math.round(cachedCpuMs)} ms of processor time against ${Math.round(firstCpu)} ms; by the clock ${Math.round(cachedMs)} ms against ${Math.round(first)} ms; when the file was written again with the same content, ${Math.round(hashedCpuMs)} ms and ${Math.round(hashedMs)} ms`,
    value,
  });
}

function changedRow({ packCpuMs, saveCpuMs, changed, chunks, changedDevices, updateMs, updateCpuMs }) {
  const value = updateCpuMs / (packCpuMs + saveCpuMs);
  return row("g", "storing 2 % changed devices, against storing all", `≤ ${CHANGED} ×`, {
    measured: `${value.toFixed(2)} ×`,
    pass: value <= CHANGED,
    note: `${changedDevices} devices, ${changed} of ${chunks} chunks: ${Math.round(updateCpuMs)} ms of processor time, ${Math.round(updateMs)} ms by the clock`,
    value,
  });
}

function runsRow({ after, firstMs, lastMs, firstCpuMs, lastCpuMs, unsettledMs }, runs) {
  const slower = lastCpuMs / firstCpuMs;
  return row("g", `the store after ${runs} runs of ${ACTIONS} actions`, `≤ ${millions(STORE_BYTES)} MB`, {
    measured: `${millions(after)} MB`,
    pass: after <= STORE_BYTES && slower <= 1.5,
    note: `a run is recorded in ${lastCpuMs.toFixed(1)} ms of processor time, ${firstCpuMs.toFixed(1)} ms at first; by the clock, ${lastMs.toFixed(1)} and ${firstMs.toFixed(1)} ms; open actions listed in ${unsettledMs.toFixed(1)} ms`,
    value: after,
  });
}
