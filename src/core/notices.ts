/** From a run to the notices that it gives rise to. Pure; the same input gives the same notices in the same order. */
import type { ActionResult, RunSummary } from "./ledger.ts";
import type { Instant, Obstacle } from "./model.ts";
import { compareNotices, type DeadlineState, type Notice } from "./notice.ts";
import { noticeEnds } from "./notice-ends.ts";
import type { Plan } from "./plan.ts";
import type { PolicySet } from "./policy.ts";
import { formatInstant } from "./time.ts";

/** An action of the journal whose effect is not certain. */
export interface OpenAction {
  /** Grows with time: run and number. */
  readonly id: string;
  readonly device: string;
  readonly intendedAt: Instant;
  readonly result: ActionResult | null;
  readonly observations: number;
}

/** A brake that is on. */
export interface BrakeState {
  readonly ring: string;
  readonly patch: string;
  readonly setAt: Instant;
  readonly failed: number;
  readonly eligible: number;
  readonly request: number | null;
}

/** A request for promotion that is open. */
export interface WaitingRequest {
  readonly ring: string;
  readonly number: number;
  /** What it asks for, as text: it is told of again when that changes. */
  readonly version: string;
  readonly patches: readonly string[];
  /** By when it must be merged so that no deadline is missed; null without deadlines. */
  readonly mergeBy: Instant | null;
  /** Its page; null on a forge without pages. */
  readonly url: string | null;
}

export interface DeadlineRow {
  readonly profile: string;
  readonly state: DeadlineState;
  /** The first of its due dates. */
  readonly dueAt: Instant;
  readonly patches: number;
  readonly devices: number;
}

export interface NoticeInput {
  readonly now: Instant;
  /** Null where no run is known, as for a preview. */
  readonly run: RunSummary | null;
  readonly plan: Plan | null;
  readonly policy: PolicySet | null;
  /** Actions without a settled result. */
  readonly unsettled: readonly OpenAction[];
  /** Actions answered with success and never seen. */
  readonly unverified: readonly OpenAction[];
  readonly brakes: readonly BrakeState[];
  readonly requests: readonly WaitingRequest[];
  readonly deadlines?: readonly DeadlineRow[];
  /** Ids of patches in the list of known exploited ones. */
  readonly exploited?: ReadonlySet<string>;
}

/** Everything that needs a person, most urgent first. */
export function deriveNotices(input: NoticeInput): Notice[] {
  return [
    ...noticeGuards(input),
    ...noticeStops(input),
    ...noticeUnsettled(input),
    ...input.brakes.map(noticeBrake),
    ...noticeRequests(input),
    ...noticePlan(input),
    ...(input.policy === null ? [] : noticeEnds(input.policy, input.now)),
    ...(input.deadlines ?? []).map(noticeDeadline),
  ].sort(compareNotices);
}

function noticeGuards({ plan, exploited }: NoticeInput): Notice[] {
  if (plan === null) return [];
  const patches = new Set(plan.actions.map((row) => row.patch).filter((id) => exploited?.has(id) === true));
  return plan.guards
    .filter((row) => row.tripped)
    .map(({ guard, limit, value }) => ({
      key: `guard/${guard}/${limit}`,
      level: patches.size > 0 ? "page" : "ticket",
      subject: { kind: "guard", guard, limit, value, exploited: patches.size },
      by: null,
      actor: "operators",
      next: ["patchring", "plan"],
      link: null,
    }));
}

/** A tripped guard has notices of its own. */
function noticeStops({ run, plan }: NoticeInput): Notice[] {
  const guarded = plan?.guards.some((row) => row.tripped) === true;
  return (run?.steps ?? []).flatMap(({ name, outcome, code, detail }): Notice[] => {
    if (outcome !== "stalled" && outcome !== "failed") return [];
    if (name === "guard" && guarded) return [];
    return [
      {
        key: `run-stopped/${name}/${outcome}/${code ?? ""}`,
        level: "ticket",
        subject: { kind: "run-stopped", step: name, outcome, code, detail },
        by: null,
        actor: "operators",
        next: code === null ? ["patchring", "runs"] : ["patchring", "explain", code],
        link: null,
      },
    ];
  });
}

/** Unknown outcomes settle by themselves with the next observation; those that outlive two do not. */
const OBSERVATIONS = 2;

function noticeUnsettled({ unsettled, unverified }: NoticeInput): Notice[] {
  const unknown = unsettled.filter(({ result }) => result === null || result === "unknown");
  return [...noticeActions("outcome-unknown", unknown), ...noticeActions("outcome-unverified", unverified)];
}

function noticeActions(
  kind: "outcome-unknown" | "outcome-unverified",
  open: readonly OpenAction[],
): Notice[] {
  if (open.length === 0) return [];
  const observations = Math.max(...open.map((one) => one.observations));
  const isLasting = kind === "outcome-unverified" || observations >= OBSERVATIONS;
  const newest = open.map(({ id }) => id).reduce((a, b) => (a > b ? a : b));
  return [
    {
      key: `${kind}/${isLasting ? "lasting" : "new"}/${newest}`,
      level: isLasting ? "ticket" : "digest",
      subject: {
        kind,
        count: open.length,
        devices: new Set(open.map(({ device }) => device)).size,
        since: open.map((one) => one.intendedAt).reduce((a, b) => Math.min(a, b)),
        observations,
      },
      by: null,
      actor: "operators",
      next: ["patchring", "runs"],
      link: null,
    },
  ];
}

function noticeBrake(brake: BrakeState): Notice {
  const { ring, patch, failed, eligible, request, setAt } = brake;
  return {
    key: `brake/${ring}/${patch}/${setAt}`,
    level: "page",
    subject: { kind: "brake", ring, patch, failed, eligible },
    by: null,
    actor: "operators",
    next:
      request === null ? ["patchring", "hold", patch] : ["patchring", "requests", "show", String(request)],
    link: null,
  };
}

/** With less than this left before it must be merged, a request is urgent. */
const URGENT = 2 * 3600;

function noticeRequests({ requests, plan, now }: NoticeInput): Notice[] {
  return requests.map(({ ring, number, version, patches, mergeBy, url }) => {
    const isUrgent = mergeBy !== null && mergeBy - now <= URGENT;
    const rows = (plan?.waiting ?? []).filter((row) => row.ring === ring && patches.includes(row.patch));
    return {
      key: `promotion-waits/${ring}/${number}/${version}${isUrgent ? "/urgent" : ""}`,
      level: isUrgent ? "page" : "ticket",
      subject: {
        kind: "promotion-waits",
        ring,
        request: number,
        patches: [...patches].sort(),
        installs: rows.reduce((sum, row) => sum + row.devices, 0),
      },
      by: mergeBy,
      actor: "reviewer",
      next: ["patchring", "requests", "show", String(number)],
      link: url,
    };
  });
}

/** Obstacles that no run and no time removes. */
const STUCK: readonly Obstacle[] = ["RETRIES_USED", "NOT_UNINSTALLABLE", "MANUAL_BACKEND", "REBOOT_FIRST"];

function noticePlan({ plan, run, requests }: NoticeInput): Notice[] {
  if (plan === null) return [];
  const asked = new Set(requests.flatMap(({ ring, patches }) => patches.map((patch) => `${ring} ${patch}`)));
  const open = plan.waiting.filter(
    ({ reason, ring, patch }) => reason === "PROMOTION" && !asked.has(`${ring} ${patch}`),
  );
  // Where requests are opened for them, the next run does that.
  const ready = run?.mode === "observe" ? byRing(open) : [];
  const rejected = byRing(plan.waiting.filter(({ reason }) => reason === "PROMOTION_REJECTED"));
  return [
    ...ready.map(({ ring, patches, installs }): Notice => ({
      key: `promotion-waits/${ring}/${patches.join(",")}`,
      level: "digest",
      subject: { kind: "promotion-waits", ring, request: null, patches, installs },
      by: null,
      actor: "reviewer",
      next: ["patchring", "promote"],
      link: null,
    })),
    ...rejected.map(({ ring, patches, installs }): Notice => ({
      key: `promotion-rejected/${ring}/${patches.join(",")}`,
      level: "ticket",
      subject: { kind: "promotion-rejected", ring, patches, installs },
      by: null,
      actor: "policy-owner",
      next: ["patchring", "validate"],
      link: null,
    })),
    ...noticeBlocked(plan),
    ...noticeUndecided(plan),
  ];
}

function byRing(
  rows: Plan["waiting"],
): { readonly ring: string; readonly patches: readonly string[]; readonly installs: number }[] {
  const rings = [...new Set(rows.map(({ ring }) => ring))].sort();
  return rings.map((ring) => {
    const own = rows.filter((row) => row.ring === ring);
    const patches = [...new Set(own.map(({ patch }) => patch))].sort();
    return { ring, patches, installs: own.reduce((sum, row) => sum + row.devices, 0) };
  });
}

function noticeBlocked(plan: Plan): Notice[] {
  return STUCK.flatMap((obstacle): Notice[] => {
    const rows = plan.blocked.filter((row) => row.reason === obstacle);
    if (rows.length === 0) return [];
    return [
      {
        key: `blocked/${obstacle}`,
        level: "digest",
        subject: {
          kind: "blocked",
          obstacle,
          patches: [...new Set(rows.map(({ patch }) => patch))].sort(),
          devices: new Set(rows.map(({ device }) => device)).size,
        },
        by: null,
        actor: obstacle === "REBOOT_FIRST" ? "device-user" : "operators",
        next: ["patchring", "explain", obstacle],
        link: null,
      },
    ];
  });
}

function noticeUndecided(plan: Plan): Notice[] {
  const facts = plan.verdicts.manual;
  if (facts === 0) return [];
  return [
    {
      key: "decide",
      level: "digest",
      subject: { kind: "decide", facts },
      by: null,
      actor: "policy-owner",
      next: ["patchring", "verdicts", "--verdict", "manual"],
      link: null,
    },
  ];
}

function noticeDeadline({ profile, state, dueAt, patches, devices }: DeadlineRow): Notice {
  return {
    key: `deadline/${profile}/${state}/${formatInstant(dueAt)}`,
    level: state === "no-window" ? "page" : "ticket",
    subject: { kind: "deadline", profile, state, patches, devices },
    by: dueAt,
    actor: "operators",
    next: ["patchring", "sla", profile],
    link: null,
  };
}
