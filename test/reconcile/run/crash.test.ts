/**
 * kill -9 at every await of an apply over 200 actions, enumerated: every call to the store and to the
 * backend can be the last one, before it and after its effect. At each of these points the files of the
 * store are copied as they are on disk, and the next run goes on from the copy.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decide } from "../../../src/core/decide.ts";
import { makePlan } from "../../../src/core/make-plan.ts";
import type { PolicySet } from "../../../src/core/policy.ts";
import { reconcileOnce } from "../../../src/reconcile/run/run.ts";
import { openSqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import type { Store, StoreWriter } from "../../../src/store/store.ts";
import { patches, policy, rule } from "../../core/builders.ts";
import { checkJournal, makeOrder, makePorts, ofType, readLedger, START, TestClock } from "./run-world.ts";
import { SimBackend, sentTwiceBlindly } from "./sim-backend.ts";

const DEVICES = Array.from({ length: 50 }, (_, i) => ({
  id: `ws-${String(i).padStart(2, "0")}`,
  tag: "pilot",
}));
/** Two patches to approve and two to ignore on each of 50 devices: 200 actions in 50 calls. */
const APPROVE = ["KB1", "KB2"];
const IGNORE = ["KB3", "KB4"];

function applyPolicy(): PolicySet {
  const base = policy();
  return {
    ...base,
    fleet: {
      ...base.fleet,
      mode: "apply",
      limits: { ...base.fleet.limits, devicesPerRun: { kind: "percent", value: 100 } },
    },
    rules: [
      rule("base/yes", { patches: patches({ id: APPROVE }) }),
      rule("base/no", { patches: patches({ id: IGNORE }), then: "ignore" }),
    ],
  };
}

function makeBackend(clock: TestClock): SimBackend {
  const backend = new SimBackend(DEVICES, () => clock.now(), { batchActions: 4, concurrency: 1 });
  for (const id of [...APPROVE, ...IGNORE]) backend.release({ id });
  return backend;
}

const POLICY = applyPolicy();
const ORDER = makeOrder(POLICY);
let folder = "";
beforeAll(() => {
  // A killed process leaves what it wrote to the file system, synced or not: memory is disk enough.
  folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "patchring-crash-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Boundary = (name: string, when: "before" | "after") => Promise<void>;

/** The same object; each of its methods stops at its two boundaries. */
function wrap<T extends object>(target: T, name: string, boundary: Boundary): T {
  return new Proxy(target, {
    get(object, key) {
      const value = Reflect.get(object, key, object) as unknown;
      if (typeof value !== "function") return value;
      return async (...args: unknown[]): Promise<unknown> => {
        await boundary(`${name}.${String(key)}`, "before");
        const result: unknown = await Reflect.apply(value, object, args);
        await boundary(`${name}.${String(key)}`, "after");
        return result;
      };
    },
  });
}

function wrapStore(store: Store, boundary: Boundary): Store {
  return {
    reader: wrap(store.reader, "reader", boundary),
    async acquireLease(order) {
      await boundary("store.acquireLease", "before");
      const answer = await store.acquireLease(order);
      await boundary("store.acquireLease", "after");
      if (answer.kind === "held") return answer;
      return { ...answer, writer: wrap<StoreWriter>(answer.writer, "writer", boundary) };
    },
  };
}

/** What is left when the process dies here: the files, and the backend. The next run must mend it. */
async function goOnFrom(copy: string, crashed: SimBackend, at: number): Promise<void> {
  const clock = new TestClock(at + 3600);
  const backend = crashed.clone(() => clock.now(), { batchActions: 1000 });
  const store = await openSqliteStore({ path: join(copy, "state.db"), scope: "sim" });
  try {
    const outcome = await reconcileOnce(
      makeOrder(POLICY, { holder: "next" }),
      makePorts(backend, store, clock),
    );
    if (outcome.kind !== "ran") throw new Error(outcome.kind);
    expect(sentTwiceBlindly(backend.sent)).toEqual([]);
    clock.advance(60);
    expect(outcome.report.summary.exitCode).toBe(0);
    const plan = makePlan(decide(POLICY, backend.snapshot(), clock.now(), ORDER.zones), {
      identity: ORDER.identity,
    });
    expect(plan.actions).toEqual([]);
    expect(backend.sent).toHaveLength(200);
    await checkJournal(store.reader);
    const left = await store.reader.listUnsettled();
    expect(left.filter((one) => one.result !== "accepted")).toEqual([]);
  } finally {
    await store.reader.close();
  }
}

describe("killed at any await", () => {
  it("the next run mends it, and sends nothing twice without a read between", async () => {
    const clock = new TestClock(START);
    const backend = makeBackend(clock);
    const home = join(folder, "home");
    mkdirSync(home);
    const store = await openSqliteStore({ path: join(home, "state.db"), scope: "sim" });
    const points: string[] = [];
    const boundary: Boundary = async (name, when) => {
      points.push(`${when} ${name}`);
      const copy = join(folder, "copy");
      cpSync(home, copy, { recursive: true });
      try {
        await goOnFrom(copy, backend, clock.now());
      } catch (error) {
        throw new Error(`killed ${when} ${name} (point ${points.length})`, { cause: error });
      }
      rmSync(copy, { recursive: true });
    };
    clock.advance(60);
    const watched = {
      reader: wrap(backend.reader, "backend", boundary),
      writer: wrap(backend.writer, "backend", boundary),
    };
    const ports = makePorts(watched, wrapStore(store, boundary), clock);
    const outcome = await reconcileOnce(ORDER, ports);
    expect(outcome).toMatchObject({ kind: "ran", report: { summary: { exitCode: 0 } } });
    expect(backend.sent).toHaveLength(200);
    expect(points.filter((one) => one === "before backend.send")).toHaveLength(50);
    expect(points.length).toBeGreaterThan(300);
    expect(ofType(await readLedger(store.reader), "run")).toHaveLength(1);
    await checkJournal(store.reader);
    await store.reader.close();
  }, 600_000);
});
