/** A plan on a terminal: the answer first, then dangers, then the rest (design 5.2, 5.3). */
import type { Plan } from "../../core/plan.ts";
import { diagnosticHead } from "../diagnostics/diagnostic-head.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import type { PlanContext } from "../plan-context.ts";
import { GUARD_STOPS, viewPlan, type PlanView } from "../plan-view.ts";
import { relative } from "../relative-time.ts";
import { counted, formatCount } from "../words.ts";
import { wrap } from "./layout.ts";
import { paintWith } from "./paint.ts";
import { groupTable, guardTable, waitingTable, type Page } from "./plan-sections.ts";

export interface PlanTextOptions {
  /** Columns of the terminal; more than 100 are not used, fewer than 60 are treated as 60. */
  readonly width: number;
  readonly color: boolean;
  /** Rows of all tables together, the most dangerous first; null shows all. */
  readonly maxRows: number | null;
}

const MIN_WIDTH = 60;
const MAX_WIDTH = 100;

/** Wraps a sentence under an indent. */
function para(text: string, page: Page, indent = "  "): string[] {
  return wrap(text, page.width - indent.length).map((line) => indent + line);
}

/** A line that goes on under a deeper indent. */
function hanging(text: string, page: Page): string[] {
  return wrap(text, page.width - 4).map((line, index) => (index === 0 ? "  " : "    ") + line);
}

/** `Policy    …`, further lines under the text. */
function labelled(label: string, text: string, page: Page): string[] {
  return wrap(text, page.width - 10).map((line, index) => (index === 0 ? label : "").padEnd(10) + line);
}

/** The first 12 digits of a commit or digest; the JSON has all of them. */
function shortHash(hash: string): string {
  return t(hash).replace(/^((?:sha256:)?[0-9a-f]{12})[0-9a-f]+$/, "$1");
}

function identity({ policy, snapshot, at }: Plan, page: Page): string[] {
  const commit = policy.commit === null ? "outside Git" : shortHash(policy.commit);
  const dirty = policy.dirty ? " with changes not committed" : "";
  const twin = relative(snapshot.takenAt, at);
  const taken = `taken ${t(snapshot.takenAt)}${twin === null ? "" : ` (${twin})`}`;
  const size = `${counted(snapshot.devices, "device")} (${formatCount(snapshot.stale)} stale), ${counted(snapshot.patches, "patch", "patches")}, ${counted(snapshot.facts, "fact")}`;
  return [
    "",
    ...labelled("Policy", `${commit}${dirty}, ${shortHash(policy.digest)}`, page),
    ...labelled("Snapshot", `${taken}, ${size}, ${shortHash(snapshot.digest)}`, page),
    ...labelled("Seen from", t(at), page),
  ];
}

function answer(view: PlanView, page: Page): string[] {
  const loud = `STOPPED BY ${view.tripped.length === 1 ? "A GUARD" : `${formatCount(view.tripped.length)} GUARDS`}`;
  const stopped = [
    "",
    page.paint("red", loud),
    ...guardTable(view.tripped, page),
    ...para(GUARD_STOPS, page),
  ];
  return [
    ...title(view.headline, page),
    ...view.counts.flatMap((sentence) => para(sentence, page)),
    ...(view.tripped.length === 0 ? [] : stopped),
  ];
}

function title(text: string, page: Page): string[] {
  return para(text, page, "").map((line) => page.paint("bold", line));
}

function sections(view: PlanView, page: Page): string[] {
  return view.sections.flatMap((section) => [
    "",
    ...title(section.title, page),
    ...groupTable(section, page),
    ...section.notes.flatMap((note) => para(note, page)),
  ]);
}

function listed(heading: string, lines: readonly string[], page: Page): string[] {
  return lines.length === 0 ? [] : ["", ...title(heading, page), ...lines];
}

/** The plan as text of at most 100 columns, ending in a line break. */
export function renderPlanText(plan: Plan, context: PlanContext, options: PlanTextOptions): string {
  const page: Page = {
    at: plan.at,
    context,
    width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, options.width)),
    paint: paintWith(options.color),
    rowsLeft: options.maxRows ?? Number.POSITIVE_INFINITY,
    described: new Set(),
  };
  const view = viewPlan(plan, context);
  const findings = context.diagnostics.map((diagnostic) => hanging(diagnosticHead(diagnostic), page));
  const hints = view.hints.flatMap((hint) => hanging(t(hint), page));
  const lines = [
    ...answer(view, page),
    ...sections(view, page),
    ...listed(view.waitingTitle, waitingTable(plan.waiting, page), page),
    ...listed("Guards", plan.guards.length === 0 ? [] : guardTable(plan.guards, page), page),
    "",
    ...para(view.stale, page, ""),
    ...para(view.verdicts, page, ""),
    ...listed(`Findings: ${formatCount(findings.length)}`, findings.flat(), page),
    ...identity(plan, page),
    ...listed("Next", hints, page),
  ];
  return `${lines.join("\n")}\n`;
}
