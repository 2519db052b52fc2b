/** `sla` on a terminal: the answer first. */
import type { Feasibility } from "../../core/deadline-feasibility.ts";
import type { DeadlineGroup } from "../../core/deadline-groups.ts";
import type { Instant } from "../../core/model.ts";
import {
  conformanceWords,
  DEADLINE_STATE_WORDS,
  obligationWords,
  partsWords,
  RISK_WORDS,
} from "../deadline-words.ts";
import { escapeTerminal } from "../escape/terminal.ts";
import { instantWords } from "../promotion-words.ts";
import { roughly } from "../relative-time.ts";
import { counted } from "../words.ts";
import {
  fixWords,
  groupPaths,
  lastResort,
  lengthWords,
  limitOf,
  limitTiers,
  sourceWords,
  stepLabel,
  type PathGroup,
  type SlaNow,
  type SlaView,
} from "./view.ts";

const e = (text: string): string => escapeTerminal(text, 120);

/** Lines that keep their indent; the caller wraps them. `maxRows` counts groups and paths together; null is all. */
export function slaLines(view: SlaView, maxRows: number | null): string[] {
  const paths = groupPaths(view);
  const most = maxRows ?? Infinity;
  const groups = view.now?.groups ?? [];
  const shownPaths = paths.slice(0, most);
  const shownGroups = groups.slice(0, Math.max(0, most - shownPaths.length));
  const hidden = paths.length - shownPaths.length + groups.length - shownGroups.length;
  return [
    answer(view, paths),
    ...profileLines(view),
    ...(view.now === null ? [] : nowLines(view.now, shownGroups, view.at)),
    ...(shownPaths.length === 0 ? [] : ["", "The longest way to a device, by policy"]),
    ...shownPaths.flatMap((group) => pathLines(view, group)),
    ...assumptionLines(view),
    ...(hidden === 0 ? [] : ["", `… and ${counted(hidden, "more row")}: \`--max-rows 0\` shows all.`]),
  ];
}

function answer({ profiles }: SlaView, paths: readonly PathGroup[]): string {
  const names = profiles.map(({ name }) => name).join(", ");
  if (paths.length === 0) return `No approving rule is held to a deadline of ${names}.`;
  const late = paths.filter(({ fits }) => !fits).length;
  return late === 0
    ? `Every path fits ${names}.`
    : `${String(late)} of ${counted(paths.length, "path")} can be too slow for ${names}.`;
}

function assumptionLines({ assume, stated, paths }: SlaView): string[] {
  if (paths.length === 0 || stated.length === Object.keys(assume).length) return [];
  return [
    "",
    "What is assumed is a default: say how long it takes with you under `deadlines.assume` of the Fleet.",
  ];
}

function profileLines({ profiles, now }: SlaView): string[] {
  const width = Math.max(...profiles.map(({ name }) => name.length));
  return [
    "",
    "Profiles",
    ...profiles.map((profile, index) => {
      const { name, title, edition, withdrawn, acceptsExceptions } = profile;
      const what = `${e(title)}${edition === null ? "" : ` ${e(edition)}`}${withdrawn ? ", withdrawn" : ""}${acceptsExceptions ? "" : ", no exceptions"}`;
      const totals = now?.byProfile[index];
      const stands =
        totals === undefined || profiles.length === 1
          ? ""
          : totals.obligations === 0
            ? ": asks for nothing here"
            : `: ${conformanceWords(totals)}; ${partsWords(totals)}`;
      return `  ${name.padEnd(width)}  ${what}${stands}`;
    }),
  ];
}

function nowLines(
  { totals, groups, snapshot, byProfile }: SlaNow,
  shown: readonly DeadlineGroup[],
  at: Instant,
): string[] {
  const isOne = byProfile.length === 1;
  const seen = `snapshot taken ${instantWords(snapshot.takenAt, at)}`;
  if (totals.obligations === 0) return ["", `Now: no patch on any device has a deadline; ${seen}.`];
  return [
    "",
    `Now${isOne ? "" : ", the strictest of all"}: ${conformanceWords(totals)}; ${partsWords(totals)}; ${seen}.`,
    ...(groups.length === 0 ? ["  Nothing is overdue or at risk."] : []),
    ...shown.flatMap((group) => groupLines(group, at)),
  ];
}

function groupLines(
  { patch, state, risk, obligations, devices, device }: DeadlineGroup,
  at: Instant,
): string[] {
  const why = risk === null ? "" : ` (${RISK_WORDS[risk]})`;
  const [first, ...others] = obligations;
  return [
    `  ${state === "overdue" ? "✗" : "!"} ${DEADLINE_STATE_WORDS[state]}  ${e(patch.id)} on ${counted(devices, "device")}, such as ${e(device)}${why}`,
    `      ${obligationWords(first!, at)}`,
    ...others.map((other) => `      also ${obligationWords(other, at)}`),
  ];
}

function pathLines(view: SlaView, { rules, feasibility, fits }: PathGroup): string[] {
  const { path, limits } = feasibility;
  const { ring, blockedIn, total, steps } = path;
  const head = `${rules.map(e).join(", ")} in ${ring.name}`;
  if (blockedIn !== null) {
    return ["", `${head}: never, no rule approves such patches in ${blockedIn} before`];
  }
  const title = `${head}: ${total === null ? "never" : `${roughly(total)} at worst`}`;
  if (fits) return ["", title, ...limits.map((one) => `  ✓ fits  ${limitWords(one)}`)];
  const shown = steps.filter(({ seconds }) => seconds !== 0);
  const width = Math.max(...shown.map((step) => stepLabel(step).length));
  return [
    "",
    title,
    ...shown.map(
      (step) =>
        `    ${stepLabel(step).padEnd(width)}  ${lengthWords(step.seconds).padEnd(9)}  ${e(sourceWords(step, view))}`,
    ),
    ...limits.flatMap((one) => limitLines(one, total)),
  ];
}

function limitWords(one: Feasibility): string {
  return `${one.profile.name} ${limitOf(one)} (${limitTiers(one)})`;
}

function limitLines(one: Feasibility, total: number | null): string[] {
  if (one.fits) return [`  ✓ fits  ${limitWords(one)}`];
  const over = total === null ? "" : `: ${roughly(total - one.limit)} too slow`;
  const resort = lastResort(one);
  return [
    `  ✗ too slow  ${limitWords(one)}${over}`,
    ...one.fixes.map((fix) => `      ${fix.fits ? "fix" : "or"}: ${fixWords(fix)}`),
    ...(resort === null ? [] : [`      ${resort}`]),
  ];
}
