/** What a comparison says, in the order in which it is said, for every surface. Pure; still unescaped. */
import type { ChangeDanger, ChangeGroup, Comparison, SiteChanges } from "../../core/comparison.ts";
import { ACTIONS, type Action } from "../../core/model.ts";
import type { GuardRow } from "../../core/plan.ts";
import { counted, formatCount, RELEASE_MEANS } from "../words.ts";

export interface CompareSection {
  readonly id: "removals" | "take-backs" | "bans" | "actions" | "gone" | "verdicts";
  readonly title: string;
  /** Sentences that must be read with the table. */
  readonly notes: readonly string[];
  /** Most dangerous first; empty only in `removals`, which is always there. */
  readonly groups: readonly ChangeGroup[];
  readonly isDanger: boolean;
}

export interface CompareView {
  /** The answer in one sentence. */
  readonly headline: string;
  readonly counts: readonly string[];
  readonly tripped: readonly GuardRow[];
  /** In the order of danger, so that rows are dropped from the last section on. */
  readonly sections: readonly CompareSection[];
  /** Sites with a change; empty where no device has a client or a site. */
  readonly sites: readonly SiteChanges[];
  readonly timingTitle: string;
  readonly findingsTitle: string;
  /** What to type next; hostile ids in it are quoted and escaped by the surface. */
  readonly hints: readonly string[];
}

export const GUARD_WOULD_STOP =
  "apply and reconcile would stop with exit code 5 before their first write, as the facts are now.";

function headline({ summary, snapshot, guards }: Comparison): string {
  const reach = `${formatCount(summary.devices)} of ${counted(snapshot.devices, "device")}`;
  const first =
    summary.changed === 0
      ? "Would change no decision."
      : `Would change ${counted(summary.changed, "decision")} on ${reach}.`;
  return guards.some((guard) => guard.tripped) ? `${first} A guard would stop the run.` : first;
}

function each(counts: Readonly<Record<Action, number>>): string {
  return ACTIONS.map((action) => `${formatCount(counts[action])} ${action}`).join(", ");
}

function counts({ summary }: Comparison): string[] {
  const total = (of: Readonly<Record<Action, number>>): string =>
    counted(
      ACTIONS.reduce((sum, action) => sum + of[action], 0),
      "action",
    );
  return [
    `Actions that appear: ${each(summary.appears)}.`,
    `Actions that disappear: ${each(summary.disappears)}.`,
    `Actions that change: ${formatCount(summary.changes)}. Only the verdict changes: ${formatCount(summary.verdictOnly)}. Dangerous: ${formatCount(summary.dangerous)}.`,
    `Unchanged: ${formatCount(summary.unchanged)} of ${counted(summary.facts, "decision")}; of these ${formatCount(summary.retimed)} with another time and ${formatCount(summary.otherStatement)} by another statement or ring.`,
    `The next run would send ${total(summary.headActions)}; with the base policy ${total(summary.baseActions)}.`,
  ];
}

const only = (groups: readonly ChangeGroup[], ...dangers: readonly ChangeDanger[]): ChangeGroup[] =>
  groups.filter(({ danger }) => dangers.includes(danger));

const devicesIn = (groups: readonly ChangeGroup[]): number =>
  groups.reduce((sum, { devices }) => sum + devices, 0);

function removals(groups: readonly ChangeGroup[]): CompareSection {
  const own = only(groups, "removal", "removal-retry", "release", "removal-dropped");
  const count = (danger: ChangeDanger): string => formatCount(devicesIn(only(own, danger)));
  const retries = devicesIn(only(own, "removal-retry"));
  const dropped = devicesIn(only(own, "removal-dropped"));
  const sums = [
    `${count("removal")} uninstall`,
    `${count("release")} do-nothing`,
    ...(retries === 0 ? [] : [`${formatCount(retries)} reprocess of a failed removal`]),
    ...(dropped === 0 ? [] : [`${formatCount(dropped)} no longer`]),
  ].join(", ");
  const release = `do-nothing is a ${RELEASE_MEANS}. It is not a no-op: where those rules would install, the patch is installed. To keep what is in force, write a decision or \`onUnmatched: keep\`.`;
  return {
    id: "removals",
    title: `Removals and releases: ${own.length === 0 ? "none" : sums}`,
    notes: only(own, "release").length > 0 ? [release] : [],
    groups: own,
    isDanger: true,
  };
}

interface SectionSpec {
  readonly id: CompareSection["id"];
  readonly dangers: readonly ChangeDanger[];
  readonly title: string;
  readonly notes: readonly string[];
}

const SECTIONS: readonly SectionSpec[] = [
  { id: "take-backs", dangers: ["take-back"], title: "Ignores that take back an approval", notes: [] },
  {
    id: "bans",
    dangers: ["ban-lifted"],
    title: "No longer kept away",
    notes: ["The base policy ignores or removes these patches here; this policy does not."],
  },
  { id: "actions", dangers: ["ignore", "approve", "reprocess"], title: "Other actions", notes: [] },
  { id: "gone", dangers: ["gone"], title: "Actions that are not sent any more", notes: [] },
  { id: "verdicts", dangers: ["verdict"], title: "Only the verdict changes", notes: [] },
];

function sections(groups: readonly ChangeGroup[]): CompareSection[] {
  const rest = SECTIONS.flatMap(({ id, dangers, title, notes }): CompareSection[] => {
    const own = only(groups, ...dangers);
    if (own.length === 0) return [];
    const isDanger = id === "take-backs" || id === "bans";
    return [{ id, title: `${title}: ${formatCount(devicesIn(own))}`, notes, groups: own, isDanger }];
  });
  return [removals(groups), ...rest];
}

/** Everything that a comparison says, dangers first. */
export function viewComparison(comparison: Comparison): CompareView {
  const { findings, resolved, changes, summary, guards, sites } = comparison;
  const first = changes[0];
  return {
    headline: headline(comparison),
    counts: counts(comparison),
    tripped: guards.filter((guard) => guard.tripped),
    sections: sections(changes),
    sites: sites.some(({ client, site }) => client !== null || site !== null) ? sites : [],
    timingTitle: `Another time: ${counted(summary.retimed, "decision")} with the same verdict and action`,
    findingsTitle: `New findings: ${formatCount(findings.length)}; resolved: ${formatCount(resolved)}`,
    hints: first === undefined ? [] : [`patchring why ${shellWord(first.example)} ${shellWord(first.patch)}`],
  };
}

/** A word that a shell passes on as it stands. */
function shellWord(text: string): string {
  return /^[\w.:@/+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
