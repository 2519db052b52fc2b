/** The words for gates, candidates and what keeps them out; the same in the terminal and in a request. */
import type { Instant } from "../core/model.ts";
import { percentWithCounts } from "../core/explain-gates.ts";
import type { PromotionCandidate, PromotionGate } from "../core/promotion-candidates.ts";
import type { LeftOut, RemovedPatch } from "../core/promotion-request.ts";
import { formatDuration, formatInstant } from "../core/time.ts";
import { relative } from "./relative-time.ts";
import { counted, formatCount, REASON_WORDS } from "./words.ts";

/** Makes backend text safe for the place where it is shown. */
export type Escape = (text: string) => string;

/** `2026-03-19T03:10:00Z (in 18 h 10 min)` */
export function instantWords(at: Instant, now: Instant): string {
  const beside = relative(formatInstant(at), formatInstant(now));
  return beside === null ? formatInstant(at) : `${formatInstant(at)} (${beside})`;
}

/** One gate with its numbers: `17 of 18 (94.4 %), needs 90 %`. */
export function gateWords(gate: PromotionGate, from: string, now: Instant, e: Escape): string {
  switch (gate.gate) {
    case "clock":
      return `${formatCount(gate.installed)} of ${formatCount(gate.eligible)} installed in ${e(from)}, the clock needs ${counted(gate.needed, "dated install")}`;
    case "soak":
      return gate.opensAt === null
        ? `${formatDuration(gate.soak)} soak, the clock has not started`
        : `${formatDuration(gate.soak)} soak, over at ${instantWords(gate.opensAt, now)}`;
    case "installed":
      return `${percentWithCounts(gate.installed, gate.eligible)} installed, needs ${gate.neededPercent} %`;
    case "failures":
      return `${formatCount(gate.failed)} failed, allows ${formatCount(gate.allowedDevices)} and ${gate.allowedPercent} %`;
    case "coverage": {
      if (gate.attributes.length === 0) return "nothing asked for";
      if (gate.isOpen === null)
        return `${gate.attributes.map(e).join(", ")}: asked when the other gates are open`;
      if (gate.lacking.length === 0)
        return `every ${gate.attributes.map(e).join(", ")} that needs it was seen`;
      return `not seen in ${e(from)}: ${lackingWords(gate.lacking, e)}`;
    }
  }
}

const LACKING = 5;

function lackingWords(
  lacking: readonly { readonly attribute: string; readonly value: string; readonly needed: number }[],
  e: Escape,
): string {
  const shown = lacking
    .slice(0, LACKING)
    .map(({ attribute, value, needed }) => `${e(attribute)} ${e(value)} (${counted(needed, "device")})`);
  const more = lacking.length > LACKING ? [counted(lacking.length - LACKING, "more value")] : [];
  return [...shown, ...more].join(", ");
}

/** Why a candidate is not `ready`, and what opens it. */
export function stateWords(
  candidate: PromotionCandidate,
  now: Instant,
  e: Escape,
): { why: string; fix: string } {
  const { state, ring, from } = candidate;
  switch (state.kind) {
    case "ready":
      return { why: "every gate is open", fix: "merge its request" };
    case "frozen":
      return {
        why: `every device of ${e(ring.name)} is frozen`,
        fix:
          state.until === null
            ? "end the freeze"
            : `nothing: it goes on at ${instantWords(state.until, now)}`,
      };
    case "held":
      return {
        why: `${e(state.hold)} holds it`,
        fix:
          state.until === null
            ? "end the hold"
            : `nothing: the hold ends at ${instantWords(state.until, now)}`,
      };
    case "superseded":
      return { why: `${e(state.by)} covers it`, fix: "nothing: it is skipped on purpose" };
    case "waiting": {
      const shut = candidate.gates.filter(({ isOpen }) => isOpen === false);
      const numbers = shut.map((gate) => gateWords(gate, from, now, e)).join("; ");
      return { why: `${REASON_WORDS[state.reason]}: ${numbers}`, fix: fixOf(candidate, now) };
    }
  }
}

function fixOf({ state, from }: PromotionCandidate, now: Instant): string {
  if (state.kind !== "waiting") return "";
  switch (state.reason) {
    case "SOAK":
      return state.until === null ? "time" : `time: it opens at ${instantWords(state.until, now)}`;
    case "NOT_INSTALLED_YET":
    case "INSTALLED_PERCENT":
      return `more installs in ${from}`;
    case "FAILURES":
      return `look at the failures in ${from}; retry, hold or recall it`;
    case "COVERAGE":
      return `add such a device to ${from}, or decide to ignore it there`;
  }
}

/** Why a candidate is in no request. */
export function leftOutWords(
  { candidate, reason }: LeftOut,
  now: Instant,
  e: Escape,
): { why: string; fix: string } {
  switch (reason.kind) {
    case "state":
      return stateWords(candidate, now, e);
    case "closed":
      return {
        why: `request ${reason.number} was closed without merging at ${instantWords(reason.closedAt, now)}`,
        fix: "reopen that request, or edit the file of a hold that names the patch; a new revision is proposed anew",
      };
    case "full":
      return {
        why: `the ring takes ${counted(reason.maxPatches, "patch", "patches")} a request`,
        fix: "it joins the next request",
      };
    case "under-review":
      return {
        why: `request ${reason.number} is under review, so nothing joins it`,
        fix: "merge or close that request: it joins the next one",
      };
    case "other-request":
      return {
        why: reason.number === null ? "it gets a request of its own" : `request ${reason.number} asks for it`,
        fix: "merge that request",
      };
    case "same-path":
      return {
        why: `its file would be that of ${e(reason.patch)}`,
        fix: "rename one of the two patches in the backend, or write its decision by hand",
      };
  }
}

/** Why a patch was taken out of a request. */
export function removalWords(removed: RemovedPatch, e: Escape): string {
  const { reason, candidate, at } = removed;
  switch (reason.kind) {
    case "state":
      return candidate === null ? "no device waits for it any more" : stateWords(candidate, at, e).why;
    case "not-wanted":
      return `no device of ${e(removed.ring)} waits for it any more`;
    case "file":
      return reason.faults.length === 0
        ? "its file does not stand in the branch any more"
        : `under the policy of today its evidence is not enough (${reason.faults.join(", ")}), and nothing new may join a request under review`;
    case "other-request":
      return reason.number === null ? "it gets a request of its own" : `request ${reason.number} asks for it`;
    case "closed":
      return `request ${reason.number}, which asked for it, was closed without merging`;
  }
}
