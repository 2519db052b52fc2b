/**
 * A year of half-hour runs over 300 devices, with faults of every kind from a fixed seed: no patch
 * reaches production early, none is forgotten, every fault is recorded, the ledger verifies.
 */
import { describe, expect, it } from "vitest";
import type { LedgerRecord } from "../../../src/core/ledger.ts";
import type { PromotionFile, PolicySet } from "../../../src/core/policy.ts";
import { findCandidates } from "../../../src/core/promotion-candidates.ts";
import type { Decided } from "../../../src/core/decide.ts";
import { ProviderError, type ActionBatch, type ActionOutcome } from "../../../src/provider/provider.ts";
import { reconcileOnce } from "../../../src/reconcile/run/run.ts";
import { openMemoryStore } from "../../../src/store/memory/memory-store.ts";
import { StoreError, type Store, type StoreWriter } from "../../../src/store/store.ts";
import { policy, promotion, ring, rule } from "../../core/builders.ts";
import {
  checkJournal,
  makeOrder,
  makePorts,
  ofType,
  randomFrom,
  readLedger,
  START,
  TestClock,
} from "./run-world.ts";
import { SimBackend, sentTwiceBlindly, type SimDevice } from "./sim-backend.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const HALF_HOUR = HOUR / 2;
const DAYS = 365;
const PILOTS = 30;
const SOAK = 3 * DAY;
/** A patch is taken out of the world when it is this old: by then it must be everywhere. */
const LIFE = 28 * DAY;

const DEVICES: readonly SimDevice[] = Array.from({ length: 300 }, (_, i) => ({
  id: `ws-${String(i).padStart(3, "0")}`,
  tag: i < PILOTS ? "pilot" : "production",
}));
const PRODUCTION = new Set(DEVICES.filter(({ tag }) => tag === "production").map(({ id }) => id));

/** The process dies: nothing of the run goes on, and nothing is cleaned up. */
class Killed extends Error {}

type Fault =
  "unreachable" | "half" | "refused" | "lost" | "taken" | "throws" | "garbage" | "hangs" | "killed" | "disk";

class Year {
  readonly clock = new TestClock(START);
  readonly store: Store = openMemoryStore();
  readonly faults = new Map<Fault, number>();
  readonly backend: SimBackend;
  readonly #random: () => number;
  #policy: PolicySet;
  #run = 0;
  #isDead = false;
  #fault: Fault | null = null;
  /** When each patch was released. */
  readonly releasedAt = new Map<string, number>();
  readonly early: string[] = [];
  readonly forgotten: string[] = [];

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.backend = new SimBackend(DEVICES, () => this.clock.now(), { batchActions: 50, concurrency: 2 });
    const base = policy();
    const percent = { kind: "percent", value: 100 } as const;
    this.#policy = {
      ...base,
      fleet: { ...base.fleet, mode: "apply", limits: { ...base.fleet.limits, devicesPerRun: percent } },
      rules: [rule("base/all", { delay: DAY })],
      rings: [
        ring("pilot", { brake: { failedDevices: null, failedPercent: 60 } }),
        ring("production", {
          after: "pilot",
          soak: { for: SOAK, clock: "quorum", quorum: { percent: 80, minDevices: 1 } },
          gates: { installedPercent: 80, failedDevices: 5, failedPercent: 100, coverage: [] },
          brake: { failedDevices: null, failedPercent: 60 },
        }),
      ],
    };
  }

  note(fault: Fault): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }

  count(fault: Fault): number {
    return this.faults.get(fault) ?? 0;
  }

  async live(): Promise<void> {
    for (let tick = 0; tick < DAYS * 48; tick += 1) {
      this.#world(tick);
      await this.#reconcile();
    }
    // The last word is an honest one, so that what is on its way is seen.
    for (let tick = 0; tick < 4; tick += 1) {
      this.clock.advance(HALF_HOUR);
      this.#scan();
      await this.#reconcile(true);
    }
  }

  #world(tick: number): void {
    const { clock, backend } = this;
    clock.at = START + tick * HALF_HOUR;
    if (tick % (48 * 7) === 0) {
      const id = `KB${String(tick / 48 / 7).padStart(3, "0")}`;
      backend.release({ id });
      this.releasedAt.set(id, clock.now());
    }
    for (const [id, at] of this.releasedAt) {
      if (clock.now() - at < LIFE) continue;
      for (const { id: device } of DEVICES) {
        const { status, attempts } = backend.fact(device, id);
        if (status !== "installed" && attempts < 3) this.forgotten.push(`${id} on ${device}: ${status}`);
      }
      backend.retire(id);
      this.releasedAt.delete(id);
    }
    this.#scan();
    for (const facts of backend.facts.values()) {
      for (const fact of facts.values()) {
        if (fact.status !== "pending" || this.#random() > 0.2) continue;
        const fails = this.#random() < 0.04;
        fact.attempts += fails ? 1 : 0;
        fact.lastAttemptAt = clock.now();
        fact.status = fails ? "failed" : "installed";
        if (!fails) Object.assign(fact, { approval: "none", byUs: false, installedAt: clock.now() });
      }
    }
  }

  #scan(): void {
    for (const { id } of DEVICES) this.backend.scannedAt.set(id, this.clock.now() + 1);
  }

  async #reconcile(isHonest = false): Promise<void> {
    const { clock, backend, store } = this;
    this.#run += 1;
    this.#isDead = false;
    this.#fault = isHonest || this.#random() > 0.15 ? null : this.#pick();
    // Now and then the clock of this host is wrong, for one run.
    const skew = !isHonest && this.#random() < 0.002 ? -HOUR : 0;
    clock.at += 5 + skew;
    const ports = makePorts({ reader: this.#reader(), writer: this.#writer() }, this.#watch(store), clock, {
      random: this.#random,
      promote: (decided) => this.#promote(decided),
    });
    const order = makeOrder(this.#policy, {
      holder: `run ${this.#run}`,
      settings: { leaseSeconds: 600, retries: 2, keepSeconds: 30 * DAY },
    });
    try {
      const outcome = await reconcileOnce(order, ports);
      if (outcome.kind !== "ran") throw new Error(`run ${this.#run} is ${outcome.kind}`);
    } catch (error) {
      const isOurs =
        error instanceof Killed || (error instanceof StoreError && error.message === "disk full");
      if (!isOurs) throw error;
    }
    backend.isComplete = true;
  }

  #pick(): Fault {
    const faults: readonly Fault[] = [
      "unreachable",
      "half",
      "refused",
      "lost",
      "taken",
      "throws",
      "garbage",
      "hangs",
      "killed",
      "disk",
    ];
    return faults[Math.floor(this.#random() * faults.length)]!;
  }

  #takeFault(fault: Fault): boolean {
    if (this.#fault !== fault) return false;
    this.#fault = null;
    this.note(fault);
    return true;
  }

  #reader() {
    const { backend } = this;
    return {
      readSnapshot: () => {
        if (this.#takeFault("unreachable"))
          return Promise.reject(new ProviderError("unreachable", true, "down"));
        backend.isComplete = !this.#takeFault("half");
        this.clock.advance(1);
        return Promise.resolve(backend.read());
      },
    };
  }

  #writer() {
    const { backend, clock } = this;
    const accepted = (batch: ActionBatch): ActionOutcome[] => batch.actions.map(() => ({ kind: "accepted" }));
    return {
      pace: backend.pace,
      send: async (batch: ActionBatch): Promise<readonly ActionOutcome[]> => {
        clock.advance(1);
        if (this.#takeFault("refused")) {
          return batch.actions.map(() => ({ kind: "refused", reason: "busy" }));
        }
        if (this.#takeFault("lost")) return batch.actions.map(() => ({ kind: "unknown", reason: "lost" }));
        if (this.#takeFault("throws")) throw new ProviderError("unreachable", true, "refused the connection");
        if (this.#takeFault("garbage")) return [] as const;
        if (this.#takeFault("hangs")) {
          setImmediate(() => clock.passLongWaits());
          return new Promise(() => undefined);
        }
        this.#check(batch);
        backend.take(batch);
        if (this.#takeFault("taken")) return batch.actions.map(() => ({ kind: "unknown", reason: "lost" }));
        if (this.#takeFault("killed")) this.#isDead = true;
        return Promise.resolve(accepted(batch));
      },
    };
  }

  /** A store whose disk is full once, or whose process has died: then every write fails. */
  #watch(store: Store): Store {
    const wrap = (writer: StoreWriter): StoreWriter =>
      new Proxy(writer, {
        get: (target, key) => {
          const value = Reflect.get(target, key, target) as unknown;
          if (typeof value !== "function") return value;
          return (...args: unknown[]): unknown => {
            if (this.#isDead) return Promise.reject(new Killed());
            if (key === "recordResults" && this.#takeFault("disk")) {
              return Promise.reject(new StoreError("storage", false, "disk full"));
            }
            return Reflect.apply(value, target, args) as unknown;
          };
        },
      });
    return {
      reader: store.reader,
      acquireLease: async (order) => {
        const answer = await store.acquireLease(order);
        return answer.kind === "held" ? answer : { ...answer, writer: wrap(answer.writer) };
      },
    };
  }

  /** Nothing may be approved in production before most of the pilot has had it for the whole soak. */
  #check({ actions }: ActionBatch): void {
    const now = this.clock.now();
    for (const { device, patch, action } of actions) {
      if (action !== "approve" || !PRODUCTION.has(device)) continue;
      const proven = DEVICES.slice(0, PILOTS).filter(({ id }) => {
        const { status, installedAt } = this.backend.fact(id, patch);
        return status === "installed" && now - installedAt >= SOAK;
      });
      if (proven.length < 0.8 * PILOTS) this.early.push(`${patch} on ${device}: ${proven.length} pilots`);
    }
  }

  /** People merge what is ready, within hours. */
  #promote(decided: Decided): Promise<null> {
    const { now } = decided.compiled;
    const ready = findCandidates(decided).filter(({ state }) => state.kind === "ready");
    for (const { patch, evidence, soak } of ready) {
      if (this.#random() > 0.2) continue;
      const { eligible, installed, failed, pending, t0 } = evidence;
      const claim = {
        eligible,
        installed,
        failed,
        pending,
        t0: t0!,
        metAt: t0! + soak,
        at: now,
        coverage: [],
      };
      const file: PromotionFile = promotion(patch.id, claim);
      this.#policy = { ...this.#policy, promotions: [...this.#policy.promotions, file].slice(-20) };
    }
    return Promise.resolve(null);
  }
}

/** What the ledger says of runs and outcomes. */
function tally(ledger: readonly LedgerRecord[]) {
  const runs = ofType(ledger, "run");
  const outcomes = ofType(ledger, "outcome");
  const words = (result: string, detail: RegExp): number =>
    outcomes.filter((one) => one.result === result && detail.test(one.detail ?? "")).length;
  return {
    runs,
    words,
    failedToRead: runs.filter((run) =>
      run.steps.some(({ name, outcome }) => name === "observe" && outcome === "failed"),
    ).length,
    stoppedHalf: ofType(ledger, "guard").filter(({ guard }) => guard === "incompleteSnapshot").length,
    cutOff: runs.filter((run) => run.steps.some(({ detail }) => detail.includes("was cut off"))).length,
  };
}

describe("a year", () => {
  it.each([20_260_302])(
    "with seed %i",
    async (seed) => {
      const year = new Year(seed);
      await year.live();
      expect(year.early).toEqual([]);
      expect(year.forgotten).toEqual([]);
      expect(sentTwiceBlindly(year.backend.sent)).toEqual([]);
      const { reader } = year.store;
      await checkJournal(reader);
      const { runs, words, failedToRead, stoppedHalf, cutOff } = tally(await readLedger(reader));
      // Every run left its record, but those whose process died.
      expect(runs).toHaveLength(DAYS * 48 + 4 - year.count("killed"));
      expect(failedToRead).toBe(year.count("unreachable"));
      expect(stoppedHalf).toBe(year.count("half"));
      expect(cutOff).toBe(year.count("killed"));
      for (const [fault, result, detail] of [
        ["refused", "refused", /busy/],
        ["garbage", "unknown", /one outcome an action/],
        ["hangs", "unknown", /no answer within/],
        ["killed", "unknown", /cut off/],
      ] as const) {
        expect([fault, year.count(fault) > 0]).toEqual([fault, true]);
        expect([fault, words(result, detail) >= year.count(fault)]).toEqual([fault, true]);
      }
      expect(words("unknown", /^lost$/)).toBeGreaterThanOrEqual(year.count("lost") + year.count("taken"));
      expect(await reader.listUnsettled()).toEqual([]);
      // Quiet: most runs change nothing, and each of those left its heartbeat alone.
      expect(runs.filter((run) => !run.changed).length).toBeGreaterThan(runs.length / 2);
    },
    300_000,
  );
});
