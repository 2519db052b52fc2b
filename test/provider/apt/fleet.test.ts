import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Instant } from "../../../src/core/model.ts";
import type { PolicyFile } from "../../../src/policy/load.ts";
import type { TestDevice } from "./device.ts";
import { actionsOf, decideNow, promotionFile, type Decision } from "./policy-run.ts";
import { describeWithApt } from "./tools.ts";
import { Fleet, World, type View } from "./world.ts";

const DEVICES = 20;
const PILOTS = 4;
const DAY = 86_400;
const NEW_AGENT = "apt:acme-agent@2.0";

const POLICY: readonly PolicyFile[] = [
  {
    path: "fleet.yaml",
    text: `apiVersion: patchring/v1
kind: Fleet
metadata: { name: test }
spec:
  provider: { kind: apt, inventory: hosts.yaml }
  limits: { actionsPerRun: 500, devicesPerRun: 100%, uninstallsPerRun: 50, fleetShrink: 10% }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: pilot }
spec: { devices: { tags: pilot } }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: production }
spec: { after: pilot, devices: { not: { tags: pilot } }, soak: { for: 3d } }
`,
  },
  {
    path: "rules.yaml",
    text: `apiVersion: patchring/v1
kind: ApprovalRules
metadata: { name: debian }
spec:
  rules:
    - { name: security, patches: { category: security, id: ["apt:acme-agent@*", "apt:acme-lib@*", "apt:acme-app@*"] }, then: approve }
    - { name: slow, patches: { id: "apt:acme-slow@*" }, then: ignore }
`,
  },
];
const RECALL: PolicyFile = {
  path: "recalls/agent.yaml",
  text: `apiVersion: patchring/v1
kind: Recall
metadata: { name: pull-agent }
spec: { patches: ["${NEW_AGENT}"], uninstall: true, reason: "Breaks the agent", ticket: INC-1 }
`,
};

describeWithApt("a fleet of real devices under a policy", () => {
  const realNow = (): Instant => Math.floor(Date.now() / 1000);
  let world: World;
  let devices: readonly TestDevice[];
  let fleet: Fleet;
  let aheadBy = 0;
  const clock = (): Instant => realNow() + aheadBy;
  beforeAll(() => {
    world = new World();
    devices = Array.from({ length: DEVICES }, () => world.device());
    const hosts = devices.map((device, index) =>
      device.host(`host-${String(index).padStart(2, "0")}`, { tags: index < PILOTS ? ["pilot"] : [] }),
    );
    const settings = { concurrency: 4, listsMaxAge: 30 * DAY, stateFolder: join(world.folder, "state") };
    fleet = new Fleet(hosts, settings, clock);
  });
  afterAll(() => world.dispose());

  function agents(): readonly string[] {
    return devices.map((device) => device.stateOf("acme-agent"));
  }

  /** One run: scan, decide, send; then what the next one would see. */
  async function run(
    policy: readonly PolicyFile[],
  ): Promise<{ readonly view: View; readonly next: Decision }> {
    const actions = actionsOf(decideNow(policy, await fleet.look(), clock()));
    const outcomes = await fleet.send(actions, `run-at-${clock()}`);
    expect(outcomes.filter(({ kind }) => kind !== "accepted")).toEqual([]);
    const view = await fleet.look();
    return { view, next: decideNow(policy, view, clock()) };
  }

  it("goes from missing to pilot, soak, promotion, production and recall, on 20 devices in under 60 s", async () => {
    const startedAt = Date.now();
    // Pilot: the newest agent, and lib and app that need each other.
    let { view, next } = await run(POLICY);
    expect(agents()).toEqual(devices.map((_, index) => (index < PILOTS ? "ii 2.0" : "ii 1.0")));
    expect(actionsOf(next)).toEqual([]);
    expect(view.standing("host-00", "apt:acme-slow@1.1")).toBe("ignored ignore");
    expect(view.fact("host-19", NEW_AGENT)).toMatchObject({ status: "missing" });
    expect(next.plan.waiting.find(({ patch }) => patch === NEW_AGENT)).toMatchObject({
      reason: "SOAK",
      devices: DEVICES - PILOTS,
    });

    // Soak: the clock passes, nothing happens before the promotion.
    aheadBy = 3 * DAY + 600;
    view = await fleet.look();
    next = decideNow(POLICY, view, clock());
    expect(actionsOf(next)).toEqual([]);
    expect(next.plan.waiting.find(({ patch }) => patch === NEW_AGENT)).toMatchObject({ reason: "PROMOTION" });

    // Promotion files are merged: production installs.
    const promoted = ["apt:acme-agent@2.0", "apt:acme-lib@1.1", "apt:acme-app@1.1"];
    const policy = [...POLICY, ...promoted.map((patch) => promotionFile(next, patch, 3))];
    aheadBy += 60;
    ({ view, next } = await run(policy));
    expect(new Set(agents())).toEqual(new Set(["ii 2.0"]));
    expect(devices.map((device) => device.stateOf("acme-app"))).toEqual(devices.map(() => "ii 1.1"));
    expect(actionsOf(next)).toEqual([]);
    expect(view.fact("host-19", NEW_AGENT)).toMatchObject({ status: "installed", installedBy: "backend" });

    // Recall: back to the version before, and kept there.
    aheadBy += 60;
    ({ view, next } = await run([...policy, RECALL]));
    expect(new Set(agents())).toEqual(new Set(["ii 1.0"]));
    for (const cure of ["etc/acme-bad.ok", "etc/acme-stuck.ok"]) devices[7]!.write(cure, "");
    devices[7]!.run("apt-get", "-y", "-q", "full-upgrade");
    expect(devices[7]!.stateOf("acme-agent")).toBe("ii 1.1");
    expect(view.standing("host-07", NEW_AGENT)).toBe("ignored ignore");
    const again = actionsOf(next).filter((line) => line.includes(NEW_AGENT));
    expect(again).toEqual([]);
    expect((Date.now() - startedAt) / 1000).toBeLessThan(60);
  });

  it("keeps a host that is gone as a stale device, and works on with the others", async () => {
    const before = await fleet.look();
    rmSync(devices[3]!.root, { recursive: true });
    aheadBy += 4 * DAY;
    const view = await fleet.look();
    expect(view.diagnostics).toEqual([
      expect.stringMatching(/^apt\/host-unreachable: host-03: .* is kept\.$/),
    ]);
    expect(view.snapshot.devices.count).toBe(DEVICES);
    expect(view.device("host-03")["facts"]).toHaveLength(
      (before.device("host-03")["facts"] as unknown[]).length,
    );
    const { decided } = decideNow(POLICY, view, clock());
    expect([...decided.stale].filter((stale) => stale === 1)).toHaveLength(1);
    expect(decided.stale[3]).toBe(1);
    const outcomes = await fleet.send([
      "host-03 approve apt:acme-third@3.5.0",
      "host-04 approve apt:acme-third@3.5.0",
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["refused", "accepted"]);
    expect(devices[4]!.stateOf("acme-third")).toBe("ii 3.5.0");
  });
});
