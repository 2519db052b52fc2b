/**
 * What a run keeps back of its plan: actions that are on their way already, patches whose rollout is
 * braked, and what the backend said no to a short while ago. Policy and facts alone do not know these.
 */
import type { Action, Instant, Seconds } from "./model.ts";
import type { ActionRow } from "./plan.ts";
import { formatInstant } from "./time.ts";

export const WITHHELD_REASONS = ["UNSETTLED", "BRAKED", "TRY_LATER"] as const;
export type WithheldReason = (typeof WITHHELD_REASONS)[number];

export interface WithheldRow extends Omit<ActionRow, "reason"> {
  readonly reason: WithheldReason;
  /** When it is looked at again without anybody doing anything; null when only an observation or a person can. */
  readonly until: string | null;
  /** Why, with the numbers; may hold words of the backend. */
  readonly detail: string;
}

/** An action that was sent and not yet seen. */
export interface OnItsWay {
  readonly device: string;
  readonly patch: string;
  readonly action: Action;
  readonly result: string | null;
  readonly intendedAt: Instant;
}

/** An action that was refused, or answered with success and never seen. */
export interface Disappointment {
  readonly device: string;
  readonly patch: string;
  readonly action: Action;
  readonly resultAt: Instant | null;
  readonly detail: string | null;
}

export interface WithholdInput {
  readonly now: Instant;
  readonly onTheirWay: readonly OnItsWay[];
  readonly disappointed: readonly Disappointment[];
  /** The longest wait before a refused action is tried again: the fleet's `retries.backoff`. */
  readonly backoff: Seconds;
  /** Ring, patch and why. */
  readonly brakes: readonly { readonly ring: string; readonly patch: string; readonly detail: string }[];
}

export interface Withheld {
  readonly sent: readonly ActionRow[];
  readonly withheld: readonly WithheldRow[];
}

/** The first wait after a refusal; doubled with each further one. */
export const FIRST_RETRY_SECONDS: Seconds = 1800;

/**
 * `ignore` and `do-nothing` only wait for the same action that is on its way: what stops an install
 * is never kept back for another reason. The order of the rows stays.
 */
export function withhold(rows: readonly ActionRow[], input: WithholdInput): Withheld {
  const { onTheirWay, disappointed, brakes } = input;
  if (onTheirWay.length + disappointed.length + brakes.length === 0) return { sent: rows, withheld: [] };
  const way = groupBy(onTheirWay);
  const late = groupBy(disappointed);
  const braked = new Map(brakes.map((one) => [keyOf(one.ring, one.patch), one.detail]));
  const sent: ActionRow[] = [];
  const withheld: WithheldRow[] = [];
  const sentences = new Map<string, string>();
  for (const row of rows) {
    const found =
      unsettledReason(row, way.get(row.device)?.get(row.patch) ?? [], sentences) ??
      (braked.size === 0 ? null : brakedReason(row, braked)) ??
      laterReason(row, late.get(row.device)?.get(row.patch) ?? [], input);
    if (found === null) sent.push(row);
    else withheld.push(withReason(row, found));
  }
  return { sent, withheld };
}

type Found = Pick<WithheldRow, "reason" | "until" | "detail">;

/** True for what changes a device; the other actions only ever stop something. */
function isForward(action: Action): boolean {
  return action === "approve" || action === "reprocess" || action === "uninstall";
}

/** Field by field: after a first run there are hundreds of thousands of them. */
function withReason(row: ActionRow, { reason, until, detail }: Found): WithheldRow {
  const { device, patch, action, ring, status, verdict, source } = row;
  return { device, patch, action, ring, status, verdict, reason, source, until, detail };
}

/** `sentences`: those that were made before; many actions were sent at the same instant. */
function unsettledReason(
  row: ActionRow,
  way: readonly OnItsWay[],
  sentences: Map<string, string>,
): Found | null {
  const before = way.find(
    ({ action }) => action === row.action || isForward(row.action) || row.action === "do-nothing",
  );
  if (before === undefined) return null;
  const isTaken = before.result === "accepted";
  const key = `${before.action} ${before.intendedAt} ${isTaken}`;
  let detail = sentences.get(key);
  if (detail === undefined) {
    const answer = isTaken ? "taken by the backend, not seen yet" : "answer not known";
    detail = `${before.action} was sent at ${formatInstant(before.intendedAt)}: ${answer}`;
    sentences.set(key, detail);
  }
  return { reason: "UNSETTLED", until: null, detail };
}

function brakedReason(row: ActionRow, brakes: ReadonlyMap<string, string>): Found | null {
  if (row.action !== "approve" || row.ring === null) return null;
  const detail = brakes.get(keyOf(row.ring, row.patch));
  return detail === undefined ? null : { reason: "BRAKED", until: null, detail };
}

/** Half an hour after the first refusal, doubled with each further one, up to the backoff of the fleet. */
function laterReason(
  row: ActionRow,
  late: readonly Disappointment[],
  { now, backoff }: WithholdInput,
): Found | null {
  if (!isForward(row.action)) return null;
  const recent = late.filter(
    ({ action, resultAt }) =>
      action === row.action && resultAt !== null && resultAt <= now && resultAt > now - 2 * backoff,
  );
  if (recent.length === 0) return null;
  const last = recent.reduce((a, b) => (b.resultAt! > a.resultAt! ? b : a));
  const wait = Math.min(backoff, FIRST_RETRY_SECONDS * 2 ** Math.min(recent.length - 1, 20));
  const until = last.resultAt! + wait;
  if (now >= until) return null;
  const said = last.detail === null ? "" : `: ${last.detail}`;
  return {
    reason: "TRY_LATER",
    until: formatInstant(until),
    detail: `refused or not seen at ${formatInstant(last.resultAt!)}${said}`,
  };
}

function keyOf(a: string, b: string): string {
  return JSON.stringify([a, b]);
}

/** By device and then patch. */
function groupBy<T extends { readonly device: string; readonly patch: string }>(
  list: readonly T[],
): ReadonlyMap<string, ReadonlyMap<string, readonly T[]>> {
  const devices = new Map<string, Map<string, T[]>>();
  for (const one of list) {
    let patches = devices.get(one.device);
    if (patches === undefined) devices.set(one.device, (patches = new Map<string, T[]>()));
    const group = patches.get(one.patch);
    if (group === undefined) patches.set(one.patch, [one]);
    else group.push(one);
  }
  return devices;
}
