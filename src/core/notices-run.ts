/** Notices of the machine itself: what stopped a run, what it sent and nobody sees, what it braked. */
import type { Notice } from "./notice.ts";
import type { BrakeNeed, NoticeInput } from "./notices.ts";
import { isUnknown, type OpenAction } from "./remembered.ts";

/** Design 5.1. */
const EXIT_UNKNOWN = 7;

export function noticeGuards({ guards, actions, needs }: NoticeInput): Notice[] {
  const known = new Set(needs?.exploited.patches);
  const patches = new Set(actions.map((row) => row.patch).filter((id) => known.has(id)));
  return guards.map(({ guard, limit, value }) => ({
    key: `guard/${guard}/${limit}`,
    level: patches.size > 0 ? "page" : "ticket",
    subject: { kind: "guard", guard, limit, value, exploited: patches.size },
    by: null,
    actor: "operators",
    next: ["patchring", "plan"],
    link: null,
  }));
}

/** The last run where a step stands still, or else where it ended with anything but 0. */
export function noticeRun(input: NoticeInput): Notice[] {
  const { run, guards, unsettled } = input;
  if (run === null) return [];
  const stops = noticeStops(input);
  if (stops.length > 0 || guards.length > 0 || run.exitCode === 0) return stops;
  // Those have a notice of their own.
  if (run.exitCode === EXIT_UNKNOWN && unsettled.some(({ result }) => isUnknown(result))) return [];
  return [
    {
      key: `run-ended/${run.exitCode}`,
      level: "ticket",
      subject: { kind: "run-ended", exitCode: run.exitCode },
      by: null,
      actor: "operators",
      next: ["patchring", "explain", String(run.exitCode)],
      link: null,
    },
  ];
}

/** A tripped guard has notices of its own. */
function noticeStops({ run, guards }: NoticeInput): Notice[] {
  return (run?.steps ?? []).flatMap(({ name, outcome, code, detail }): Notice[] => {
    if (outcome !== "stalled" && outcome !== "failed") return [];
    if (name === "guard" && guards.length > 0) return [];
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

export function noticeUnsettled({ unsettled, unverified }: NoticeInput): Notice[] {
  const unknown = unsettled.filter(({ result }) => isUnknown(result));
  return [...noticeActions("outcome-unknown", unknown), ...noticeActions("outcome-unverified", unverified)];
}

function noticeActions(
  kind: "outcome-unknown" | "outcome-unverified",
  open: readonly OpenAction[],
): Notice[] {
  if (open.length === 0) return [];
  const observations = open.reduce((most, one) => Math.max(most, one.observations), 0);
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

export function noticeBrake(brake: BrakeNeed): Notice {
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
