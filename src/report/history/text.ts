/** The history of a policy on a terminal: one line of time, oldest first. */
import type { HistoryEntry, PolicyHistory } from "../../core/policy-history.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import { wrap } from "../text/layout.ts";
import { counted, formatCount } from "../words.ts";

/** `2026-03-12 03:10Z` */
function minute(instant: string): string {
  return t(instant)
    .replace("T", " ")
    .replace(/:\d\d(?:\.\d+)?Z$/, "Z");
}

function evidenceText({ evidence }: HistoryEntry): string[] {
  if (evidence === null) return [];
  const count = (value: number | null): string => (value === null ? "?" : formatCount(value));
  const met = evidence.metAt === null ? "" : `; soak met ${t(evidence.metAt)}`;
  const snapshot = evidence.snapshot === null ? "" : `; ${t(evidence.snapshot).slice(0, 19)}`;
  return [
    `evidence: ${count(evidence.installed)} of ${count(evidence.eligible)} installed, ${count(evidence.failed)} failed${met}${snapshot}`,
  ];
}

function details(entry: HistoryEntry): string[] {
  const { author, commit, subject, arrival, reason } = entry;
  const written = `by ${t(author.name)} <${t(author.email)}> in ${t(commit.slice(0, 12))}: ${t(subject)}`;
  const request = arrival?.request == null ? "" : `, request ${t(arrival.request)}`;
  const merged =
    arrival === null
      ? "written onto the branch itself"
      : `merged ${minute(arrival.at)} by ${t(arrival.by.name)} in ${t(arrival.commit.slice(0, 12))}${request}`;
  const reviewers = arrival?.reviewers ?? [];
  const reviewed =
    reviewers.length === 0
      ? "no review recorded"
      : `reviewed by ${reviewers.map((one) => t(one)).join(", ")}`;
  return [
    t(entry.path),
    ...(reason === null ? [] : [`reason: ${t(reason)}`]),
    ...evidenceText(entry),
    written,
    `${merged}; ${reviewed}`,
  ];
}

function entryLines(entry: HistoryEntry, width: number): string[] {
  const head = `  ${minute(entry.at).padEnd(17)}  ${entry.change.padEnd(8)} ${t(entry.statement)}`;
  const indent = " ".repeat(21);
  return [
    head,
    ...details(entry).flatMap((text) => wrap(text, Math.max(40, width - 21)).map((line) => indent + line)),
  ];
}

/** Ends in a line break. */
export function renderHistoryText(history: PolicyHistory, options: { readonly width: number }): string {
  const { about, entries, commit } = history;
  const asked = Object.entries(about).flatMap(([kind, name]) =>
    name === null ? [] : [`${kind} ${t(name)}`],
  );
  const authors = new Set(entries.map(({ author }) => author.email)).size;
  const title = `${asked.join(", ")}: ${counted(entries.length, "change")} by ${counted(authors, "person", "people")}, at ${t(commit.slice(0, 12))}`;
  const shallow = history.isComplete
    ? []
    : [
        "",
        ...wrap(
          "The clone is shallow: what is older than it is not here. `git fetch --unshallow` fetches it.",
          options.width,
        ),
      ];
  const body = entries.flatMap((entry) => ["", ...entryLines(entry, options.width)]);
  return `${[...wrap(title, options.width), ...body, ...shallow].join("\n")}\n`;
}
