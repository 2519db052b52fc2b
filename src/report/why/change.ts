/** "To change this": what a person would write. Every way is a file in Git, never a button. */
import type { Explanation } from "../../core/explain.ts";
import type { Reason } from "../../core/model.ts";
import type { SourcePlace } from "../../core/policy.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import type { WhyContext } from "./context.ts";

interface Subject {
  readonly patch: string;
  readonly device: string;
  readonly ring: string;
  readonly before: string;
  readonly source: string;
  /** ` (rules/microsoft.yaml:14)`, or nothing. */
  readonly at: string;
}

type Ways = (subject: Subject, explanation: Explanation) => readonly string[];

const approveHere = ({ patch, device }: Subject): string =>
  `To install it: a Decision for patches [${patch}] and devices { id: ${device} } with action: approve. The gates of the ring still count.`;
const approveAgainst = ({ patch, device, source, at }: Subject): string =>
  `To install it here: a narrower Decision for patches [${patch}] and devices { id: ${device} } with action: approve, or change ${source}${at}. A locked decision is not overridden.`;
const ignoreHere = ({ patch, device }: Subject): string =>
  `To keep it off: a Decision for patches [${patch}] and devices { id: ${device} } with action: ignore, a reason and expires.`;
const holdIt = ({ patch }: Subject): string =>
  `To stop it for now: a Hold for patches [${patch}] with a reason.`;
const hurry = ({ patch }: Subject): string =>
  `To skip the gate: an Emergency for patches [${patch}] with skip: [promotion], a reason, a ticket and an end within 72 h.`;
const mendPilot = ({ before }: Subject): string =>
  `To open the gate: get it installed in ring ${before}, or change the gates of the ring in a pull request.`;

const gated: Ways = (subject) => [mendPilot(subject), hurry(subject), ignoreHere(subject)];

const WAYS: Readonly<Record<Reason, Ways>> = {
  NO_RING: ({ device }) => [
    `To have policy speak here: let the devices selector of a Ring match ${device}. A Recall speaks even without one.`,
  ],
  NO_RULE: (s) => [
    `To have policy speak here: a rule in ApprovalRules that matches ${s.patch} in ring ${s.ring}, or a Decision.`,
    approveHere(s),
    ignoreHere(s),
  ],
  RECALLED: ({ source, at }) => [
    `To let it back: delete ${source}${at}, or narrow its devices. Nothing else overrides a recall.`,
  ],
  DECIDED: (s, { verdict }) => [
    approveAgainst(s),
    verdict.until === null
      ? `To end it: delete ${s.source}${s.at}, or give it expires.`
      : `To end it sooner: delete ${s.source}${s.at}; to keep it longer: move its expires.`,
  ],
  RULE: (s, { verdict }) => [
    approveHere(s),
    verdict.verdict === "manual" ? ignoreHere(s) : `For more devices: change ${s.source}${s.at}.`,
  ],
  HELD: ({ source, at }) => [
    `To let it go on: delete ${source}${at}, move its until, or narrow its devices or rings. An Emergency does not lift a hold.`,
  ],
  SUPERSEDED: ({ source }) => [
    `Nothing to do while ${source} is here. If ${source} must not be installed, a Recall or a Hold for patches [${source}] makes this patch count again once it is gone.`,
  ],
  EMERGENCY: (s) => [
    `To stop it: a Hold for patches [${s.patch}]; to end the emergency: delete ${s.source}${s.at}.`,
    ignoreHere(s),
  ],
  NO_DATE: (s) => [
    approveHere(s).replace(" The gates of the ring still count.", " It has no delay."),
    `Or set delay: 0d in ${s.source}${s.at}.`,
    ignoreHere(s),
  ],
  DELAY: (s) => [
    `To install it sooner: a Decision for patches [${s.patch}] with action: approve (it has no delay), or a shorter delay in ${s.source}${s.at}.`,
    holdIt(s),
    ignoreHere(s),
  ],
  APPROVED: (s) => [holdIt(s), ignoreHere(s)],
  PROMOTED: (s) => [
    holdIt(s),
    `To take the promotion back: delete its file in promotions/${s.ring}/; devices that have the patch keep it.`,
    ignoreHere(s),
  ],
  NOT_INSTALLED_YET: gated,
  SOAK: (s) => [
    `Then: merge the promotion of ${s.patch} to ring ${s.ring}, which is offered when every gate is open.`,
    hurry(s),
    ignoreHere(s),
  ],
  INSTALLED_PERCENT: gated,
  FAILURES: (s) => [
    `To open the gate: mend the failed installs in ring ${s.before}, or change the gates of ring ${s.ring} in a pull request.`,
    holdIt(s),
    hurry(s),
  ],
  COVERAGE: (s) => [
    `To open the gate: put a device of each kind that is lacking into ring ${s.before}, or change gates.coverage of ring ${s.ring}.`,
    hurry(s),
    ignoreHere(s),
  ],
  PROMOTION_REJECTED: (s) => [
    `To install it: merge a new promotion of ${s.patch} to ring ${s.ring}; delete the file that is not valid.`,
    hurry(s),
    ignoreHere(s),
  ],
  PROMOTION: (s) => [
    `To install it: merge the promotion of ${s.patch} to ring ${s.ring}.`,
    holdIt(s),
    ignoreHere(s),
  ],
};

/** Where the source of the verdict stands; null where it has none. */
export function sourcePlace(explanation: Explanation): SourcePlace | null {
  const { source } = explanation.verdict;
  return explanation.path.find((step) => step.source !== null && step.source === source)?.place ?? null;
}

/** One sentence a way, the most likely first. */
export function waysToChange(explanation: Explanation, context: WhyContext): readonly string[] {
  const { verdict, fact, stale } = explanation;
  const place = sourcePlace(explanation);
  const subject: Subject = {
    patch: t(verdict.patch),
    device: t(verdict.device),
    ring: verdict.ring === null ? "none" : t(verdict.ring),
    before: context.ringBefore === null ? "before" : t(context.ringBefore),
    source: verdict.source === null ? "it" : t(verdict.source),
    at: place === null ? "" : ` (${t(place.file)}:${String(place.line)})`,
  };
  const removal =
    fact.status === "installed" && verdict.verdict !== "uninstall"
      ? [
          `To remove it: a Recall for patches [${subject.patch}] with uninstall: true, a reason and maxDevices.`,
        ]
      : [];
  const scan = stale ? [`First of all: bring ${subject.device} back and have it scanned.`] : [];
  return [...scan, ...WAYS[verdict.reason](subject, explanation), ...removal];
}
