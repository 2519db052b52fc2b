/** Beside the words of a notice: what to do about it in a site, and where its rows are. */
import type { GateReason } from "../../core/gates.ts";
import type { StuckObstacle } from "../../core/needs.ts";
import type { NoticeSubject } from "../../core/notice.ts";

export interface NoticeStep {
  /** What the command below is for; hostile names are not in it. */
  readonly advice: string;
  /** The page or table with the rows behind it. */
  readonly href: string;
}

export function noticeStep(subject: NoticeSubject): NoticeStep {
  switch (subject.kind) {
    case "run-stopped":
    case "run-ended":
      return { advice: "see what the code means", href: "#runs" };
    case "guard":
      return { advice: "look at the plan; raise the guard for one run only if it is right", href: "#policy" };
    case "outcome-unknown":
      return { advice: "wait for the next scan; nothing is sent again before", href: "#runs" };
    case "outcome-unverified":
      return { advice: "look at the devices in the backend", href: "#runs" };
    case "brake":
      return { advice: "look at the failures; hold or recall the patch", href: "#failures" };
    case "promotion-waits":
      return { advice: "review the evidence and merge", href: "#rings" };
    case "promotion-rejected":
      return { advice: "remove the file, or let promote write it anew", href: "#rings" };
    case "promotion-gated":
      return { advice: GATE_ADVICE[subject.reason], href: "#rings" };
    case "exception-ends":
      return { advice: "renew it with a reason, or let the patches go their way", href: "#exceptions" };
    case "deadline":
      return { advice: DEADLINE_ADVICE[subject.state], href: "#deadlines" };
    case "blocked":
      return {
        advice: BLOCKED_ADVICE[subject.obstacle],
        href: subject.obstacle === "RETRIES_USED" ? "#failures" : "#not-installed",
      };
    case "decide":
      return { advice: "decide, and say why", href: "#not-installed" };
    case "undated":
      return { advice: "decide about these patches by name", href: "#not-installed" };
    case "exploited":
      return { advice: "see what each waits for; an emergency lets it through at once", href: "#patches" };
    case "snapshot":
      return { advice: "find out why the backend is not read", href: "#quality" };
    case "not-measured":
      return { advice: "find the devices, or take them out of the backend", href: "#quality" };
    case "no-ring":
      return { advice: "give them a ring", href: "#quality" };
    case "reboot":
      return { advice: "reboot; the next scan shows it", href: "#devices" };
  }
}

const BLOCKED_ADVICE: Readonly<Record<StuckObstacle, string>> = {
  RETRIES_USED: "mend the cause, then reprocess it in the backend, or decide otherwise",
  NOT_UNINSTALLABLE: "decide what is done with these devices",
  MANUAL_BACKEND: "do it by hand on the device; the next scan shows it",
  REBOOT_FIRST: "reboot; the next scan shows it",
};

const DEADLINE_ADVICE = {
  overdue: "install, or decide on an exception and say why",
  lost: "approve, open a window, or use an emergency; else accept it and say why",
  "no-window": "open a window, or use an emergency; else accept it and say why",
  "at-risk": "merge what is ready before the last window",
} as const;

/** The last two do not wait for anybody, and are never told of. */
const GATE_ADVICE: Readonly<Record<GateReason, string>> = {
  INSTALLED_PERCENT: "get more devices of the ring before to install it",
  FAILURES: "look at the failures in the ring before; retry, hold or recall the patch",
  COVERAGE: "add such a device to the ring before, or decide to ignore the patch there",
  NOT_INSTALLED_YET: "get the first devices to install it",
  SOAK: "wait",
};
