/** What `sla` shows, in every format: where deadlines stand now, and which the policy can meet at all. */
import type { Fix } from "../../core/deadline-fixes.ts";
import type { Feasibility, PathFeasibility } from "../../core/deadline-feasibility.ts";
import type { DeadlineGroup } from "../../core/deadline-groups.ts";
import type { PathStep } from "../../core/deadline-path.ts";
import { withinWords, type DeadlineAssumptions, type DeadlineProfile } from "../../core/deadline-profile.ts";
import type { DeadlineTotals } from "../../core/deadline-totals.ts";
import type { Instant, Seconds } from "../../core/model.ts";
import { formatDuration, formatInstant } from "../../core/time.ts";
import { roughly } from "../relative-time.ts";

export interface SlaView {
  readonly at: Instant;
  readonly policy: { readonly commit: string | null; readonly digest: string };
  /** Null when no devices were read: then only what policy says is known. */
  readonly now: SlaNow | null;
  readonly profiles: readonly DeadlineProfile[];
  readonly assume: DeadlineAssumptions;
  readonly stated: readonly (keyof DeadlineAssumptions)[];
  readonly paths: readonly PathFeasibility[];
}

export interface SlaNow {
  readonly snapshot: { readonly digest: string; readonly takenAt: Instant };
  /** Of the strictest profile a fact. */
  readonly totals: DeadlineTotals;
  /** Of each profile alone, in the order of `profiles`. */
  readonly byProfile: readonly DeadlineTotals[];
  readonly groups: readonly DeadlineGroup[];
}

/** Paths that read the same, for one ring. */
export interface PathGroup {
  /** Ids. */
  readonly rules: readonly string[];
  readonly feasibility: PathFeasibility;
  readonly fits: boolean;
}

/** Those with a limit that does not fit first, each part by the time it takes. */
export function groupPaths(view: SlaView): PathGroup[] {
  const groups = new Map<string, { rules: string[]; feasibility: PathFeasibility; fits: boolean }>();
  for (const feasibility of view.paths) {
    const { path, limits } = feasibility;
    const steps = path.steps.map((step) => [stepLabel(step), step.seconds, sourceWords(step, view)]);
    const shown = limits.map((one) => [one.profile.name, one.limit, limitTiers(one)]);
    const key = JSON.stringify([path.ring.name, path.blockedIn, steps, shown]);
    const known = groups.get(key);
    if (known === undefined) {
      groups.set(key, { rules: [path.rule.id], feasibility, fits: limits.every(({ fits }) => fits) });
    } else known.rules.push(path.rule.id);
  }
  const length = ({ feasibility }: PathGroup): Seconds => feasibility.path.total ?? Infinity;
  const order = (a: PathGroup, b: PathGroup): number =>
    length(a) === length(b) ? 0 : length(a) > length(b) ? -1 : 1;
  return [...groups.values()].sort((a, b) => Number(a.fits) - Number(b.fits) || order(a, b));
}

const STEP_LABELS: Readonly<Record<PathStep["kind"], string>> = {
  scan: "scan",
  delay: "delay",
  window: "window",
  quorum: "quorum",
  soak: "soak",
  review: "review",
  reboot: "reboot",
};

/** `soak for production` */
export function stepLabel({ kind, ring }: PathStep): string {
  if (kind === "window") return `window of ${ring}`;
  return kind === "soak" || kind === "quorum" || kind === "review"
    ? `${STEP_LABELS[kind]} for ${ring}`
    : STEP_LABELS[kind];
}

export function lengthWords(seconds: Seconds | null): string {
  return seconds === null ? "never" : roughly(seconds);
}

/** Where the length of a step comes from. */
export function sourceWords({ source, seconds }: PathStep, { stated, assume }: SlaView): string {
  switch (source.kind) {
    case "assumption":
      return stated.includes(source.key)
        ? `deadlines.assume.${source.key} of the Fleet`
        : `assumed (deadlines.assume.${source.key})`;
    case "policy": {
      const place = `${source.place.file}:${String(source.place.line)}`;
      return seconds === source.value
        ? place
        : `${place}: ${formatDuration(source.value)}, the time before is part of it`;
    }
    case "schedule":
      return scheduleWords(source, assume.run);
  }
}

function scheduleWords(source: Extract<PathStep["source"], { kind: "schedule" }>, run: Seconds): string {
  const { schedule, wait } = source;
  const next = `${formatDuration(run)} to the next run`;
  if (schedule === null || wait === null) return `always open, ${next}`;
  if (wait.seconds === null) return `${schedule.name}: no window opens within a year`;
  if (wait.gap === null) return `${schedule.name}: never shut, ${next}`;
  const { shutAt, opensAt } = wait.gap;
  return `${schedule.name}: shut ${formatInstant(shutAt)} to ${formatInstant(opensAt)} (${wait.zone}), ${next}`;
}

/** `critical` or `3 tiers: a, b, c` */
export function limitTiers({ tiers }: Feasibility): string {
  return tiers.map(({ name }) => name).join(", ");
}

/** `1 month` where the tier gives a month, though the shortest has 28 days. */
export function limitOf({ tiers, limit }: Feasibility): string {
  const [first] = tiers;
  return first === undefined ? formatDuration(limit) : withinWords(first.within);
}

const FIX_WORDS: Readonly<Record<Fix["kind"], string>> = {
  "daily-windows": "the same windows on every day",
  soak: "a soak of at most",
  delay: "a delay of at most",
  "first-install": "`soak.clock: first-install`",
  auto: "`promotion.by: auto`",
};

/** `a soak of at most 4d: 13 d 2 h` */
export function fixWords({ kind, value, total, fits }: Fix): string {
  const what = value === null ? FIX_WORDS[kind] : `${FIX_WORDS[kind]} ${formatDuration(value)}`;
  return `${what}: ${roughly(total)}${fits ? "" : ", not enough alone"}`;
}

/** What to do where no single change is enough. */
export function lastResort({ fixes }: Feasibility): string | null {
  return fixes.some(({ fits }) => fits)
    ? null
    : "no single change is enough: combine them, or keep an emergency lane (`patchring emergency`) for such patches";
}
