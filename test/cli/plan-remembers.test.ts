import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, writeInto } from "./cli.ts";
import { DEVICES, fleetYaml, makeFleet, snapshotText, type DeviceLine } from "./fleet.ts";

const RULES = `apiVersion: patchring/v1
kind: ApprovalRules
metadata: { name: microsoft }
spec:
  rules:
    - { name: security, patches: { category: security }, then: approve, delay: 7d }
`;
const INVENTORY = "inventory/fleet.ndjson";
const FIRST = { now: "2026-03-18T09:00:00Z" };
const LATER = { now: "2026-03-26T09:00:00Z" };

/** Patches of which the backend says no date. */
function undated(devices: readonly DeviceLine[], takenAt: string): string {
  return snapshotText(devices, { takenAt })
    .replaceAll(/,"releasedAt":"[^"]*"/g, "")
    .replaceAll(/"scannedAt":"[^"]*"/g, `"scannedAt":"${takenAt}"`);
}

async function observedOnce(): Promise<string> {
  const files = { "fleet.yaml": fleetYaml("observe"), "rules/microsoft.yaml": RULES };
  const folder = makeFleet({ ...files, [INVENTORY]: undated(DEVICES, "2026-03-18T08:30:00Z") });
  expect((await run(folder, ["reconcile", "--quiet"], FIRST)).code).toBe(0);
  writeInto(folder, INVENTORY, undated(DEVICES, "2026-03-26T08:30:00Z"));
  return folder;
}

interface Shown {
  readonly actions: readonly object[];
  readonly guards: readonly { readonly guard: string; readonly value: number; readonly tripped: boolean }[];
}

async function plan(folder: string, words: readonly string[] = []): Promise<Shown> {
  const { code, stdout } = await run(folder, ["plan", "--json", ...words], LATER);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Shown;
}

describe("a plan where the job has run", () => {
  it("is the plan that the next run makes: patches without a date are as old as they are known", async () => {
    const folder = await observedOnce();
    const { stdout } = await run(folder, ["reconcile", "--dry-run", "--json"], LATER);
    const { actionRows, guards } = JSON.parse(stdout) as { actionRows: object[]; guards: object[] };
    expect(actionRows).toContainEqual(
      expect.objectContaining({ device: "ws-1", patch: "KB1", action: "approve" }),
    );
    const shown = await plan(folder);
    expect(shown.actions).toEqual(actionRows);
    expect(shown.guards).toEqual(guards);
    const why = await run(folder, ["why", "ws-1", "KB1"], LATER);
    expect(why.stdout).toMatch(/^APPROVE \(APPROVED\)/);
  });

  it("knows nothing but the file with --snapshot", async () => {
    const folder = await observedOnce();
    const shown = await plan(folder, ["--snapshot", join(folder, INVENTORY)]);
    expect(shown.actions).not.toContainEqual(expect.objectContaining({ patch: "KB1" }));
    expect(shown.guards.map(({ guard }) => guard)).not.toContain("fleetShrink");
  });

  it("shows the guard of a fleet that shrank, and apply stops at it until it is raised", async () => {
    const folder = await observedOnce();
    writeInto(folder, "fleet.yaml", fleetYaml("apply"));
    writeInto(folder, INVENTORY, undated(DEVICES.slice(0, 2), "2026-03-26T08:30:00Z"));
    const shown = await plan(folder, ["--save", join(folder, "plan.json")]);
    expect(shown.guards.find(({ guard }) => guard === "fleetShrink")).toMatchObject({
      value: 33,
      tripped: true,
    });
    const apply = ["apply", join(folder, "plan.json")];
    const stopped = await run(folder, apply, LATER);
    expect(stopped.code).toBe(5);
    expect(stopped.stderr).toContain("fleetShrink: 33, limit 10");
    const raise = ["--allow-fleet-shrink", "40", "--reason", "a site closed"];
    expect((await run(folder, [...apply, ...raise], LATER)).code).toBe(0);
  });

  it("goes on without a store that is damaged, and says so", async () => {
    const folder = await observedOnce();
    writeFileSync(
      join(folder, ".patchring/state.db"),
      "this is no database, and long enough to see it".repeat(99),
    );
    const ran = await run(folder, ["verdicts"], LATER);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/^warning: .*\[store\/corrupt\]/m);
    expect(ran.stdout).toContain('"reason":"NO_DATE"');
    const planned = await run(folder, ["plan"], LATER);
    expect(planned).toMatchObject({ code: 0, stderr: ran.stderr });
  });
});
