/** The answer of `why` in plain words: what policy wants and why, then what would happen and when. */
import type { Explanation } from "../../core/explain.ts";
import type { Obstacle, Reason } from "../../core/model.ts";
import { OBSTACLES } from "../../core/model.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import { instantText } from "../group-words.ts";
import { actionWord, OBSTACLE_WORDS, RELEASE_MEANS } from "../words.ts";
import type { WhyContext } from "./context.ts";

interface Words {
  readonly patch: string;
  readonly device: string;
  readonly ring: string;
  readonly before: string;
  readonly source: string;
  /** `until 2026-03-20T00:00:00Z (in 1 d)`, or what stands for no end. */
  readonly until: (absent: string) => string;
}

type Sentence = (words: Words, explanation: Explanation, context: WhyContext) => string;

function isOnDevice({ status }: Explanation["fact"]): boolean {
  return status === "installed" || status === "reboot-required";
}

const SENTENCES: Readonly<Record<Reason, Sentence>> = {
  NO_RING: ({ device, patch }) =>
    `${device} is in no ring, so no policy speaks of ${patch} there: hands off, and the backend's own rules decide.`,
  NO_RULE: ({ device, patch, ring }) =>
    `No statement of the policy speaks of ${patch} on ${device} (ring ${ring}): hands off, and the backend's own rules decide.`,
  RECALLED: ({ device, patch, source }, { verdict, fact }) =>
    verdict.verdict === "uninstall" && isOnDevice(fact)
      ? `${patch} is recalled (${source}): it must be removed from ${device} and must not come back.`
      : `${patch} is recalled (${source}): it must not be installed on ${device}${verdict.verdict === "uninstall" ? ", now or later" : "; where it is installed it stays"}.`,
  DECIDED: ({ device, patch, source, until }, { verdict }) =>
    verdict.verdict === "ignore"
      ? `A person decided (${source}) that ${patch} must not be installed on ${device}${until(", without an end")}.`
      : `A person keeps ${patch} on ${device} for a decision by hand (${source})${until("")}; it must not be installed before.`,
  RULE: ({ device, patch, source }, { verdict }) =>
    verdict.verdict === "ignore"
      ? `Rule ${source} says ignore: ${patch} must not be installed on ${device}.`
      : `Rule ${source} leaves ${patch} to a person: it must not be installed on ${device} before somebody decides in Git.`,
  HELD: ({ device, patch, source, until }) =>
    `${patch} is held on ${device} (${source})${until(", without an end")}; it must not be installed before.`,
  SUPERSEDED: ({ device, patch, source }, _, { successorStatus }) =>
    successorStatus === "installed" || successorStatus === "reboot-required"
      ? `${patch} is not needed on ${device}: ${source} covers it and is ${successorStatus} there.`
      : `${patch} is not needed on ${device}: ${source} covers it and is on its way there.`,
  EMERGENCY: ({ device, patch, source, until }) =>
    `${patch} should be installed on ${device}: ${source} skips the promotion${until("")}.`,
  NO_DATE: ({ device, patch, source }) =>
    `${patch} waits on ${device}: it has no date, so the delay of ${source} cannot run and never ends by itself.`,
  DELAY: ({ device, patch, source, until }) =>
    `${patch} waits on ${device} for the delay of ${source}${until("")}; then it is approved without anybody's help.`,
  APPROVED: ({ device, patch, source }) =>
    `${patch} should be installed on ${device}: ${source} approves it, and no delay is left.`,
  PROMOTED: ({ device, patch, ring, source }) =>
    `${patch} should be installed on ${device}: ${source} approves it and its promotion to ring ${ring} is merged.`,
  NOT_INSTALLED_YET: ({ device, patch, before }) =>
    `${patch} waits on ${device}: ring ${before} has not installed it far enough to start the soak.`,
  SOAK: ({ device, patch, before, ring, until }) =>
    `${patch} waits on ${device} for its soak in ring ${before}${until("")}; after that a merged promotion to ring ${ring} lets it through.`,
  INSTALLED_PERCENT: ({ device, patch, before }) =>
    `${patch} waits on ${device}: too little of ring ${before} has it installed. Time alone does not open this gate.`,
  FAILURES: ({ device, patch, before }) =>
    `${patch} waits on ${device}: it failed on too many devices of ring ${before}. Time alone does not open this gate.`,
  COVERAGE: ({ device, patch, before, ring }) =>
    `${patch} waits on ${device}: ring ${before} has not tried it on every kind of device that ring ${ring} has.`,
  PROMOTION_REJECTED: ({ device, patch, ring }) =>
    `${patch} waits on ${device}: there is a promotion file for ring ${ring}, but it is not valid, so it has no effect.`,
  PROMOTION: ({ device, patch, ring }) =>
    `${patch} waits on ${device} only for its promotion to ring ${ring} to be merged; all other gates are open.`,
};

/** `WAIT (SOAK). KB5990155 waits on srv-fin-02 …`: the verdict, its reason and the sentence for it. */
export function verdictSentence(explanation: Explanation, context: WhyContext): string {
  const { verdict, at } = explanation;
  const words: Words = {
    patch: t(verdict.patch),
    device: t(verdict.device),
    ring: verdict.ring === null ? "none" : t(verdict.ring),
    before: context.ringBefore === null ? "before" : t(context.ringBefore),
    source: verdict.source === null ? "nothing" : t(verdict.source),
    until: (absent) => (verdict.until === null ? absent : ` until ${instantText(verdict.until, at, "", t)}`),
  };
  const name = verdict.verdict.toUpperCase();
  const head = name === verdict.reason ? name : `${name} (${verdict.reason})`;
  const sentence = SENTENCES[verdict.reason](words, explanation, context);
  return `${head}. ${alreadyThere(explanation, words)}${sentence}${shutGates(explanation)}`;
}

/** Policy speaks of patches that are there already, too; the reader must not take that for a plan. */
function alreadyThere({ fact, verdict }: Explanation, { patch, device }: Words): string {
  if (verdict.verdict === "uninstall") return "";
  if (fact.status === "installed") return `${patch} is installed on ${device} already. Policy says: `;
  if (fact.status !== "reboot-required") return "";
  return `${patch} is installed on ${device} and needs a reboot to complete. Policy says: `;
}

function shutGates({ gates, verdict }: Explanation): string {
  const shut = gates.filter((gate) => !gate.open).map((gate) => gate.gate);
  return verdict.verdict !== "wait" || shut.length < 2 ? "" : ` Shut gates: ${shut.join(", ")}.`;
}

const BLOCKING: ReadonlySet<Obstacle> = new Set(OBSTACLES.slice(0, OBSTACLES.indexOf("RETRY_BACKOFF")));

/** What would be sent, and when; or why nothing would. */
export function nowSentence(explanation: Explanation, context: WhyContext): string {
  const { action, at } = explanation;
  if (action === null) return `Nothing would be sent: ${nothingBecause(explanation, context)}.`;
  const means = action.action === "do-nothing" ? ` (${RELEASE_MEANS})` : "";
  const word = `${actionWord(action.action)}${means}`;
  if (action.obstacle === null) return `Would send ${word} now${consequence(explanation, context)}.`;
  const why = `${action.obstacle}: ${OBSTACLE_WORDS[action.obstacle]}`;
  if (BLOCKING.has(action.obstacle)) return `Would send ${word}, but is blocked by ${why}.`;
  const opens =
    action.opensAt === null ? "in more than 400 days" : `at ${instantText(action.opensAt, at, "", t)}`;
  return `Would send ${word}, but not yet. ${why}; that ends ${opens}.`;
}

function consequence({ action }: Explanation, { schedules }: WhyContext): string {
  if (action?.action !== "approve" && action?.action !== "reprocess") return "";
  return schedules === "reconciler"
    ? "; the backend installs it at once"
    : "; the backend installs it in its own window";
}

function nothingBecause({ fact, verdict }: Explanation, { schedules }: WhyContext): string {
  switch (fact.status) {
    case "installed":
      return verdict.verdict === "uninstall"
        ? "its removal is on its way"
        : "it is installed already, and nothing that policy wants here would remove it";
    case "reboot-required":
      return "it is installed and the device must be rebooted to complete it";
    case "installing":
      return "it is being installed or removed now";
    default:
  }
  switch (verdict.verdict) {
    case "approve":
      return schedules === "backend"
        ? "it is approved already, and the backend installs it in its own window"
        : "it is approved already and waits for its install";
    case "ignore":
    case "uninstall":
      return "it is ignored already";
    case "leave":
      return fact.approval === "none"
        ? "nothing is in force there, and hands off"
        : fact.approvalBy === "patchring"
          ? "what is in force there stays (onUnmatched: keep)"
          : "what is in force there is not ours to take back";
    default:
      return fact.approval === "ignore"
        ? "it is kept off by an ignore already"
        : "no approval is in force there, and none should be";
  }
}
