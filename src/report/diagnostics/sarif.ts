/** Diagnostics as SARIF 2.1.0 (OASIS), which code hosts read as code scanning results. */
import type { Diagnostic, Place, Severity } from "../../core/diagnostic.ts";

/** A host shows 5,000 results of a run. */
const MAX_RESULTS = 5000;
const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };
const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];

export interface SarifTool {
  /** Version of patchring. */
  readonly version: string;
}

/** A relative path as a URI reference: each segment percent-encoded, a lone half of a character replaced. */
function uriOf(file: string): string {
  return file
    .replaceAll("\\", "/")
    .split("/")
    .map((segment) => encodeURIComponent(segment.replace(/\p{Cs}/gu, "\ufffd")))
    .join("/");
}

function physicalLocation(place: Place): object {
  return {
    artifactLocation: { uri: uriOf(place.file) },
    region: {
      startLine: place.line,
      startColumn: place.column,
      endColumn: place.column + Math.max(1, place.length),
      snippet: { text: place.text },
    },
  };
}

function messageOf({ summary, detail, fix }: Diagnostic): string {
  return [`${summary}.`, detail, fix === null ? "" : `Fix: ${fix}`].filter((text) => text !== "").join("\n");
}

function resultOf(diagnostic: Diagnostic, codes: readonly string[]): object {
  const { code, severity, place, related } = diagnostic;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVELS[severity],
    message: { text: messageOf(diagnostic) },
    locations: place === null ? [] : [{ physicalLocation: physicalLocation(place) }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((other, id) => ({
            id,
            physicalLocation: physicalLocation(other.place),
            message: { text: other.message },
          })),
        }),
  };
}

/**
 * A SARIF log of one run, rules sorted by code. Of more than 5,000 results the worst
 * are kept, and `properties.omitted` says how many are not in it.
 */
export function renderDiagnosticsSarif(diagnostics: readonly Diagnostic[], tool: SarifTool): string {
  const worstFirst = SEVERITIES.flatMap((severity) => diagnostics.filter((one) => one.severity === severity));
  const kept = diagnostics.length > MAX_RESULTS ? worstFirst.slice(0, MAX_RESULTS) : diagnostics;
  const summaries = new Map(kept.map((one) => [one.code, one.summary]));
  const codes = [...summaries.keys()].sort((a, b) => (a < b ? -1 : 1));
  const rules = codes.map((id) => ({ id, shortDescription: { text: summaries.get(id) ?? id } }));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "patchring", version: tool.version, rules } },
        columnKind: "utf16CodeUnits",
        results: kept.map((one) => resultOf(one, codes)),
        properties: { omitted: diagnostics.length - kept.length },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
