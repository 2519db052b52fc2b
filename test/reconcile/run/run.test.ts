/** One run after another, on what is left in the store and the backend. */
import { describe, expect, it } from "vitest";
import type { Fleet, PolicySet } from "../../../src/core/policy.ts";
import { ProviderError, type ActionOutcome, type PatchWriter } from "../../../src/provider/provider.ts";
import type { HoldPort, RunOrder, RunWritePorts } from "../../../src/reconcile/run/ports.ts";
import type { RunReport } from "../../../src/reconcile/run/report.ts";
import { previewRun, reconcileOnce } from "../../../src/reconcile/run/run.ts";
import { openMemoryStore } from "../../../src/store/memory/memory-store.ts";
import { StoreError, type Store } from "../../../src/store/store.ts";
import { hold, patches, policy, ring, rule } from "../../core/builders.ts";
import { checkJournal, makeOrder, makePorts, ofType, readLedger, TestClock } from "./run-world.ts";
import { SimBackend, sentTwiceBlindly } from "./sim-backend.ts";

const ALL = { kind: "percent", value: 100 } as const;

function fleetPolicy(fleet: Partial<Fleet> = {}, more: Partial<PolicySet> = {}): PolicySet {
  const base = policy();
  const limits = { ...base.fleet.limits, devicesPerRun: ALL };
  return { ...base, fleet: { ...base.fleet, mode: "apply", limits, ...fleet }, ...more };
}

/** Devices `ws-1` … of the pilot, one patch, one store. */
class World {
  readonly clock = new TestClock();
  readonly store: Store = openMemoryStore();
  readonly backend: SimBackend;
  policy: PolicySet;

  constructor(devices = 4, given: PolicySet = fleetPolicy()) {
    this.policy = given;
    const all = Array.from({ length: devices }, (_, i) => ({ id: `ws-${i + 1}`, tag: "pilot" }));
    this.backend = new SimBackend(all, () => this.clock.now(), { concurrency: 2 });
    this.backend.release({ id: "KB1" });
    this.clock.advance(60);
  }

  ports(more: Partial<RunWritePorts> = {}): RunWritePorts {
    return makePorts(this.backend, this.store, this.clock, more);
  }

  /** Half an hour later. */
  async next(more: Partial<RunWritePorts> = {}, order: Partial<RunOrder> = {}): Promise<RunReport> {
    this.clock.advance(1800);
    for (const { id } of this.backend.devices) this.backend.scannedAt.set(id, this.clock.now());
    const outcome = await reconcileOnce(makeOrder(this.policy, order), this.ports(more));
    if (outcome.kind !== "ran") throw new Error(outcome.kind);
    return outcome.report;
  }

  ledger() {
    return readLedger(this.store.reader);
  }
}

/** A writer that does this instead for one device, and is as ever for the others. */
function troubled(
  backend: SimBackend,
  device: string,
  trouble: () => Promise<readonly ActionOutcome[]>,
): PatchWriter {
  return {
    pace: backend.pace,
    send: (batch) =>
      batch.actions.some((one) => one.device === device) ? trouble() : backend.writer.send(batch),
  };
}

const outcomes = (report: RunReport) =>
  Object.fromEntries(report.summary.steps.map(({ name, outcome }) => [name, outcome]));

describe("a quiet run", () => {
  it("writes one heartbeat and no other event", async () => {
    const world = new World();
    await world.next();
    const settled = await world.next();
    expect(settled.summary.changed).toBe(true);
    const before = (await world.ledger()).length;
    const report = await world.next();
    expect(report.summary).toMatchObject({ changed: false, exitCode: 0 });
    const added = (await world.ledger()).slice(before);
    expect(added.map(({ type }) => type)).toEqual(["run"]);
    await checkJournal(world.store.reader);
  });
});

describe("one writer", () => {
  it("is told who holds the lease, and nothing is read", async () => {
    const world = new World();
    const held = await world.store.acquireLease({ holder: "ops-2", now: world.clock.now(), seconds: 600 });
    const outcome = await reconcileOnce(makeOrder(world.policy), world.ports());
    expect(outcome).toMatchObject({ kind: "locked", lease: { ...held.lease, holder: "ops-2" } });
    expect(world.backend.reads).toBe(0);
    expect(await world.ledger()).toEqual([]);
  });

  it("that lost its lease sends nothing more", async () => {
    const world = new World();
    let calls = 0;
    const writer: PatchWriter = {
      pace: { concurrency: 1 },
      send: async (batch) => {
        calls += 1;
        world.clock.advance(3600);
        await world.store.acquireLease({ holder: "ops-2", now: world.clock.now(), seconds: 600 });
        return world.backend.writer.send(batch);
      },
    };
    expect(await reconcileOnce(makeOrder(world.policy), world.ports({ writer }))).toMatchObject({
      kind: "lost",
    });
    expect(calls).toBe(1);
    // The one that was under way has no answer in the journal, so it is unknown to the next run.
    expect(await world.store.reader.listUnsettled()).toMatchObject([{ result: null }]);
  });
});

describe("one device's trouble never stops another's", () => {
  it.each<[string, () => Promise<readonly ActionOutcome[]>, string, number]>([
    ["a refusal", () => Promise.resolve([{ kind: "refused", reason: "no" }]), "refused", 6],
    ["a lost answer", () => Promise.resolve([{ kind: "unknown", reason: "lost" }]), "unknown", 7],
    ["garbage", () => Promise.resolve([] as const), "unknown", 7],
    ["garbage of another kind", () => Promise.resolve(null as never), "unknown", 7],
    ["an error of the adapter", () => Promise.reject(new Error("boom")), "unknown", 7],
    [
      "a failure before sending",
      () => Promise.reject(new ProviderError("denied", false, "no")),
      "not-sent",
      6,
    ],
  ])("%s", async (_name, trouble, result, exitCode) => {
    const world = new World();
    const report = await world.next({ writer: troubled(world.backend, "ws-2", trouble) });
    expect(report.summary.exitCode).toBe(exitCode);
    const found = report.answers.map(({ row, result: got }) => [row.device, got]).sort();
    expect(found).toEqual([
      ["ws-1", "accepted"],
      ["ws-2", result],
      ["ws-3", "accepted"],
      ["ws-4", "accepted"],
    ]);
    await checkJournal(world.store.reader);
  });

  it("a call that takes too long is unknown, and not sent again before a read", async () => {
    const world = new World();
    const hanging = troubled(world.backend, "ws-2", () => {
      setImmediate(() => world.clock.passLongWaits());
      return new Promise(() => undefined);
    });
    const report = await world.next({ writer: hanging });
    expect(report.answers.find(({ row }) => row.device === "ws-2")).toMatchObject({
      result: "unknown",
      detail: "no answer within 120 s",
    });
    const after = await world.next();
    expect(after.settlements.map(({ action, result }) => [action.device, result]).sort()).toEqual([
      ["ws-1", "settled"],
      ["ws-2", "undone"],
      ["ws-3", "settled"],
      ["ws-4", "settled"],
    ]);
    expect(after.answers.map(({ row }) => row.device)).toEqual(["ws-2"]);
    expect(sentTwiceBlindly(world.backend.sent)).toEqual([]);
  });

  it("tries again only what certainly was not taken, and waits in between", async () => {
    const world = new World();
    let tries = 0;
    const flaky = troubled(world.backend, "ws-2", () => {
      tries += 1;
      return tries < 3
        ? Promise.reject(new ProviderError("unreachable", true, "down"))
        : Promise.resolve([{ kind: "accepted" }]);
    });
    const before = world.clock.elapsedMs();
    const report = await world.next({ writer: flaky });
    expect([tries, report.summary.exitCode]).toEqual([3, 0]);
    expect(world.clock.elapsedMs() - before).toBeGreaterThan(1_803_000);
  });

  it("a backend that fails call after call is left for the next run", async () => {
    const world = new World(10);
    const down: PatchWriter = {
      pace: { concurrency: 1 },
      send: () => Promise.reject(new ProviderError("unreachable", false, "down")),
    };
    const report = await world.next({ writer: down });
    expect([report.answers.length, report.left, report.summary.exitCode]).toEqual([3, 7, 1]);
    expect((await world.next()).answers).toHaveLength(10);
  });
});

describe("what is refused is tried again later and later", () => {
  it("and shown as kept back", async () => {
    const world = new World(1);
    const no = troubled(world.backend, "ws-1", () => Promise.resolve([{ kind: "refused", reason: "busy" }]));
    const tried: number[] = [];
    for (let run = 0; run < 16; run += 1) {
      const report = await world.next({ writer: no });
      if (report.answers.length > 0) tried.push(run);
      else expect(report.withheld).toMatchObject([{ device: "ws-1", reason: "TRY_LATER" }]);
    }
    expect(tried).toEqual([0, 1, 3, 7, 15]);
  });
});

describe("asked to stop", () => {
  it("finishes what is under way, records it, and begins nothing more", async () => {
    const world = new World();
    const stop = new AbortController();
    const writer: PatchWriter = {
      pace: { concurrency: 1 },
      send: (batch) => {
        stop.abort();
        return world.backend.writer.send(batch);
      },
    };
    const report = await world.next({ writer, stop: stop.signal });
    expect([report.answers.length, report.left, report.summary.exitCode]).toEqual([1, 3, 130]);
    expect(await world.store.reader.readLease()).toBeNull();
    expect((await world.next()).answers).toHaveLength(3);
    await checkJournal(world.store.reader);
  });

  it("while the backend is read sends nothing", async () => {
    const world = new World();
    const stop = new AbortController();
    const reader = {
      readSnapshot: () => {
        stop.abort();
        return new Promise<never>(() => undefined);
      },
    };
    const report = await world.next({ reader, stop: stop.signal });
    expect([report.summary.exitCode, world.backend.sent.length]).toEqual([130, 0]);
  });
});

describe("guards", () => {
  it("stop the whole run before its first write, and are recorded", async () => {
    const limits = { ...policy().fleet.limits, actionsPerRun: 3, devicesPerRun: ALL };
    const world = new World(4, fleetPolicy({ limits }));
    const report = await world.next();
    expect(outcomes(report)).toMatchObject({ guard: "stalled", apply: "skipped", promote: "skipped" });
    expect([report.summary.exitCode, world.backend.sent.length]).toEqual([5, 0]);
    expect(ofType(await world.ledger(), "guard")).toMatchObject([
      { guard: "actionsPerRun", value: 4, limit: 3 },
    ]);
    const raised = [{ guard: "actionsPerRun", limit: 3, value: 4, reason: "new pilot" }];
    const again = await world.next({}, { checkGuards: () => ({ stopped: [], raised }) });
    expect(again.answers).toHaveLength(4);
    expect(ofType(await world.ledger(), "override")).toEqual(raised);
  });

  it("see a fleet that shrank, until somebody says that it is meant", async () => {
    const world = new World(10);
    await world.next();
    const devices = world.backend.devices as { id: string; tag: string }[];
    devices.splice(0, 5);
    const report = await world.next();
    expect(report.stopped).toMatchObject([{ guard: "fleetShrink", value: 50, limit: 10 }]);
    // What tripped the guard is not what the next run compares with.
    expect((await world.next()).stopped).toHaveLength(1);
    const raise: RunOrder["checkGuards"] = (rows) => ({
      stopped: [],
      raised: rows.filter(({ tripped }) => tripped).map((row) => ({ ...row, reason: "site closed" })),
    });
    expect((await world.next({}, { checkGuards: raise })).summary.exitCode).toBe(0);
    expect((await world.next()).stopped).toEqual([]);
  });

  it("refuse an incomplete snapshot, whatever the mode", async () => {
    for (const mode of ["observe", "propose", "apply"] as const) {
      const world = new World(2, fleetPolicy({ mode }));
      world.backend.isComplete = false;
      const report = await world.next();
      expect([report.summary.exitCode, report.stopped.map(({ guard }) => guard)]).toEqual([
        5,
        ["incompleteSnapshot"],
      ]);
      expect(await world.store.reader.readFleet()).toBeNull();
    }
  });
});

describe("the modes", () => {
  it.each(["observe", "propose"] as const)("%s sends nothing to the backend", async (mode) => {
    const world = new World(2, fleetPolicy({ mode }));
    let asked = 0;
    const promote = () => {
      asked += 1;
      return Promise.resolve(null);
    };
    const report = await world.next({ writer: null, promote });
    expect(outcomes(report)).toMatchObject({ observe: "done", apply: "skipped" });
    expect([asked, world.backend.sent.length, report.actions.length]).toEqual([
      mode === "observe" ? 0 : 1,
      0,
      2,
    ]);
  });
});

describe("a dry run", () => {
  it("says what the run then does, and writes nothing", async () => {
    const world = new World();
    await world.next({
      writer: troubled(world.backend, "ws-2", () => Promise.resolve([{ kind: "refused", reason: "busy" }])),
    });
    world.backend.release({ id: "KB2" });
    world.clock.advance(600);
    const before = await world.ledger();
    const ports = world.ports();
    const preview = await previewRun(makeOrder(world.policy), ports);
    expect(await world.ledger()).toEqual(before);
    const outcome = await reconcileOnce(makeOrder(world.policy), ports);
    if (outcome.kind !== "ran") throw new Error(outcome.kind);
    const { report } = outcome;
    expect(preview.actions).toEqual(report.actions);
    expect(preview.withheld).toEqual(report.withheld);
    expect(preview.guards).toEqual(report.guards);
    expect(report.withheld).toHaveLength(1);
    expect(report.answers.map(({ row }) => row)).toEqual(report.actions);
  });
});

describe("what the world can do", () => {
  it("a backend that cannot be read leaves a record, and the next run goes on", async () => {
    const world = new World();
    const reader = { readSnapshot: () => Promise.reject(new ProviderError("unreachable", true, "down")) };
    const report = await world.next({ reader });
    expect([report.summary.exitCode, outcomes(report)["observe"]]).toEqual([1, "failed"]);
    expect((await world.next()).answers).toHaveLength(4);
    expect(ofType(await world.ledger(), "run")).toHaveLength(2);
  });

  it("a disk that is full after a call makes it unknown, and the next run reads first", async () => {
    const world = new World();
    const full: Store = {
      reader: world.store.reader,
      acquireLease: async (order) => {
        const answer = await world.store.acquireLease(order);
        if (answer.kind === "held") return answer;
        const writer = Object.create(answer.writer) as typeof answer.writer;
        const fail = (): Promise<never> => Promise.reject(new StoreError("storage", false, "disk full"));
        const methods = [
          "startRun",
          "renewLease",
          "releaseLease",
          "recordSeen",
          "recordIntents",
          "recordFleet",
        ] as const;
        const kept = Object.fromEntries(
          methods.map((name) => [name, answer.writer[name].bind(answer.writer)]),
        );
        return { ...answer, writer: Object.assign(writer, kept, { recordResults: fail, finishRun: fail }) };
      },
    };
    world.clock.advance(600);
    const running = reconcileOnce(makeOrder(world.policy), world.ports({ store: full }));
    await expect(running).rejects.toThrow("disk full");
    expect(world.backend.sent.length).toBeLessThan(4);
    const after = await world.next();
    expect(after.cutOff).toHaveLength(1);
    expect(world.backend.sent).toHaveLength(4);
    expect(sentTwiceBlindly(world.backend.sent)).toEqual([]);
    await checkJournal(world.store.reader);
  });

  it("a clock that goes back delays, and forgets nothing", async () => {
    const world = new World();
    world.clock.at += 365 * 86_400;
    await world.next();
    world.clock.at -= 365 * 86_400;
    expect((await world.next()).summary.exitCode).toBe(0);
    expect((await world.next()).unsettled).toEqual([]);
    expect(world.backend.sent).toHaveLength(4);
  });

  it("an answer of success that is never seen is unverified, named, and tried again later", async () => {
    const world = new World(1);
    const liar: PatchWriter = {
      send: (batch) => Promise.resolve(batch.actions.map(() => ({ kind: "accepted" }))),
    };
    const seen: string[] = [];
    for (let run = 0; run < 5; run += 1) {
      const report = await world.next({ writer: liar });
      const named = report.settlements.filter((one) => one.isNew).map(({ result }) => result);
      seen.push(
        [...report.answers.map(() => "sent"), ...named, ...report.withheld.map(({ reason }) => reason)].join(
          " ",
        ),
      );
    }
    expect(seen).toEqual(["sent", "UNSETTLED", "unverified TRY_LATER", "sent", "UNSETTLED"]);
  });
});

describe("the brake", () => {
  const rings = [ring("pilot", { brake: { failedDevices: 1, failedPercent: null } })];
  const failing = (world: World, ...devices: readonly string[]): void => {
    for (const id of devices) {
      Object.assign(world.backend.fact(id, "KB1"), {
        status: "failed",
        approval: "approve",
        byUs: true,
        attempts: 9,
        lastAttemptAt: world.clock.now(),
      });
    }
  };
  const requests = (state: "open" | "merged" | "closed"): HoldPort & { proposed: string[] } => {
    const proposed: string[] = [];
    return {
      proposed,
      propose: ({ ring: name, patch }) => {
        proposed.push(`${patch} in ${name}`);
        return Promise.resolve(7);
      },
      readState: () => Promise.resolve(state),
    };
  };

  it("stops further approvals at once, with its numbers, and proposes a hold once", async () => {
    const world = new World(6, fleetPolicy({}, { rings }));
    failing(world, "ws-1", "ws-2");
    const holds = requests("open");
    const report = await world.next({ holds });
    expect(world.backend.sent).toEqual([]);
    expect(report.withheld.map(({ reason }) => reason)).toEqual(["BRAKED", "BRAKED", "BRAKED", "BRAKED"]);
    expect(report.brakes.set).toMatchObject([
      { ring: "pilot", patch: "KB1", failed: 2, eligible: 6, request: 7 },
    ]);
    expect(report.brakes.set[0]!.detail).toBe(
      "KB1 failed on 2 of 6 devices of ring pilot (33 %); the limit is 1 failed devices",
    );
    const again = await world.next({ holds });
    expect([again.summary.changed, again.brakes.kept.length, holds.proposed]).toEqual([
      false,
      1,
      ["KB1 in pilot"],
    ]);
    expect(ofType(await world.ledger(), "brake")).toMatchObject([{ event: "set", failed: 2, eligible: 6 }]);
  });

  it("does not speak within the limits, nor of a patch that nobody is approved for", async () => {
    const world = new World(2, fleetPolicy({}, { rings }));
    failing(world, "ws-1");
    expect((await world.next()).brakes.set).toEqual([]);
    failing(world, "ws-1", "ws-2");
    expect((await world.next()).brakes.set).toEqual([]);
  });

  it("ends when failures are within the limits again", async () => {
    const world = new World(6, fleetPolicy({}, { rings }));
    failing(world, "ws-1", "ws-2");
    await world.next();
    Object.assign(world.backend.fact("ws-2", "KB1"), { status: "installed" });
    const report = await world.next();
    expect(report.brakes.released).toMatchObject([
      { why: "failures are within the limits again: 1 of 6 devices" },
    ]);
    expect(report.answers).toHaveLength(4);
  });

  it("does not end because broken devices fall silent", async () => {
    const world = new World(6, fleetPolicy({}, { rings }));
    failing(world, "ws-1", "ws-2");
    await world.next();
    world.clock.advance(30 * 86_400);
    const { reader } = world.backend;
    const silent = {
      readSnapshot: () => {
        world.backend.scannedAt.set("ws-1", world.clock.now() - 20 * 86_400);
        world.backend.scannedAt.set("ws-2", world.clock.now() - 20 * 86_400);
        return reader.readSnapshot();
      },
    };
    expect((await world.next({ reader: silent })).brakes).toMatchObject({
      kept: [{ patch: "KB1" }],
      released: [],
    });
  });

  it.each(["merged", "closed"] as const)("is people's once its request is %s", async (state) => {
    const world = new World(6, fleetPolicy({}, { rings }));
    failing(world, "ws-1", "ws-2");
    await world.next({ holds: requests("open") });
    const decided = await world.next({ holds: requests(state) });
    expect(decided.brakes.released).toHaveLength(1);
    const after = await world.next({ holds: requests(state) });
    expect([after.brakes.set.length, after.answers.length]).toEqual([0, 4]);
  });

  it("takes its limits from the rings after, else from the ring's own gates", async () => {
    const gates = { installedPercent: 90, failedPercent: 100, coverage: [] };
    const given = [
      ring("pilot", { gates: { ...gates, failedDevices: 0 } }),
      ring("broad", { after: "pilot", gates: { ...gates, failedDevices: 2 } }),
    ];
    const world = new World(6, fleetPolicy({}, { rings: given }));
    failing(world, "ws-1", "ws-2");
    expect((await world.next()).brakes.set).toEqual([]);
    const last = new World(6, fleetPolicy({}, { rings: given.slice(0, 1) }));
    failing(last, "ws-1");
    expect((await last.next()).brakes.set).toHaveLength(1);
  });

  it("never stops what only forbids", async () => {
    const rules = [rule("base/all"), rule("base/no", { patches: patches({ id: "KB2" }), then: "ignore" })];
    const world = new World(6, fleetPolicy({}, { rings, rules }));
    world.backend.release({ id: "KB2" });
    failing(world, "ws-1", "ws-2");
    const report = await world.next();
    expect(report.answers.map(({ row }) => row.action)).toEqual(Array.from({ length: 6 }, () => "ignore"));
  });
});

it("knows the next instant at which something can change", async () => {
  const given = fleetPolicy({}, { rules: [rule("base/all", { delay: 86_400 })] });
  const world = new World(1, given);
  const report = await world.next();
  expect(report.summary.nextChangeAt).toBe("2026-03-03T00:00:00Z");
  world.policy = { ...given, holds: [hold("stop", { until: world.clock.now() + 2400 })] };
  expect((await world.next()).summary.nextChangeAt).toBe("2026-03-02T01:11:00Z");
});
