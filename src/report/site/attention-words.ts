/** What needs somebody, in words: what is the matter, who acts, what to do, and where the rows are. */
import type { AttentionItem } from "../../core/site/attention.ts";
import { formatInstant } from "../../core/time.ts";
import type { Instant } from "../../core/model.ts";
import { instantText } from "../group-words.ts";
import { counted, formatCount, guardWords, REASON_WORDS } from "../words.ts";

export interface AttentionWords {
  readonly what: string;
  /** Who has to act: us, reviewer, device user, backend, vendor. */
  readonly owner: string;
  readonly next: string;
  /** What to type; null where there is nothing to type. */
  readonly command: readonly string[] | null;
  readonly href: string;
}

const PATCHES = (count: number): string => counted(count, "patch", "patches");

export function attentionWords(item: AttentionItem, now: Instant): AttentionWords {
  const when = (at: Instant | null): string =>
    instantText(at === null ? null : formatInstant(at), formatInstant(now), "no end", (text) => text);
  const say = (
    what: string,
    owner: string,
    next: string,
    href: string,
    command: AttentionWords["command"] = null,
  ): AttentionWords => ({ what, owner, next, href, command });
  switch (item.kind) {
    case "incomplete":
      return say(
        "The snapshot is incomplete: the backend stopped half way, so every count here may be too low.",
        "us",
        "read the backend again; apply and reconcile refuse this snapshot",
        "#quality",
        ["patchring", "snapshot", "--out", "fleet.ndjson"],
      );
    case "old-snapshot":
      return say(
        `The snapshot is old: taken ${when(item.takenAt)}.`,
        "us",
        "read the backend again, or find out why the scheduled run does not",
        "#quality",
        ["patchring", "snapshot", "--out", "fleet.ndjson"],
      );
    case "guard":
      return say(
        `Guard ${item.guard.guard} would stop the next run: ${formatCount(item.guard.value)} ${guardWords(item.guard.guard)}, the limit is ${formatCount(item.guard.limit)}.`,
        "us",
        "look at the plan; raise the guard for one run only if the plan is right",
        "#policy",
        ["patchring", "plan"],
      );
    case "exploited":
      return say(
        `${counted(item.devices, "device")} ${item.devices === 1 ? "lacks" : "lack"} a patch for a vulnerability that is known to be exploited (KEV).`,
        "us",
        "see what each one waits for; an emergency lets it through at once",
        "#patches",
      );
    case "overdue":
      return say(
        `${counted(item.obligations, "deadline")} missed on ${counted(item.devices, "device")}.`,
        "us",
        "install, or decide on an exception and say why",
        "#deadlines",
      );
    case "lost":
      return say(
        `${counted(item.obligations, "deadline")} on ${counted(item.devices, "device")} cannot be kept as things stand; the first is due ${when(item.due)}.`,
        "us",
        "see why under Deadlines: approve, open a window, or use an emergency; else accept it and say why",
        "#deadlines",
      );
    case "at-risk":
      return say(
        `${counted(item.obligations, "deadline")} on ${counted(item.devices, "device")} can still be kept; the first is due ${when(item.due)}.`,
        "us",
        "merge what is ready before the last window",
        "#deadlines",
      );
    case "ready":
      return say(
        `${PATCHES(item.patches)} ${item.patches === 1 ? "has" : "have"} every gate open for ring ${item.ring}: only the merge is missing.${item.mergeBy === null ? "" : ` Merge by ${when(item.mergeBy)} to keep every deadline that can be kept.`}`,
        "reviewer",
        "review and merge the request",
        "#rings",
        ["patchring", "promote"],
      );
    case "rejected":
      return say(
        `${PATCHES(item.patches)} for ring ${item.ring} ${item.patches === 1 ? "has a promotion file" : "have promotion files"} that ${item.patches === 1 ? "is" : "are"} not valid.`,
        "us",
        "remove the file, or let promote write it anew",
        "#rings",
        ["patchring", "promote"],
      );
    case "gate":
      return say(
        `${PATCHES(item.patches)} ${item.patches === 1 ? "stands" : "stand"} before ring ${item.ring}: ${REASON_WORDS[item.reason]}. Time alone does not open this.`,
        "us",
        gateStep(item.reason, item.from),
        "#rings",
      );
    case "exhausted":
      return say(
        `${counted(item.devices, "install")} of ${PATCHES(item.patches)} failed, with no retry left.`,
        "us",
        "look at the errors; fix the cause, then reprocess in the backend or decide otherwise",
        "#failures",
      );
    case "manual":
      return say(
        `${counted(item.facts, "install")} ${item.facts === 1 ? "waits" : "wait"} for a decision by a person.`,
        "reviewer",
        "decide, and say why",
        "#not-installed",
        ["patchring", "verdicts", "--verdict", "manual"],
      );
    case "hands":
      return say(
        `${counted(item.facts, "action")} cannot be sent: the backend has no such order, or the patch cannot be removed.`,
        "us",
        "do it by hand on the device; the next scan shows it",
        "#not-installed",
      );
    case "undated":
      return say(
        `${counted(item.facts, "install")} ${item.facts === 1 ? "waits" : "wait"} for ever: the patch has no date, so its delay cannot run.`,
        "us",
        "decide about these patches by name",
        "#not-installed",
      );
    case "reboot":
      return say(
        `${counted(item.devices, "device")} ${item.devices === 1 ? "needs" : "need"} a reboot to complete a patch; it does not count as installed until then.`,
        "device user",
        "reboot; the next scan shows it",
        "#devices",
      );
    case "stale":
      return say(
        `${counted(item.devices, "device")} ${item.devices === 1 ? "is" : "are"} not measured: the last scan is too old${item.neverScanned === 0 ? "" : `, ${formatCount(item.neverScanned)} of them were never scanned`}.`,
        "us",
        "find the devices or take them out of the backend",
        "#quality",
      );
    case "no-ring":
      return say(
        `${counted(item.devices, "device")} ${item.devices === 1 ? "is" : "are"} in no ring, so policy says nothing of ${item.devices === 1 ? "it" : "them"}.`,
        "us",
        "give them a ring, or say on purpose that they have none",
        "#quality",
        ["patchring", "validate"],
      );
    case "ends":
      return say(
        `${item.statement.source} ends ${when(item.statement.until)}; it decides on ${counted(item.statement.decides.devices, "device")} now.`,
        item.statement.owner ?? "reviewer",
        "renew it with a reason, or let the patches go their way",
        "#exceptions",
      );
    case "unknown-outcomes":
      return say(
        `${counted(item.actions, "action")} sent, and no scan has shown the outcome yet.`,
        "backend",
        "nothing: the next scan settles it, and none is sent again before",
        "#runs",
      );
    case "braked":
      return say(
        `The brake stopped ${item.patch} in ring ${item.ring}: too many failures.`,
        "us",
        "look at the failures; hold or recall the patch",
        "#failures",
      );
    case "run-failed":
      return say(
        `The last run, ${when(item.startedAt)}, ended with exit code ${item.exitCode}.`,
        "us",
        "see what the code means",
        "#runs",
        ["patchring", "explain", String(item.exitCode)],
      );
  }
}

function gateStep(reason: string, from: string): string {
  switch (reason) {
    case "FAILURES":
      return `look at the failures in ${from}; retry, hold or recall the patch`;
    case "COVERAGE":
      return `add such a device to ${from}, or decide to ignore the patch there`;
    default:
      return `get more devices of ${from} to install it`;
  }
}

const COMING_WORDS = {
  "soak-over": "soak over",
  window: "window opens",
  ends: "ends",
  "freeze-starts": "freeze starts",
  "freeze-ends": "freeze ends",
  "merge-by": "merge by",
  "emergency-ends": "emergency ends",
} as const;

/** `soak over, 12 patches`: what happens and to how many. */
export function comingWords(event: {
  readonly what: keyof typeof COMING_WORDS;
  readonly count: number;
}): string {
  const many =
    event.what === "soak-over" || event.what === "merge-by"
      ? PATCHES(event.count)
      : counted(event.count, "device");
  return event.count === 0 ? COMING_WORDS[event.what] : `${COMING_WORDS[event.what]}, ${many}`;
}
