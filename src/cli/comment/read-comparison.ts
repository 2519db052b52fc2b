/**
 * A saved comparison, read as what it is: a file that a job made which ran what a pull request
 * brought. Every field that is used is checked and bounded before anything is done with it.
 */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { ACTION_CHANGES, CHANGE_DANGERS, SENDINGS, type Comparison } from "../../core/comparison.ts";
import { ACTIONS, OBSTACLES, REASONS, VERDICTS } from "../../core/model.ts";
import { parseInstant } from "../../core/time.ts";
import { refuse, type Refusal } from "../refusal.ts";
import { count, fields, flag, list, matching, nullable, oneOf, text, type Check } from "./checks.ts";

const LARGEST_BYTES = 64 * 1024 * 1024;
const MOST_GROUPS = 200_000;
/** Names, titles, sources and places; a renderer shows far less. */
const NAME = text(4096);
const optional = nullable(NAME);

const instant: Check = (value, path) =>
  typeof value === "string" && value.length < 40 && parseInstant(value) !== null
    ? null
    : `\`${path}\` is no instant`;
const digest = matching(/^(?:sha256:[0-9a-f]{64}|)$/, "digest");
const commit = matching(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "commit");

const byAction = fields(Object.fromEntries(ACTIONS.map((action) => [action, count])));
const policy = fields({ ref: nullable(text(1000)), commit: nullable(commit), dirty: flag, digest });
const action = fields({
  action: oneOf(ACTIONS),
  sending: oneOf(SENDINGS),
  obstacle: nullable(oneOf(OBSTACLES)),
});
const side = fields({
  verdict: oneOf(VERDICTS),
  reason: oneOf(REASONS),
  ring: optional,
  source: optional,
  place: optional,
  action: nullable(action),
});
const group = fields({
  danger: oneOf(CHANGE_DANGERS),
  change: oneOf(ACTION_CHANGES),
  patch: NAME,
  title: optional,
  devices: count,
  example: NAME,
  base: side,
  head: side,
});
const end = fields({ reason: oneOf([...REASONS, ...OBSTACLES]), until: nullable(instant) });
const timing = fields({
  kind: oneOf(["gate", "window"]),
  patch: NAME,
  title: optional,
  ring: optional,
  source: optional,
  devices: count,
  base: end,
  head: end,
});
const site = fields({
  client: optional,
  site: optional,
  devices: count,
  stale: count,
  changed: count,
  dangerous: count,
});
const finding = fields({
  severity: oneOf(["error", "warning", "info"]),
  code: matching(/^[a-z]+\/[a-z0-9-]+$/, "code"),
  summary: NAME,
  detail: NAME,
  place: optional,
});
const summary = fields({
  ...Object.fromEntries(
    [
      "facts",
      "changed",
      "unchanged",
      "devices",
      "changes",
      "verdictOnly",
      "verdicts",
      "dangerous",
      "retimed",
      "otherStatement",
    ].map((name) => [name, count]),
  ),
  appears: byAction,
  disappears: byAction,
  baseActions: byAction,
  headActions: byAction,
});
const COMPARISON = fields({
  format: matching(/^patchring\.compare\/1(?:\.\d+)?$/, "comparison: it is not `patchring.compare/1`"),
  at: instant,
  base: policy,
  head: policy,
  snapshot: fields({ digest, takenAt: instant, devices: count, stale: count, patches: count, facts: count }),
  summary,
  changes: list(group, MOST_GROUPS),
  timing: list(timing, MOST_GROUPS),
  sites: list(site, MOST_GROUPS),
  guards: list(fields({ guard: text(200), limit: count, value: count, tripped: flag }), 10_000),
  findings: list(finding, 100_000),
  resolved: count,
});

/** Reads a file of `plan --base … --save`. `shown` is the path as it was typed. Refuses with exit 1. */
export function readComparisonFile(path: string, shown: string): Comparison {
  const value = parse(readText(path, shown), shown);
  const problem = COMPARISON(value, "") ?? contradiction(value as Comparison);
  if (problem !== null) throw wrong(shown, problem);
  return value as Comparison;
}

function parse(content: string, shown: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw wrong(shown, "it is not JSON");
  }
}

function readText(path: string, shown: string): string {
  try {
    const descriptor = openSync(path, "r");
    try {
      if (fstatSync(descriptor).size <= LARGEST_BYTES) return readFileSync(descriptor, "utf8");
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw wrong(shown, `the system says ${JSON.stringify(String(error.code))}`);
  }
  throw wrong(shown, "it is larger than 64 MB");
}

/** What cannot be true of a comparison: totals that are not the sums of the rows, and dangers that are hidden behind others. */
function contradiction({ changes, summary: totals, timing: times, sites }: Comparison): string | null {
  const sum = (rows: readonly { readonly devices: number }[]): number =>
    rows.reduce((all, { devices }) => all + devices, 0);
  if (sum(changes) !== totals.changed) return "`summary.changed` is not the sum of `changes`";
  if (sum(times) !== totals.retimed) return "`summary.retimed` is not the sum of `timing`";
  for (const name of ["devices", "changed", "dangerous"] as const) {
    if (sites.reduce((all, one) => all + one[name], 0) !== totals[name])
      return `\`summary.${name}\` is not the sum of \`sites\``;
  }
  if (totals.changed + totals.unchanged !== totals.facts)
    return "`summary.facts` is not changed and unchanged together";
  let worst = 0;
  for (const [at, { danger, change, base, head }] of changes.entries()) {
    const rank = CHANGE_DANGERS.indexOf(danger);
    if (rank < worst) return `\`changes[${at}]\` is out of order`;
    worst = rank;
    const fits =
      (base.action !== null || change === "appears" || change === "none") &&
      (head.action !== null || change === "disappears" || change === "none");
    if (!fits) return `\`changes[${at}].change\` does not fit its actions`;
  }
  return null;
}

function wrong(shown: string, because: string): Refusal {
  return refuse(
    "error",
    "cli/comparison",
    "Comparison cannot be used",
    `${JSON.stringify(shown)} is not used: ${because}.`,
    "save one with `patchring plan --base REF --save FILE`, and do not edit it.",
  );
}
