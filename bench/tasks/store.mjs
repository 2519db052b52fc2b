/**
 * A snapshot is read, stored, read back, found unchanged by its stamp and by its digest, changed in 2 % of its devices and stored again; then runs are
 * recorded. Prints times in ms, sizes in bytes.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { changeDevices, loadStore, readSnapshot } from "../engine.mjs";
import { NOW } from "../fleet.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "patchring-bench-"));
const location = { path: path.join(folder, "state.db"), scope: "bench" };

/** Wall time, and the time of all processors that this process used. */
async function timed(work) {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const value = await work();
  const { user, system } = process.cpuUsage(used);
  return { value, ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

/** A file that was changed within the last two seconds has no stamp that can be relied on. */
async function settle(file) {
  while (Date.now() - statSync(file).ctimeMs < 2_500) await new Promise((done) => setTimeout(done, 100));
}

/** Bytes of the store's files. */
function size() {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

const SUMMARY = {
  mode: "apply",
  startedAt: "2026-03-18T08:30:00Z",
  finishedAt: "2026-03-18T08:30:20Z",
  changed: false,
  exitCode: 0,
  policy: null,
  snapshot: null,
  verdicts: null,
  actions: null,
  sent: { accepted: 100, refused: 0, unknown: 0 },
  steps: ["observe", "decide", "plan", "guard", "apply", "record", "promote"].map((name) => ({
    name,
    outcome: "done",
    detail: "100,000 devices, 10,000,000 facts",
    code: null,
  })),
  nextChangeAt: null,
};

/** One run with its actions: written down, answered, settled by the next observation. */
async function recordRun(writer, number, actions) {
  const at = NOW + number * 1800;
  const run = `run-${number}`;
  const intents = Array.from({ length: actions }, (_, i) => ({
    id: `${run}/${i}`,
    device: `device-${(number * 131 + i) % 100_000}`,
    patch: "0d5c6d3a-52c5-4bb4-8d0c-8d8f8f4f5b0e",
    action: "approve",
    ring: "production",
    verdict: "approve",
    reason: "APPROVED",
    source: "microsoft/security",
  }));
  const entry = (type, data) => ({ at, run, type, data });
  const outcome = (result) => (one) =>
    entry("outcome", { action: one.id, device: one.device, patch: one.patch, result, detail: null });
  const results = (result) => intents.map(({ id }) => ({ id, result, detail: null, observations: 1 }));
  await writer.startRun({ id: run, startedAt: at });
  await writer.recordIntents(
    run,
    at,
    intents,
    intents.map((one) => entry("action", one)),
  );
  await writer.recordResults(at, results("accepted"), intents.map(outcome("accepted")));
  await writer.recordResults(at, results("settled"), intents.map(outcome("settled")));
  await writer.finishRun(run, at, SUMMARY, [entry("run", SUMMARY)]);
  await writer.forgetBefore(at - 30 * 86_400);
}

async function recordRuns(store, writer, { runs, actions }) {
  const times = [];
  const cpuTimes = [];
  for (let number = 0; number < runs; number++) {
    const { ms, cpuMs } = await timed(() => recordRun(writer, number, actions));
    times.push(ms);
    cpuTimes.push(cpuMs);
  }
  const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
  const tenth = Math.floor(runs / 10);
  const unsettled = await timed(() => store.reader.listUnsettled());
  return {
    firstMs: median(times.slice(0, tenth)),
    lastMs: median(times.slice(-tenth)),
    firstCpuMs: median(cpuTimes.slice(0, tenth)),
    lastCpuMs: median(cpuTimes.slice(-tenth)),
    unsettledMs: unsettled.ms,
  };
}

export default async function run({ snapshot: file, runs, actions }) {
  const { openSqliteStore, packSnapshot, unpackSnapshot, FileReader } = await loadStore();
  const store = await openSqliteStore(location);
  const { writer } = await store.acquireLease({ holder: "bench", now: NOW, seconds: 86_400 });
  await settle(file);
  const parsed = await timed(() => readSnapshot(file));
  const facts = parsed.value.facts.length;
  const packed = await timed(() => packSnapshot(parsed.value, null));
  const saved = await timed(() => writer.saveSnapshot(packed.value));
  const bytes = size();
  const reader = new FileReader(file);
  const read = await timed(async () => unpackSnapshot(await store.reader.readSnapshot()));
  const again = await timed(async () => unpackSnapshot(await store.reader.readSnapshot()));
  const cached = await timed(() => reader.readCached(store.reader));
  const { atime } = statSync(file);
  utimesSync(file, atime, new Date());
  const hashed = await timed(() => reader.readCached(store.reader));
  if (hashed.value === null) throw new Error("the same content was not found by its digest");
  const devices = Array.from({ length: Math.floor(parsed.value.devices.count / 50) }, (_, i) => i * 50);
  const later = { ...changeDevices(parsed.value, devices), digest: "sha256:later" };
  const before = await store.reader.readSnapshot();
  const update = await timed(async () => {
    const change = packSnapshot(later, before);
    await writer.saveSnapshot(change);
    return change.changed.length;
  });
  const recorded = await recordRuns(store, writer, { runs, actions });
  await store.reader.close();
  const after = size();
  rmSync(folder, { recursive: true, force: true });
  return {
    facts,
    bytes,
    after,
    parseMs: parsed.ms,
    packMs: packed.ms,
    packCpuMs: packed.cpuMs,
    saveMs: saved.ms,
    saveCpuMs: saved.cpuMs,
    readMs: Math.min(read.ms, again.ms),
    readCpuMs: Math.min(read.cpuMs, again.cpuMs),
    parseCpuMs: parsed.cpuMs,
    cachedCpuMs: cached.cpuMs,
    cachedMs: cached.value === null ? null : cached.ms,
    updateMs: update.ms,
    updateCpuMs: update.cpuMs,
    changed: update.value,
    chunks: before.chunks.length,
    changedDevices: devices.length,
    hashedMs: hashed.ms,
    hashedCpuMs: hashed.cpuMs,
    ...recorded,
  };
}
