/** The steps of a run, in their order; each leaves its outcome (design 1). */
import type { Diagnostic } from "../../core/diagnostic.ts";
import { RUN_STEPS } from "../../core/ledger.ts";
import type { Instant } from "../../core/model.ts";
import type { Settlement, UnsettledAction } from "../../core/settle.ts";
import type { Disappointment } from "../../core/withhold.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { fillSeenTimes } from "../../core/seen-times.ts";
import { ProviderError } from "../../provider/provider.ts";
import type { JournalEntry } from "../../store/store.ts";
import type { PromotionRun } from "../promote/promote.ts";
import type { Applied } from "./apply.ts";
import { readLifted, setBrakes } from "./brakes.ts";
import { choose, countingGuards, decideRun, judge, type Choice, type RunDecision } from "./decide-run.ts";
import { guardEntry, overrideEntry } from "./entries.ts";
import type { Memory } from "./memory.ts";
import { asCutOff, markCutOff, readBackend, recordSettlements, settle, type Reading } from "./observe.ts";
import type { CheckedGuards, RunOrder, RunReadPorts } from "./ports.ts";
import { StepLog, type BrakesOfRun, type RunReport } from "./report.ts";
import * as say from "./say.ts";
import { summarize } from "./summary.ts";
import { applyStep, promoteStep, recordStep, type WritingSession } from "./write-steps.ts";

const NOTHING_CHECKED: CheckedGuards = { stopped: [], raised: [] };
const NO_BRAKES: BrakesOfRun = { set: [], kept: [], released: [] };
const NOTHING_APPLIED: Applied = { answers: [], left: 0, halted: null, failure: null };

/** One run. Without a session it is a dry run: the same steps, and nothing is written anywhere. */
export class RunPass {
  readonly #order: RunOrder;
  readonly #ports: RunReadPorts;
  readonly #memory: Memory;
  readonly #session: WritingSession | null;
  readonly #startedAt: Instant;
  readonly #log = new StepLog();
  #diagnostics: readonly Diagnostic[] = [];
  #failures: unknown[] = [];
  #settlements: readonly Settlement[] = [];
  #unsettled: readonly UnsettledAction[];
  #decision: RunDecision | null = null;
  #choice: Choice | null = null;
  #checked = NOTHING_CHECKED;
  #brakes = NO_BRAKES;
  #applied = NOTHING_APPLIED;
  #promotions: PromotionRun | null = null;
  #isInterrupted = false;
  /** As it was read, without the times that were filled in. */
  #toStore: Snapshot | null = null;

  constructor(
    order: RunOrder,
    ports: RunReadPorts,
    memory: Memory,
    startedAt: Instant,
    session: WritingSession | null,
  ) {
    this.#order = order;
    this.#ports = ports;
    this.#memory = memory;
    this.#startedAt = startedAt;
    this.#session = session;
    this.#unsettled = memory.unsettled;
  }

  async run(): Promise<RunReport> {
    const snapshot = await this.#observe();
    if (snapshot !== null) {
      await this.#decide(snapshot);
      await this.#guard();
      await this.#apply();
      await this.#record(snapshot);
      await this.#promote();
    }
    return this.report();
  }

  /** As far as it came. */
  report(): RunReport {
    const skipped = RUN_STEPS.filter((name) => !this.#log.steps.some((step) => step.name === name));
    for (const name of skipped) this.#log.add(name, "skipped", "an earlier step did not get this far");
    const found = {
      plan: this.#decision?.plan ?? null,
      decided: this.#decision?.decided ?? null,
      actions: this.#choice?.actions ?? [],
      withheld: this.#choice?.withheld ?? [],
      answers: this.#applied.answers,
      left: this.#applied.left,
      settlements: this.#settlements,
      unsettled: this.#unsettled,
      cutOff: this.#memory.cutOff,
      guards: this.#choice?.guards ?? [],
      ...this.#checked,
      brakes: this.#brakes,
      promotions: this.#promotions,
      diagnostics: this.#diagnostics,
      failures: this.#failures,
    };
    const { policy, identity } = this.#order;
    const summary = summarize({
      ...found,
      policy,
      identity,
      mode: policy.fleet.mode,
      steps: this.#log.steps,
      startedAt: this.#startedAt,
      finishedAt: this.#ports.clock.now(),
      isInterrupted: this.#isInterrupted,
    });
    return { id: this.#session?.id ?? null, summary, ...found };
  }

  async #observe(): Promise<Snapshot | null> {
    const { clock } = this.#ports;
    const open = await this.#takeOver();
    const read = () => readBackend(this.#ports, () => clock.now());
    const reading = await (this.#session === null ? read() : this.#session.lease.during(read));
    switch (reading.kind) {
      case "interrupted":
        this.#isInterrupted = true;
        this.#log.add("observe", "skipped", "asked to stop while the backend was read");
        return null;
      case "failed":
        if (!(reading.error instanceof ProviderError)) throw reading.error;
        this.#failures.push(reading.error);
        this.#log.add("observe", "failed", say.errorText(reading.error), "cli/backend");
        return null;
      case "wrong": {
        this.#diagnostics = reading.diagnostics;
        const first = reading.diagnostics.find((one) => one.severity === "error");
        this.#log.add("observe", "stalled", first?.summary ?? "the snapshot is wrong", first?.code ?? null);
        return null;
      }
      case "read":
        this.#diagnostics = reading.diagnostics;
        await this.#settle(open, reading.snapshot, reading.beganAt);
        this.#toStore = isStorable(this.#ports, reading) ? reading.snapshot : null;
        return this.#fillSeen(reading.snapshot);
    }
  }

  /** Actions of a run that was cut off may have been sent. */
  async #takeOver(): Promise<readonly JournalEntry[]> {
    const { unsettled } = this.#memory;
    const session = this.#session;
    const marked =
      session === null
        ? asCutOff(unsettled)
        : await markCutOff(session.id, this.#startedAt, unsettled, session.store);
    this.#unsettled = marked;
    return marked;
  }

  async #settle(open: readonly JournalEntry[], snapshot: Snapshot, beganAt: Instant): Promise<void> {
    const { settlements, unsettled } = settle(open, snapshot, beganAt);
    this.#settlements = settlements;
    this.#unsettled = unsettled;
    if (this.#session === null) return;
    const { id, store } = this.#session;
    await recordSettlements(id, this.#ports.clock.now(), settlements, store);
  }

  /** Dates that the backend does not give are those at which they were first seen. */
  async #fillSeen(snapshot: Snapshot): Promise<Snapshot> {
    const { seen } = this.#memory;
    const now = this.#ports.clock.now();
    const filled = fillSeenTimes(snapshot, seen, now);
    if (filled.fresh !== null) await this.#session?.store.recordSeen(filled.fresh);
    return filled.snapshot;
  }

  async #decide(snapshot: Snapshot): Promise<void> {
    const decision = decideRun(this.#order, snapshot, this.#ports.clock.now(), this.#memory.fleet);
    const judged = judge(decision, this.#memory.brakes);
    const lifted =
      this.#ports.memory === null ? () => false : await readLifted(this.#ports.memory, judged.set);
    const disappointed = [...this.#memory.disappointed, ...this.#newlyUnverified(decision)];
    const choice = choose(decision, disappointed, this.#unsettled, judged, lifted);
    const { plan } = decision;
    this.#decision = decision;
    this.#choice = choice;
    this.#brakes = { ...choice.brakes, set: choice.brakes.set.map((one) => ({ ...one, request: null })) };
    const unverified = this.#settlements.some((one) => one.result === "unverified");
    this.#log.add(
      "observe",
      unverified ? "stalled" : this.#unsettled.length > 0 ? "waiting" : "done",
      say.observed(plan.snapshot, this.#settlements, this.#unsettled, this.#memory.cutOff),
      unverified ? "reconcile/unverified" : null,
    );
    this.#log.add("decide", "done", say.verdicts(plan));
    const isBraked = choice.brakes.set.length + choice.brakes.kept.length > 0;
    this.#log.add(
      "plan",
      isBraked ? "stalled" : "done",
      say.planned(plan, choice.actions, choice.withheld.length),
      isBraked ? "BRAKED" : null,
    );
  }

  #newlyUnverified({ decided }: RunDecision): readonly Disappointment[] {
    return this.#settlements
      .filter((one) => one.result === "unverified")
      .map(({ action, detail }) => ({ ...action, resultAt: decided.compiled.now, detail }));
  }

  async #guard(): Promise<void> {
    const { guards } = this.#choice!;
    const sends = this.#order.policy.fleet.mode === "apply";
    this.#checked = this.#order.checkGuards(countingGuards(guards, sends));
    const { stopped, raised } = this.#checked;
    this.#log.add(
      "guard",
      stopped.length > 0 ? "stalled" : "done",
      say.guards(stopped, raised.length),
      stopped.length > 0 ? "cli/guard" : null,
    );
    if (this.#session === null) return;
    const { id, store } = this.#session;
    const at = this.#ports.clock.now();
    const entries = [
      ...stopped.map((one) => guardEntry(id, at, one)),
      ...raised.map((one) => overrideEntry(id, at, one)),
    ];
    if (entries.length > 0) await store.appendLedger(entries);
    if (stopped.length > 0 || this.#order.policy.fleet.mode === "observe") return;
    this.#brakes = await setBrakes(this.#choice!.brakes, { run: id, at, store, holds: null });
  }

  /** Why the steps that write are skipped; null when they are not. */
  #obstacle(): string | null {
    return this.#checked.stopped.length > 0 ? "a guard stopped the run" : null;
  }

  async #apply(): Promise<void> {
    const { mode } = this.#order.policy.fleet;
    const session = this.#session;
    const why = this.#obstacle() ?? (mode === "apply" ? null : `the fleet's mode is ${mode}`);
    if (why !== null || session === null) {
      this.#log.add("apply", "skipped", why ?? "a dry run sends nothing");
      return;
    }
    const { raised } = this.#checked;
    const { retries } = this.#order.settings;
    const { applied, step } = await applyStep(session, this.#choice!.actions, raised, retries);
    this.#applied = applied;
    this.#isInterrupted ||= applied.halted === "interrupted";
    if (applied.failure !== null) this.#failures.push(applied.failure);
    this.#log.steps.push(step);
  }

  async #record(snapshot: Snapshot): Promise<void> {
    if (this.#session === null) {
      this.#log.add("record", "skipped", "a dry run records nothing");
      return;
    }
    const isTrusted = snapshot.header.complete && this.#obstacle() === null;
    const step = await recordStep(this.#session, this.#memory, snapshot, {
      isTrusted,
      toStore: this.#toStore,
      startedAt: this.#startedAt,
      keepSeconds: this.#order.settings.keepSeconds,
    });
    this.#toStore = null;
    this.#log.steps.push(step);
  }

  async #promote(): Promise<void> {
    const { mode } = this.#order.policy.fleet;
    const session = this.#session;
    const isAsked = this.#ports.stop.aborted;
    const why =
      this.#obstacle() ??
      (mode === "observe" ? "the fleet's mode is observe" : isAsked ? "asked to stop" : null);
    this.#isInterrupted ||= isAsked && session !== null;
    if (why !== null || session === null) {
      this.#log.add("promote", "skipped", why ?? "a dry run asks for nothing");
      return;
    }
    const done = await promoteStep(session, this.#decision!.decided, this.#brakes);
    this.#brakes = done.brakes;
    this.#promotions = done.promotions;
    this.#failures.push(...done.failures);
    this.#log.steps.push(done.step);
  }
}

/** A reading that said something must be read again, so that it says so again. */
function isStorable({ reader }: RunReadPorts, reading: Reading & { readonly kind: "read" }): boolean {
  const { snapshot, diagnostics, isStored } = reading;
  return reader.readCached !== undefined && !isStored && diagnostics.length === 0 && snapshot.header.complete;
}
