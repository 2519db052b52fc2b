/** Diagnostics as workflow commands, which GitHub shows as annotations on the changed lines. */
import type { Diagnostic, Severity } from "../../core/diagnostic.ts";
import { escapeCommandData, escapeCommandProperty } from "../escape/workflow-command.ts";
import { counted } from "../words.ts";
import { countDiagnostics, summarizeDiagnostics } from "./count.ts";

/** GitHub shows ten annotations of a kind from one step; what comes later is dropped. */
const PER_KIND = 10;
const KINDS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };
const WORST_FIRST: readonly Severity[] = ["error", "warning", "info"];

function properties(diagnostic: Diagnostic): string {
  const { place, summary, code } = diagnostic;
  const title = `title=${escapeCommandProperty(`${summary} [${code}]`)}`;
  if (place === null) return title;
  const file = `file=${escapeCommandProperty(place.file)}`;
  const { line, column } = place;
  const end = column + Math.max(1, place.length) - 1;
  return `${file},line=${line},endLine=${line},col=${column},endColumn=${end},${title}`;
}

function command(diagnostic: Diagnostic): string {
  const { detail, fix, related } = diagnostic;
  const places = related.map(
    ({ place, message }) => `${place.file}:${place.line}:${place.column}: ${message}`,
  );
  const message = [detail, ...places, ...(fix === null ? [] : [`Fix: ${fix}`])].filter((text) => text !== "");
  const text = message.length === 0 ? diagnostic.summary : message.join("\n");
  return `::${KINDS[diagnostic.severity]} ${properties(diagnostic)}::${escapeCommandData(text)}`;
}

/**
 * One command a line: first the sum of all, then at most ten of each kind, the sum
 * counted in; worst first, in their order otherwise. "" for none.
 */
export function renderDiagnosticsGithub(diagnostics: readonly Diagnostic[]): string {
  const counts = countDiagnostics(diagnostics);
  const worst = WORST_FIRST.find((severity) => counts[severity] > 0);
  if (worst === undefined) return "";
  const shown = WORST_FIRST.flatMap((severity) =>
    diagnostics
      .filter((diagnostic) => diagnostic.severity === severity)
      .slice(0, severity === worst ? PER_KIND - 1 : PER_KIND),
  );
  const hidden = diagnostics.length - shown.length;
  const rest = hidden === 0 ? "" : `; ${counted(hidden, "more is", "more are")} in the log only`;
  const sum = `::${KINDS[worst]} title=patchring::${escapeCommandData(summarizeDiagnostics(diagnostics) + rest)}`;
  return `${[sum, ...shown.map(command)].join("\n")}\n`;
}
