/** The steps of a run that write: apply, record, promote. Each gives its outcome. */
import type { RunStep } from "../../core/ledger.ts";
import type { Decided } from "../../core/decide.ts";
import type { Instant, Seconds } from "../../core/model.ts";
import type { ActionRow } from "../../core/plan.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { packSnapshot } from "../../snapshot/stored-pack.ts";
import { ForgeError } from "../../forge/error.ts";
import type { RaisedGuard } from "../../provider/provider.ts";
import { RepoError } from "../../repo/error.ts";
import type { StoreWriter } from "../../store/store.ts";
import type { PromotionRun } from "../promote/promote.ts";
import { applyActions, type Applied } from "./apply.ts";
import { followBrakes } from "./brakes.ts";
import { isSameList } from "./decide-run.ts";
import { promotionEntry } from "./entries.ts";
import type { LeaseKeeper } from "./lease.ts";
import type { Memory } from "./memory.ts";
import { PortRefused, type RunWritePorts } from "./ports.ts";
import type { BrakesOfRun } from "./report.ts";
import * as say from "./say.ts";

/** What a run may write with. */
export interface WritingSession {
  readonly ports: RunWritePorts;
  readonly id: string;
  readonly store: StoreWriter;
  readonly lease: LeaseKeeper;
}

const DAY: Seconds = 86_400;

/** Throws `StoreError`. */
export async function applyStep(
  { ports, store, lease, id }: WritingSession,
  rows: readonly ActionRow[],
  raised: readonly RaisedGuard[],
  retries: number,
): Promise<{ readonly applied: Applied; readonly step: RunStep }> {
  const { writer, clock, random, stop } = ports;
  if (writer === null) throw new Error("a run that applies has no writer");
  const applied = await applyActions(
    { run: id, rows, raised, retries },
    { writer, store, lease, clock, random, stop },
  );
  const has = (result: string): boolean => applied.answers.some((one) => one.result === result);
  const isFailed = applied.failure !== null || has("unknown");
  const outcome = isFailed ? "failed" : has("refused") ? "stalled" : applied.left > 0 ? "waiting" : "done";
  const code = isFailed || has("refused") ? "cli/outcome" : null;
  return {
    applied,
    step: { name: "apply", outcome, detail: say.applied(applied.answers, applied), code },
  };
}

export interface RecordOptions {
  /** The snapshot is whole, and no guard stopped the run. */
  readonly isTrusted: boolean;
  /** Kept for the next run, where the backend can tell that nothing changed; null: what is kept stays. */
  readonly toStore: Snapshot | null;
  readonly startedAt: Instant;
  readonly keepSeconds: Seconds;
}

/** The size of the fleet, where it can be believed; and once a day what is too old is forgotten. */
export async function recordStep(
  { ports, store, lease }: WritingSession,
  memory: Memory,
  { devices }: Snapshot,
  { isTrusted, toStore, startedAt, keepSeconds }: RecordOptions,
): Promise<RunStep> {
  await lease.ensure();
  if (isTrusted && !isSameFleet(memory.fleet, devices.id)) await store.recordFleet(devices.id);
  if (toStore !== null) {
    const { reader } = ports.store;
    // What is stored with this digest and was read all the same is damaged: it is stored anew.
    const isDamaged = (await reader.readSnapshotDigest()) === toStore.digest;
    const before = isDamaged ? null : await reader.readSnapshot();
    await lease.during(() => store.saveSnapshot(packSnapshot(toStore, before)));
  }
  const before = memory.previousStartedAt;
  const isNewDay = before !== null && Math.floor(before / DAY) !== Math.floor(startedAt / DAY);
  if (isNewDay) await store.forgetBefore(startedAt - keepSeconds);
  const detail = isTrusted ? "recorded" : "recorded, but not the size of the fleet";
  return { name: "record", outcome: "done", detail, code: null };
}

function isSameFleet(before: readonly string[] | null, now: readonly string[]): boolean {
  if (before?.length !== now.length) return false;
  if (isSameList(before, now)) return true;
  const known = new Set(before);
  return now.every((id) => known.has(id));
}

export interface Promoted {
  readonly brakes: BrakesOfRun;
  readonly promotions: PromotionRun | null;
  /** `ForgeError` or `RepoError`. */
  readonly failures: readonly unknown[];
  readonly step: RunStep;
}

/** What the forge fails at is the outcome of this step; throws `StoreError`. */
export async function promoteStep(
  session: WritingSession,
  decided: Decided,
  brakes: BrakesOfRun,
): Promise<Promoted> {
  const { ports, id, store, lease } = session;
  const at = ports.clock.now();
  const give = (
    outcome: RunStep["outcome"],
    detail: string,
    code: string | null,
    rest: Partial<Promoted> = {},
  ): Promoted => ({
    brakes,
    promotions: null,
    failures: [],
    ...rest,
    step: { name: "promote", outcome, detail, code },
  });
  try {
    await lease.ensure();
    const followed = await followBrakes(brakes, { run: id, at, store, holds: ports.holds });
    const { promote } = ports;
    const run = promote === null ? null : await lease.during(() => promote(decided, at));
    if (run === null) {
      return give("skipped", "no repository or forge to promote in", null, { brakes: followed });
    }
    const entries = run.results.flatMap((one) => promotionEntry(id, at, one) ?? []);
    if (entries.length > 0) await store.appendLedger(entries);
    const failures = run.results.flatMap(({ outcome }) => (outcome.kind === "failed" ? [outcome.error] : []));
    const isStalled = run.results.some(({ outcome }) => outcome.kind === "stalled");
    const rest = { brakes: followed, promotions: run, failures };
    return failures.length > 0
      ? give("failed", say.errorText(failures[0]), "cli/forge", rest)
      : give(isStalled ? "stalled" : "done", say.promoted(run), null, rest);
  } catch (error) {
    if (error instanceof PortRefused) return give("stalled", error.message, error.code);
    if (error instanceof ForgeError) {
      return give("failed", say.errorText(error), "cli/forge", { failures: [error] });
    }
    if (error instanceof RepoError) {
      return give("failed", say.errorText(error), "cli/git", { failures: [error] });
    }
    throw error;
  }
}
