/** Candidates with their gates, and requests, as text of at most 100 columns or as JSON. */
import type { PromotionCandidate, PromotionGate } from "../../core/promotion-candidates.ts";
import type { LeftOut } from "../../core/promotion-request.ts";
import type { RequestPlan } from "../../reconcile/promote/steps.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { gateWords, instantWords, leftOutWords, stateWords } from "../../report/promotion-words.ts";
import { counted, formatCount, REASON_WORDS } from "../../report/words.ts";
import type { PromotionsShown } from "../commands/promote.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { mergeByLines, mergeBysOf, type MergeBys } from "./promote-deadlines.ts";
import { promotionsJson } from "./promote-json.ts";
import { requestLines } from "./promote-requests.ts";
import { wrapHanging } from "./wrap.ts";

export function showPromotions(invocation: PreviewInvocation, shown: PromotionsShown): void {
  const { output, globals } = invocation;
  const mergeBys = mergeBysOf(shown.decided, shown.candidates);
  if (globals.json) {
    output.write(`${JSON.stringify(promotionsJson(shown, mergeBys), null, 2)}\n`);
    return;
  }
  const width = Math.min(output.columns ?? 100, 100);
  const candidates = candidateBlocks(shown, mergeBys, globals.maxRows);
  const lines = [...head(shown), ...candidates, ...requestLines(shown)];
  output.write(lines.map((line) => `${wrapHanging(line, width)}\n`).join(""));
}

const e = (text: string): string => escapeTerminal(text, 120);

function head({ candidates, plan, results, base, commit, decided }: PromotionsShown): string[] {
  const { now } = decided.compiled;
  const { takenAt } = decided.snapshot.header;
  const ready = candidates.filter(({ state }) => state.kind === "ready").length;
  const asked = plan === null ? null : new Set(plan.requests.flatMap((one) => askedKeys(one))).size;
  const where = results === null ? "that `--open` would ask for" : "in requests";
  const what = asked === null ? "" : `, ${formatCount(asked)} ${where}`;
  const policy =
    commit === null
      ? "Policy outside Git"
      : `Policy ${base === null ? "" : `of ${e(base.branch)} `}at ${commit.slice(0, 12)}`;
  return [
    candidates.length === 0
      ? "No candidates: no patch waits for a later ring."
      : `${counted(candidates.length, "candidate")}: ${formatCount(ready)} with every gate open${what}.`,
    `${policy}, snapshot taken ${instantWords(takenAt, now)}.`,
  ];
}

function askedKeys({ ring, asked }: RequestPlan): string[] {
  return asked.map((patch) => JSON.stringify([ring, patch]));
}

function candidateBlocks(
  shown: PromotionsShown,
  mergeBys: MergeBys | null,
  maxRows: number | null,
): string[] {
  const { now } = shown.decided.compiled;
  const { candidates } = shown;
  const most = maxRows ?? candidates.length;
  const lines: string[] = [];
  let ring = "";
  for (const candidate of candidates.slice(0, most)) {
    if (candidate.ring.name !== ring) {
      ring = candidate.ring.name;
      lines.push("", `${ring}, after ${candidate.from}`);
    }
    lines.push(...candidateLines(shown, candidate, mergeByLines(mergeBys?.get(candidate), now)));
  }
  const hidden = candidates.length - most;
  if (hidden > 0) lines.push("", `… and ${counted(hidden, "more candidate")}: \`--max-rows 0\` shows all.`);
  return lines;
}

function candidateLines(
  shown: PromotionsShown,
  candidate: PromotionCandidate,
  deadline: readonly string[],
): string[] {
  const { patch, from, gates } = candidate;
  const { now } = shown.decided.compiled;
  const words = standing(shown, candidate);
  return [
    `  ${e(patch.id)}  ${words.word}: ${words.why}`,
    ...(patch.title === null ? [] : [`      ${e(patch.title)}`]),
    `      ${devicesText(candidate)}`,
    ...gates.map(
      (gate) =>
        `    ${gateMark(gate)} ${gate.gate.padEnd(9)} ${gateWords(gate, from, now, (text) => e(text))}`,
    ),
    ...flags(candidate),
    ...deadline,
    ...(words.fix === "" ? [] : [`      next: ${words.fix}`]),
  ];
}

const MARKS = { open: "✓ open ", shut: "✗ shut ", unasked: "· later" } as const;

function gateMark({ isOpen }: PromotionGate): string {
  return isOpen === null ? MARKS.unasked : isOpen ? MARKS.open : MARKS.shut;
}

function devicesText(candidate: PromotionCandidate): string {
  const { devices, staleDevices, heldDevices, supersededDevices } = candidate;
  const parts = [
    ...(staleDevices > 0 ? [`${formatCount(staleDevices)} of them stale`] : []),
    ...(heldDevices > 0 ? [`${formatCount(heldDevices)} more held`] : []),
    ...(supersededDevices > 0 ? [`${formatCount(supersededDevices)} more covered by a newer patch`] : []),
  ];
  return `${counted(devices, "device")} would get it${parts.length === 0 ? "" : `, ${parts.join(", ")}`}`;
}

function flags(candidate: PromotionCandidate): string[] {
  return [
    ...(candidate.isExpedited ? ["      shorter soak than the ring's: a request of its own"] : []),
    ...(candidate.isExploited ? ["      known to be exploited: a request of its own"] : []),
    ...(candidate.hasRejectedFile
      ? ["      a promotion file is there but is not valid: `patchring validate` says why"]
      : []),
  ];
}

interface Standing {
  readonly word: string;
  readonly why: string;
  readonly fix: string;
}

/** Where a candidate stands: asked for, left out and why, or (without a forge) what its gates say. */
function standing({ plan, results, decided }: PromotionsShown, candidate: PromotionCandidate): Standing {
  const { now } = decided.compiled;
  const left = plan === null ? null : findLeftOut(plan.leftOut, candidate);
  const state = { ...stateWords(candidate, now, e), ...shortly(candidate) };
  if (left !== null) {
    const words = left.reason.kind === "state" ? state : leftOutWords(left, now, e);
    return { word: "left out", ...words };
  }
  if (plan === null) return { word: candidate.state.kind, ...state };
  const request = plan.requests.find(
    ({ ring, asked }) => ring === candidate.ring.name && asked.includes(candidate.patch.id),
  );
  const outcome = results?.find((one) => one.request === request)?.outcome ?? null;
  const number = outcome?.number ?? request?.number ?? null;
  if (number !== null) {
    return { word: "asked for", why: `request ${number}, ${state.why}`, fix: "review and merge it" };
  }
  return results === null
    ? { word: "ready", why: state.why, fix: "`patchring promote --open` asks for it" }
    : { word: "ready", why: state.why, fix: "its request was not opened: see below" };
}

function findLeftOut(leftOut: readonly LeftOut[], candidate: PromotionCandidate): LeftOut | null {
  return leftOut.find((one) => one.candidate === candidate) ?? null;
}

/** The gates stand below with their numbers: the reason alone is enough. */
function shortly({ state }: PromotionCandidate): { why?: string } {
  return state.kind === "waiting" ? { why: REASON_WORDS[state.reason] } : {};
}
