/** Why a device does (not) get a patch, on a terminal: the answer first, then what it rests on. */
import type { PathStep } from "../../core/explain-path.ts";
import type { Explanation } from "../../core/explain.ts";
import type { GateLine } from "../../core/explain-gates.ts";
import { formatDuration, formatInstant, parseInstant } from "../../core/time.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import type { Paint } from "../text/layout.ts";
import { paintWith } from "../text/paint.ts";
import { instantText } from "../group-words.ts";
import { counted } from "../words.ts";
import { nowSentence, verdictSentence } from "./answer.ts";
import { waysToChange } from "./change.ts";
import type { WhyContext } from "./context.ts";
import { deadlineWords } from "./deadline.ts";
import { headline, labelled, paragraph, textWidth, type AnswerTextOptions } from "./lines.ts";

interface Page {
  readonly explanation: Explanation;
  readonly context: WhyContext;
  readonly width: number;
  readonly paint: Paint;
}

const LABEL = 11;
/** Longest text of one gate or step; coverage may list many values. */
const LONG = 600;

function staleAlarm({ explanation, context, width, paint }: Page): string[] {
  if (!explanation.stale) return [];
  const { scannedAt } = context.device;
  const last =
    scannedAt === null
      ? "it has no time of a last scan"
      : `its last scan was ${instantText(formatInstant(scannedAt), explanation.at, "", t)}`;
  const text = `STALE DEVICE: ${last}; the fleet allows ${formatDuration(context.staleAfter)}. What the backend says of it may be wrong. It would get only ignore and do-nothing until it is scanned again.`;
  return paragraph(text, width).map((line) => paint("red", line));
}

const DATE_WORDS = {
  release: "released",
  "first-seen": "no release date, first seen",
  detected: "no release date, first detected",
} as const;

function patchLine({ explanation, context }: Page): string {
  const { title, severity, date, dateSource, kev, uninstallable, reboot } = context.patch;
  const dated =
    date === null || dateSource === null
      ? "no date"
      : `${DATE_WORDS[dateSource]} ${instantText(formatInstant(date), explanation.at, "", t)}`;
  return [
    t(explanation.verdict.patch),
    ...(title === null ? [] : [t(title)]),
    severity === "unknown" ? "severity unknown" : t(severity),
    dated,
    ...(kev === null ? [] : ["known exploited (KEV)"]),
    ...(reboot === "always" || reboot === "maybe" ? [`reboot ${reboot}`] : []),
    ...(uninstallable === "no" ? ["cannot be removed"] : []),
  ].join("; ");
}

function deviceLine({ explanation, context }: Page): string {
  const { name, client, site, type, os, scannedAt } = context.device;
  const { verdict, at } = explanation;
  const place = [client, site].filter((text) => text !== null).map((text) => t(text));
  const scanned =
    scannedAt === null ? "never scanned" : `scanned ${instantText(formatInstant(scannedAt), at, "", t)}`;
  return [
    t(verdict.device),
    ...(name === null || name === verdict.device ? [] : [t(name)]),
    ...(place.length === 0 ? [] : [place.join(" / ")]),
    ...[type, os].filter((text) => text !== null).map((text) => t(text)),
    verdict.ring === null ? "no ring" : `ring ${t(verdict.ring)}`,
    scanned,
  ].join("; ");
}

const SOURCE_WORDS = {
  unknown: "by whom is unknown",
  patchring: "set by patchring",
  "backend-policy": "set by the backend's own policy",
  person: "set by a person in the backend",
} as const;

function backendLine({ explanation }: Page): string {
  const { fact, at } = explanation;
  const implied = fact.approvalGiven ? "" : ", implied by the status";
  const approval =
    fact.approval === "none"
      ? "no decision in force"
      : `${fact.approval} in force (${SOURCE_WORDS[fact.approvalBy]}${implied})`;
  const date = (word: string, instant: string | null): string[] =>
    instant === null ? [] : [`${word} ${instantText(instant, at, "", t)}`];
  return [
    fact.status,
    approval,
    ...date("detected", fact.detectedAt),
    ...date("approved", fact.approvedAt),
    ...date("installed", fact.installedAt),
    ...(fact.attempts === 0 ? [] : [counted(fact.attempts, "attempt")]),
    ...date("last attempt", fact.lastAttemptAt),
    ...(fact.error === null ? [] : [`error: ${t(fact.error)}`]),
  ].join("; ");
}

function deadline({ explanation, context, width }: Page): string[] {
  if (context.deadline === undefined) return [];
  const now = parseInstant(explanation.at)!;
  return labelled("  deadline", deadlineWords(context.deadline, now), width, LABEL);
}

const RESULT_WORDS: Readonly<Record<PathStep["result"], string>> = {
  decides: "decides",
  passes: "passes",
  "no-match": "no match",
  "not-reached": "not reached",
};

function stepText(step: PathStep, explanation: Explanation): string {
  const { verdict } = explanation;
  const mark = step.result === "decides" ? ` ◀ ${verdict.verdict}, ${verdict.reason}` : "";
  const place = step.place === null ? "" : ` ${t(step.place.file)}:${String(step.place.line)}`;
  const source = step.source === null ? "" : `${t(step.source)}${place}`;
  const because = t(step.because, LONG);
  const detail = [source, because].filter((text) => text !== "").join(": ");
  return `${RESULT_WORDS[step.result].padEnd(12)}${mark.trim()}${mark !== "" && detail !== "" ? "; " : ""}${detail}`;
}

function decisionPath({ explanation, width, paint }: Page): string[] {
  const nameWidth = Math.max(...explanation.path.map((step) => step.step.length)) + 2;
  return [
    ...headline("Decision path", paint),
    ...explanation.path.flatMap((step, index) => {
      const label = `  ${String(index + 1)}  ${step.step.padEnd(nameWidth)}`;
      const [result, rest] = [
        stepText(step, explanation).slice(0, 12),
        stepText(step, explanation).slice(12),
      ];
      return labelled(`${label}${result}`, rest, width, label.length + 12).map((line) => line.trimEnd());
    }),
  ];
}

function gateText(gate: GateLine, at: string): string {
  const opens = gate.opensAt === null ? "" : `; opens ${instantText(gate.opensAt, at, "", t)}`;
  return `${t(gate.detail, LONG)}${opens}`;
}

function gates({ explanation, width, paint }: Page): string[] {
  if (explanation.gates.length === 0) return [];
  const shut = explanation.gates.filter((gate) => !gate.open).length;
  const title = `Gates: ${String(shut)} of ${String(explanation.gates.length)} shut`;
  return [
    ...headline(title, paint),
    ...explanation.gates.flatMap((gate) => {
      const label = `  ${gate.open ? "[open]" : "[shut]"} ${gate.gate}`;
      return labelled(label, gateText(gate, explanation.at), width, 21);
    }),
  ];
}

function superseded({ explanation, context, width }: Page): string[] {
  const chain = explanation.supersededThrough;
  if (chain.length === 0) return [];
  const links = [...chain].reverse().map((id) => t(id));
  const shown = links.length > 12 ? [...links.slice(0, 6), "…", ...links.slice(-5)] : links;
  const status = context.successorStatus === null ? "" : ` (${context.successorStatus} here)`;
  return labelled("Superseded", `${shown.join(" ← ")}${status}`, width, LABEL + 2);
}

function windows({ explanation, context, width }: Page): string[] {
  const found = explanation.windows;
  if (found === null) {
    const text =
      context.schedules === "backend"
        ? "the backend installs in its own windows"
        : "none asked for: always open";
    return labelled("Windows", text, width, LABEL + 2);
  }
  const at = explanation.at;
  const spans = found.next.map(({ opensAt, closesAt }) => {
    const end =
      closesAt === null ? "and open for more than 400 days" : `to ${instantText(closesAt, at, "", t)}`;
    return `${instantText(opensAt, at, "", t)} ${end}`;
  });
  const next = spans.length === 0 ? ["none within 400 days"] : spans;
  const source = `schedule ${t(found.schedule)}, time zone ${t(found.zone)}`;
  return [source, ...next].flatMap((text, index) =>
    labelled(index === 0 ? "Windows" : "", text, width, LABEL + 2),
  );
}

function seen({ explanation, context, width }: Page): string[] {
  const taken = instantText(formatInstant(context.takenAt), explanation.at, "", t);
  const commit = context.policyCommit === null ? "" : `${t(context.policyCommit)}, `;
  return [
    "",
    ...labelled("Policy", `${commit}${t(context.policyDigest)}`, width, LABEL + 2),
    ...labelled("Snapshot", `taken ${taken}, ${t(context.snapshotDigest)}`, width, LABEL + 2),
    ...labelled("Seen from", t(explanation.at), width, LABEL + 2),
  ];
}

/** The explanation as text of at most 100 columns, ending in a line break. */
export function renderWhyText(
  explanation: Explanation,
  context: WhyContext,
  options: AnswerTextOptions,
): string {
  const paint = paintWith(options.color);
  const page: Page = { explanation, context, width: textWidth(options), paint };
  const { width } = page;
  const lines = [
    ...paragraph(verdictSentence(explanation, context), width).map((line) => paint("bold", line)),
    ...paragraph(nowSentence(explanation, context), width),
    ...staleAlarm(page),
    "",
    ...labelled("  patch", patchLine(page), width, LABEL),
    ...labelled("  device", deviceLine(page), width, LABEL),
    ...labelled("  backend", backendLine(page), width, LABEL),
    ...deadline(page),
    ...decisionPath(page),
    ...gates(page),
    "",
    ...superseded(page),
    ...windows(page),
    ...headline("To change this", paint),
    ...waysToChange(explanation, context).flatMap((way) => labelled("  ·", way, width, 4)),
    ...seen(page),
  ];
  return `${lines.join("\n")}\n`;
}
