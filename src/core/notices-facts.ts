/** Notices of devices, patches and statements: what no run and no time brings in order. */
import type { DeadlineSummary } from "./deadline-summary.ts";
import { isEndingWithin, type Ending } from "./endings.ts";
import type { Instant } from "./model.ts";
import type { BlockedNeed, FactNeeds } from "./needs.ts";
import type { Notice, NoticeActor, NoticeSubject } from "./notice.ts";
import type { NoticeLevel } from "./notice-settings.ts";
import type { GuardRow } from "./plan.ts";
import { formatInstant } from "./time.ts";

/** `guards`: those that stop a run. */
export function noticeFacts(needs: FactNeeds, guards: readonly GuardRow[]): Notice[] {
  return [
    ...noticeSnapshot(needs, guards),
    ...needs.deadlines.map(noticeDeadline),
    ...noticeExploited(needs),
    ...needs.blocked.map(noticeBlocked),
    ...noticeVerdicts(needs),
    ...noticeDevices(needs),
  ];
}

/** A notice that says no date and leads to a command. */
function say(
  key: string,
  level: NoticeLevel,
  actor: NoticeActor,
  subject: NoticeSubject,
  ...words: readonly string[]
): Notice {
  return { key, level, subject, by: null, actor, next: ["patchring", ...words], link: null };
}

/** One that is incomplete trips a guard, which is told of. */
function noticeSnapshot({ snapshot }: FactNeeds, guards: readonly GuardRow[]): Notice[] {
  const { problem, takenAt } = snapshot;
  if (problem === null) return [];
  if (problem === "incomplete" && guards.some(({ guard }) => guard === "incompleteSnapshot")) return [];
  return [
    say(`snapshot/${problem}`, "ticket", "operators", { kind: "snapshot", problem, takenAt }, "doctor"),
  ];
}

function noticeDeadline({ profile, state, dueAt, obligations, patches, devices }: DeadlineSummary): Notice {
  return {
    key: `deadline/${profile}/${state}/${formatInstant(dueAt)}`,
    level: state === "no-window" ? "page" : "ticket",
    subject: { kind: "deadline", profile, state, obligations, patches, devices },
    by: dueAt,
    actor: "operators",
    next: ["patchring", "sla", profile],
    link: null,
  };
}

/** Patches that a command names one by one. */
const MOST_NAMED = 3;

function noticeExploited({ exploited }: FactNeeds): Notice[] {
  const { devices, patches } = exploited;
  if (devices === 0) return [];
  const subject = { kind: "exploited", devices, patches } as const;
  const only = patches.length > MOST_NAMED ? [] : patches.flatMap((id) => ["--patch", id]);
  const words = ["report", "overview", "--group-by", "device", ...only];
  return [say(`exploited/${patches.join(",")}`, "ticket", "operators", subject, ...words)];
}

function noticeBlocked({ obstacle, facts, patches, devices }: BlockedNeed): Notice {
  const actor = obstacle === "REBOOT_FIRST" ? "device-user" : "operators";
  const subject = { kind: "blocked", obstacle, facts, patches, devices } as const;
  return say(`blocked/${obstacle}`, "digest", actor, subject, "explain", obstacle);
}

function noticeVerdicts({ undecided, undated }: FactNeeds): Notice[] {
  const found: Notice[] = [];
  if (undecided.facts > 0) {
    const subject = { kind: "decide", ...undecided } as const;
    found.push(say("decide", "digest", "policy-owner", subject, "verdicts", "--verdict", "manual"));
  }
  if (undated.facts > 0) {
    const subject = { kind: "undated", ...undated } as const;
    found.push(say("undated", "digest", "policy-owner", subject, "explain", "NO_DATE"));
  }
  return found;
}

function noticeDevices({ unmeasured, noRing, reboot }: FactNeeds): Notice[] {
  const found: Notice[] = [];
  const overview = (status: string): string[] => [
    "report",
    "overview",
    "--group-by",
    "device",
    "--status",
    status,
  ];
  if (unmeasured.stale + unmeasured.neverScanned > 0) {
    const subject = { kind: "not-measured", ...unmeasured } as const;
    found.push(say("not-measured", "digest", "operators", subject, ...overview("stale")));
  }
  if (noRing > 0) {
    found.push(say("no-ring", "digest", "policy-owner", { kind: "no-ring", devices: noRing }, "validate"));
  }
  if (reboot > 0) {
    const subject = { kind: "reboot", devices: reboot } as const;
    found.push(say("reboot", "digest", "device-user", subject, ...overview("reboot-required")));
  }
  return found;
}

const DAY = 86_400;
/** Told at each of these before the end; the nearer ones as something for today. The last is `ENDS_SOON`. */
const STAGES = [
  { days: 1, level: "ticket" },
  { days: 3, level: "ticket" },
  { days: 14, level: "digest" },
] as const;

export function noticeEnds(endings: readonly Ending[], now: Instant): Notice[] {
  return endings.flatMap(({ statement, place, owner, end }): Notice[] => {
    const stage = STAGES.find(({ days }) => isEndingWithin(end, now, days * DAY));
    if (stage === undefined) return [];
    return [
      {
        key: `exception-ends/${statement}/${end}/${stage.days}`,
        level: stage.level,
        subject: { kind: "exception-ends", statement, file: place, owner },
        by: end,
        actor: "policy-owner",
        next: ["patchring", "validate"],
        link: null,
      },
    ];
  });
}
