/** What a notice is about, as a sentence: what, how many, how bad. The same on every surface. */
import type { NoticeSubject } from "../../core/notice.ts";
import { formatInstant } from "../../core/time.ts";
import { cut, showControls } from "../escape/controls.ts";
import { counted, formatCount, guardWords, OBSTACLE_WORDS, REASON_WORDS } from "../words.ts";

/** Longest piece of hostile text inside a sentence. */
const PIECE = 120;
const LISTED = 3;

/** One piece of hostile text without control and format characters. */
export function plain(text: string): string {
  return cut(showControls(text.slice(0, PIECE * 2)), PIECE);
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, LISTED).map(plain).join(", ");
  return items.length > LISTED ? `${shown} and ${formatCount(items.length - LISTED)} more` : shown;
}

function patches(items: readonly string[]): string {
  return counted(items.length, "patch", "patches");
}

/** A fact, where people read of it (design 1). */
function facts(count: number): string {
  return counted(count, "patch on a device", "patches on devices");
}

type Of<Kind extends NoticeSubject["kind"]> = Extract<NoticeSubject, { readonly kind: Kind }>;

/**
 * What happened and how many, one line without a period. No control or format character is in it; what
 * the place where it is shown takes for markup is still to be escaped there.
 */
export function noticeWhat(subject: NoticeSubject): string {
  switch (subject.kind) {
    case "run-stopped":
    case "run-ended":
    case "guard":
    case "outcome-unknown":
    case "outcome-unverified":
    case "brake":
      return runWhat(subject);
    case "promotion-waits":
    case "promotion-rejected":
    case "promotion-gated":
      return promotionWhat(subject);
    case "snapshot":
      return snapshotWhat(subject);
    case "deadline":
      return deadlineWhat(subject);
    default:
      return factWhat(subject);
  }
}

function runWhat(
  subject: Of<"run-stopped" | "run-ended" | "guard" | "outcome-unknown" | "outcome-unverified" | "brake">,
): string {
  switch (subject.kind) {
    case "run-stopped": {
      const how = subject.outcome === "stalled" ? "is stopped until somebody acts" : "failed";
      return `The step ${plain(subject.step)} ${how}: ${cut(showControls(subject.detail.slice(0, 600)), 300)}`;
    }
    case "run-ended":
      return `The last run ended with exit code ${subject.exitCode}`;
    case "guard": {
      const { guard, value, limit, exploited } = subject;
      const words = guardWords(guard);
      const behind =
        exploited === 0
          ? ""
          : `; it holds back ${counted(exploited, "exploited patch", "exploited patches")}`;
      return `The guard ${plain(guard)} stops the run: ${formatCount(value)}, limit ${formatCount(limit)}${words === "" ? "" : ` (${words})`}${behind}`;
    }
    case "outcome-unknown":
      return `The outcome of ${counted(subject.count, "action")} on ${counted(subject.devices, "device")} is unknown since ${formatInstant(subject.since)}${subject.observations === 0 ? "; the next observation settles it" : `, after ${counted(subject.observations, "observation")}`}`;
    case "outcome-unverified":
      return `${counted(subject.count, "action")} on ${counted(subject.devices, "device")} ${subject.count === 1 ? "was" : "were"} answered with success since ${formatInstant(subject.since)}, but the backend does not show ${subject.count === 1 ? "it" : "them"}`;
    case "brake": {
      const { failed, eligible } = subject;
      const counts =
        failed === null || eligible === null
          ? ""
          : `: ${formatCount(failed)} of ${counted(eligible, "device")} failed`;
      return `${plain(subject.patch)} fails in ring ${plain(subject.ring)}${counts}, so its further approvals there are stopped`;
    }
  }
}

function promotionWhat(subject: Of<"promotion-waits" | "promotion-rejected" | "promotion-gated">): string {
  const { patches: ids, installs } = subject;
  const [ring, many] = [plain(subject.ring), patches(ids)];
  switch (subject.kind) {
    case "promotion-waits":
      return `${subject.request === null ? "" : `Request ${subject.request}: `}${many} may go to ring ${ring} (${listed(ids)}), ${counted(installs, "install")}`;
    case "promotion-rejected":
      return `The promotion of ${many} to ring ${ring} is not valid (${listed(ids)}), ${counted(installs, "install")} wait`;
    case "promotion-gated":
      return `${many} ${ids.length === 1 ? "stands" : "stand"} before ring ${ring} (${listed(ids)}): ${REASON_WORDS[subject.reason]}, and time alone does not open this`;
  }
}

function snapshotWhat({ problem, takenAt }: Of<"snapshot">): string {
  switch (problem) {
    case "incomplete":
      return "The snapshot is incomplete: the backend stopped half way, so every count may be too low";
    case "old":
      return `The snapshot is too old to decide by: it was taken ${formatInstant(takenAt)}, longer ago than \`staleAfter\``;
    case "ahead":
      return `The snapshot lies in the future: it was taken ${formatInstant(takenAt)}, so a clock is wrong`;
  }
}

const DEADLINE_WORDS: Readonly<Record<Of<"deadline">["state"], string>> = {
  "at-risk": "due soon, and can still be kept",
  overdue: "overdue",
  lost: "not to be kept unless somebody acts",
  "no-window": "due before any window opens",
};

function deadlineWhat({ profile, state, obligations, patches: count, devices }: Of<"deadline">): string {
  return `${counted(obligations, "deadline")} of ${plain(profile)} ${obligations === 1 ? "is" : "are"} ${DEADLINE_WORDS[state]}: ${counted(count, "patch", "patches")} on ${counted(devices, "device")}`;
}

function factWhat(
  subject: Of<
    "blocked" | "decide" | "undated" | "exploited" | "exception-ends" | "not-measured" | "no-ring" | "reboot"
  >,
): string {
  switch (subject.kind) {
    case "exception-ends":
      return `${plain(subject.statement)} ends (${plain(subject.file)}${subject.owner === null ? "" : `, owner ${plain(subject.owner)}`}): what it decided then follows the rules again`;
    case "blocked": {
      const { devices } = subject;
      const on = devices === subject.facts ? "" : `; ${counted(devices, "device")}`;
      return `${facts(subject.facts)} cannot go on: ${OBSTACLE_WORDS[subject.obstacle]} (${listed(subject.patches)}${on})`;
    }
    case "decide": {
      const more =
        subject.installed === 0
          ? ""
          : `; ${formatCount(subject.installed)} more with the verdict manual ${subject.installed === 1 ? "is" : "are"} installed already`;
      return `${facts(subject.facts)} ${subject.facts === 1 ? "waits" : "wait"} for a decision by a person${more}`;
    }
    case "undated":
      return `${facts(subject.facts)} ${subject.facts === 1 ? "waits" : "wait"} for ever, because the delay of a patch without a date cannot run (${listed(subject.patches)})`;
    case "exploited":
      return `${counted(subject.devices, "device")} ${subject.devices === 1 ? "lacks" : "lack"} a patch for a vulnerability that is known to be exploited (${listed(subject.patches)})`;
    case "not-measured": {
      const { stale, neverScanned } = subject;
      const count = stale + neverScanned;
      const never =
        neverScanned === 0
          ? ""
          : `; ${formatCount(neverScanned)} ${neverScanned === 1 ? "was" : "were"} never scanned`;
      const why = stale === 0 ? "no scan is known" : "the last scan is too old";
      return `${counted(count, "device")} ${count === 1 ? "is" : "are"} not measured: ${why}${stale === 0 ? "" : never}`;
    }
    case "no-ring":
      return `${counted(subject.devices, "device")} ${subject.devices === 1 ? "is" : "are"} in no ring, so policy leaves ${subject.devices === 1 ? "it" : "them"} alone, but for recalls`;
    case "reboot":
      return `${counted(subject.devices, "device")} ${subject.devices === 1 ? "needs" : "need"} a reboot to complete a patch, which does not count as installed before`;
  }
}
