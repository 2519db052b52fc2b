import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildFleet, FLEETS } from "../../scripts/fleet/build.mjs";
import type { Fleet } from "../../scripts/fleet/build.mjs";
import { STATUSES } from "../../src/core/model.ts";
import { parseInstant } from "../../src/core/time.ts";
import { listYaml, readInventory, readInventoryText, root } from "./policy-files.ts";

const INSTANT_KEYS =
  /"(?:takenAt|releasedAt|firstSeenAt|detectedAt|approvedAt|installedAt|lastAttemptAt|scannedAt|lastSeenAt)":"([^"]*)"/g;

function statusesOf(fleet: Fleet): ReadonlySet<string> {
  const facts = readInventory(fleet.folder).devices.flatMap((device) => device.facts);
  return new Set(facts.map(({ status }) => status));
}

describe.each(FLEETS.map((fleet) => [fleet.folder, fleet] as const))("%s", (folder, fleet) => {
  it("is what a fresh build makes, twice", () => {
    const built = buildFleet(fleet);
    expect(buildFleet(fleet)).toEqual(built);
    expect(readInventoryText(folder) === built.snapshot).toBe(true);
    const committed = listYaml(folder).filter((file) => file.startsWith(join(folder, "promotions/")));
    expect(committed).toEqual(built.promotions.map(({ path }) => join(folder, path)).sort());
    for (const { path, text } of built.promotions)
      expect(readFileSync(join(root, folder, path), "utf8")).toBe(text);
  });

  it("is a well-formed snapshot", () => {
    const { header, patches, devices } = readInventory(folder);
    const facts = devices.flatMap((device) => device.facts);
    expect(header).toMatchObject({
      record: "header",
      format: "patchring.snapshot/1",
      complete: true,
      counts: { patches: patches.length, devices: devices.length, facts: facts.length },
    });
    const ids = new Set(patches.map(({ id }) => id));
    expect(ids.size).toBe(patches.length);
    expect(new Set(devices.map(({ id }) => id)).size).toBe(devices.length);
    for (const device of devices) {
      expect(device.facts.filter(({ patch }) => !ids.has(patch))).toEqual([]);
      expect(new Set(device.facts.map(({ patch }) => patch)).size).toBe(device.facts.length);
    }
    const known: readonly string[] = STATUSES;
    expect(facts.filter(({ status }) => !known.includes(status))).toEqual([]);
  });

  it("has only instants that parse and that its moment can know", () => {
    const at = parseInstant(fleet.at);
    const text = readInventoryText(folder);
    const instants = [...text.matchAll(INSTANT_KEYS)].map((match) => parseInstant(match[1] as string));
    expect(instants.length).toBeGreaterThan(100);
    expect(instants.filter((instant) => instant === null || at === null || instant > at)).toEqual([]);
  });

  it("is named in its README with the moment to evaluate it at", () => {
    expect(readFileSync(join(root, folder, "README.md"), "utf8")).toContain(`--at ${fleet.at}`);
  });
});

it("the quick start shows all seven statuses", () => {
  expect([...statusesOf(FLEETS[0] as Fleet)].sort()).toEqual([...STATUSES].sort());
});

it("the provider has a dozen clients and more", () => {
  const clients = new Set(
    readInventory("examples/managed-service-provider").devices.map(({ client }) => client),
  );
  expect(clients.size).toBeGreaterThanOrEqual(12);
});
