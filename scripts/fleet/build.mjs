// One fleet from its specification: devices, history, snapshot text and promotion files.
import { readFileSync } from "node:fs";
import { makeDevices } from "./devices.mjs";
import { simulate } from "./simulate.mjs";
import { snapshotText } from "./snapshot-file.mjs";
import { managedServiceProvider } from "./managed-service-provider.mjs";
import { quickStart } from "./quick-start.mjs";
import { smallCompany } from "./small-company.mjs";

export const FLEETS = [quickStart, smallCompany, managedServiceProvider];

export function readCatalogue() {
  return JSON.parse(readFileSync(new URL("catalogue.json", import.meta.url), "utf8")).patches;
}

/** Patches that the fleet tells of, and those they supersede, as far as the catalogue has them. */
function patchesOf(fleet, catalogue) {
  const byId = new Map(catalogue.map((patch) => [patch.id, patch]));
  const wanted = new Set();
  const add = (id) => {
    if (wanted.has(id) || !byId.has(id)) return;
    wanted.add(id);
    byId.get(id).supersedes.forEach(add);
  };
  for (const story of fleet.stories) {
    if (!byId.has(story.id)) throw new Error(`${fleet.name}: no patch ${story.id} in the catalogue`);
    add(story.id);
  }
  return catalogue.filter((patch) => wanted.has(patch.id));
}

export function buildFleet(fleet, catalogue = readCatalogue()) {
  const patches = patchesOf(fleet, catalogue);
  const devices = makeDevices(fleet);
  const { facts, promotions } = simulate(fleet, patches, devices);
  const known = new Set(devices.flatMap(({ record }) => fleet.stories.map(({ id }) => `${record.id} ${id}`)));
  for (const key of Object.keys(fleet.incidents))
    if (!known.has(key))
      throw new Error(`${fleet.name}: the incident "${key}" names no device or no told patch`);
  const records = devices.map(({ record }) => ({
    ...record,
    facts: patches.flatMap(({ id }) => facts.get(`${record.id} ${id}`) ?? []),
  }));
  const firstSeenAt = Object.fromEntries(
    fleet.stories.flatMap((story) => (story.firstSeenAt ? [[story.id, story.firstSeenAt]] : [])),
  );
  return {
    folder: fleet.folder,
    at: fleet.at,
    snapshot: snapshotText({ takenAt: fleet.takenAt, patches, devices: records, firstSeenAt }),
    promotions,
    counts: { devices: records.length, patches: patches.length, facts: facts.size },
  };
}
