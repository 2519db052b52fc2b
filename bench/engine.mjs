/**
 * The one file that knows patchring's own code: everything the benchmark asks of it, from the build in dist/.
 * Whatever is missing there is reported as "not measured" with the reason, never passed over.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ACTION_NAMES, IMPLIED, OBSTACLE_NAMES, STATUS_NAMES } from "./outcome.mjs";
import { NOW } from "./fleet.mjs";

const dist = new URL("../dist/", import.meta.url);
const rootRequire = createRequire(new URL("../package.json", import.meta.url));

export const bin = fileURLToPath(new URL("../bin/patchring.js", import.meta.url));

const load = (file) => import(new URL(file, dist).href);

/** The yaml library that the package itself uses, so that both sides of a comparison parse with the same one. */
export function loadYaml() {
  return import(rootRequire.resolve("yaml"));
}

/** `[{ path, text }]` of every YAML file below a folder, sorted by path. */
export function readPolicyFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".yaml"))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort()
    .map((file) => ({ path: file, text: readFileSync(path.join(folder, file), "utf8") }));
}

/** The policy set of `[{ path, text }]`; throws with the diagnostics when it has errors. */
export async function loadPolicy(files) {
  const [{ loadPolicy }, { createZoneRules }] = await Promise.all([
    load("policy/load.js"),
    load("time/zone-rules.js"),
  ]);
  const { policy, diagnostics } = loadPolicy(files, { zones: createZoneRules() });
  if (!policy) throw new Error(`the policy was refused: ${JSON.stringify(diagnostics.slice(0, 3))}`);
  return policy;
}

export async function readSnapshot(file) {
  const { readSnapshotFile } = await load("snapshot/read.js");
  const { snapshot, diagnostics } = await readSnapshotFile(file);
  if (!snapshot) throw new Error(`the snapshot was refused: ${JSON.stringify(diagnostics.slice(0, 3))}`);
  return snapshot;
}

/** `() => decided`: the verdict of every fact and what is to be done, everything compiled anew each time. */
export async function prepareDecide(policy, snapshot) {
  const [{ decide }, { createZoneRules }] = await Promise.all([
    load("core/decide.js"),
    load("time/zone-rules.js"),
  ]);
  const zones = createZoneRules();
  return () => decide(policy, snapshot, NOW, zones);
}

/** `(previous, snapshot, devices) => decided`: decides only these devices again and takes over `previous`. */
export async function prepareRedecide() {
  const { redecide } = await load("core/redecide.js");
  return redecide;
}

/** The same snapshot some time later: on the given devices every third fact has become "installed". */
export function changeDevices(snapshot, devices) {
  const { factStart, factCount } = snapshot.devices;
  const state = snapshot.facts.state.slice();
  const installed = packInstalled();
  for (const device of devices) {
    for (let k = 0; k < factCount[device]; k += 3) state[factStart[device] + k] = installed;
  }
  return { ...snapshot, facts: { ...snapshot.facts, length: snapshot.facts.length, state } };
}

/** The state byte of an installed fact, whose approval in force is the implied one. */
function packInstalled() {
  const status = STATUS_NAMES.indexOf("installed");
  return status | (IMPLIED[status] << 3);
}

/** Reads a decision back fact by fact: `{ verdictOf(fact), sourceOf(fact), operations }`, see outcome.mjs. */
export async function openDecision(decided) {
  const { actionOfTransition } = await load("core/transition.js");
  const { obstacleOfCode } = await load("core/decide.js");
  const { intents, outcomes, table } = decided;
  const operations = new Uint8Array(outcomes.length);
  for (let at = 0; at < intents.length; at++) {
    const obstacle = OBSTACLE_NAMES.indexOf(obstacleOfCode(intents.obstacle[at]) ?? "");
    const action = ACTION_NAMES.indexOf(actionOfTransition(intents.transition[at]));
    operations[intents.fact[at]] = action | (obstacle === -1 ? 64 : obstacle << 3);
  }
  return {
    operations,
    verdictOf: (fact) => table.rows[outcomes[fact]].verdict,
    sourceOf: (fact) => table.rows[outcomes[fact]].source,
  };
}

/** What keeps snapshots between runs: packing, the store in SQLite, and the provider that asks it first. */
export async function loadStore() {
  const [{ openSqliteStore }, { packSnapshot }, { unpackSnapshot }, { FileReader }] = await Promise.all([
    load("store/sqlite/sqlite-store.js"),
    load("snapshot/stored-pack.js"),
    load("snapshot/stored-unpack.js"),
    load("provider/file/file-provider.js"),
  ]);
  return { openSqliteStore, packSnapshot, unpackSnapshot, FileReader };
}
