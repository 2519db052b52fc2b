/** What became, or would become, of each request. */
import type { RequestOutcome } from "../../reconcile/promote/run-steps.ts";
import type { RequestPlan } from "../../reconcile/promote/steps.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { counted } from "../../report/words.ts";
import type { PromotionsShown } from "../commands/promote.ts";

const e = (text: string): string => escapeTerminal(text, 200);
const LISTED = 5;

export function requestLines(shown: PromotionsShown): string[] {
  const { plan, results } = shown;
  // A slot without a request and without anything to ask for says nothing.
  const requests = (plan?.requests ?? []).filter(({ number, asked }) => number !== null || asked.length > 0);
  const lines = [
    ...requests.map((request) => {
      const result = results?.find((one) => one.request === request);
      if (results !== null && result === undefined) return `  not reached  ${nameOf(request, null)}`;
      return result === undefined ? previewLine(request) : outcomeText(request, result.outcome);
    }),
    ...otherLines(shown),
  ];
  return lines.length === 0 ? [] : ["", "Requests", ...lines];
}

/** Checks on requests of others: those that fail, and those that would be or were set. */
function otherLines({ others, checked }: PromotionsShown): string[] {
  return others.flatMap((other) => {
    const { number, check, isSet } = other;
    const said = `request ${number}: ${e(check.name)}: ${check.state}, ${e(check.description)}`;
    if (isSet) return check.state === "success" ? [] : [`  checked  ${said}`];
    const outcome = checked?.find(({ request }) => request === other)?.outcome;
    if (checked === null) return [`  would check  ${said}`];
    if (outcome === undefined) return [`  not reached  ${said}`];
    if (outcome.kind === "failed") return [`  failed  ${said}: ${e(outcome.error.message)}`];
    return [`  checked  ${said}`];
  });
}

function previewLine(request: RequestPlan): string {
  if (request.stalled !== null) return `  stalled  ${nameOf(request, request.number)}: ${e(request.stalled)}`;
  const frozen = request.isFrozen ? ", under review: patches are only taken out" : "";
  if (request.steps.length === 0) return `  unchanged  ${nameOf(request, request.number)}${frozen}`;
  const has = (kind: string): boolean => request.steps.some((step) => step.kind === kind);
  const what = has("merge")
    ? "would merge"
    : has("close-request")
      ? "would close"
      : request.number === null
        ? "would open"
        : "would update";
  return `  ${what}  ${nameOf(request, request.number)}${changes(request)}${frozen}`;
}

function outcomeText(request: RequestPlan, outcome: RequestOutcome): string {
  const unasked = outcome.kind === "done" ? outcome.unasked : [];
  const warnings = unasked.map(({ name, why }) => `  warning  cannot ask ${e(name)} to review: ${e(why)}`);
  return [outcomeLine(request, outcome), ...warnings].join("\n");
}

function outcomeLine(request: RequestPlan, outcome: RequestOutcome): string {
  const name = nameOf(request, outcome.number);
  switch (outcome.kind) {
    case "done":
      if (outcome.merged !== null) return `  merged  ${name}, as ${outcome.merged.slice(0, 12)}`;
      if (!outcome.wrote) return `  unchanged  ${name}`;
      return `  ${request.number === null ? "opened" : "updated"}  ${name}${changes(request)}`;
    case "waiting":
      return `  waiting  ${name}: ${e(outcome.reason)}; run it again`;
    case "stalled":
      return `  stalled  ${name}: ${e(outcome.reason)}`;
    case "failed":
      return `  failed  ${name}: ${e(outcome.error.message)}`;
  }
}

function nameOf({ branch, asked }: RequestPlan, number: number | null): string {
  const ids = asked.slice(0, LISTED).map((id) => e(id));
  const more = asked.length > LISTED ? [counted(asked.length - LISTED, "more patch", "more patches")] : [];
  const what = asked.length === 0 ? "nothing left to ask for" : [...ids, ...more].join(", ");
  return `${number === null ? "request" : `request ${number}`} on ${e(branch)}: ${what}`;
}

function changes({ number, added, removed }: RequestPlan): string {
  if (number === null) return "";
  const parts = [
    ...(added.length > 0 ? [`joining ${added.slice(0, LISTED).map(e).join(", ")}`] : []),
    ...(removed.length > 0 ? [`taken out ${removed.slice(0, LISTED).map(e).join(", ")}`] : []),
  ];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}
