/** What would make a path fit: one change of policy at a time, each with the length that it gives. */
import { findPath, type DeadlinePath, type PathChange, type PathInput } from "./deadline-path.ts";
import type { Seconds } from "./model.ts";

export type FixKind = "daily-windows" | "soak" | "delay" | "first-install" | "auto";

export interface Fix {
  readonly kind: FixKind;
  /** The soak or delay that fits, or the shortest there is; null for the others. */
  readonly value: Seconds | null;
  readonly total: Seconds;
  readonly fits: boolean;
}

/** Those that help, the ones that fit first. A soak or delay is cut no more than needed, to whole days or, below one, hours. */
export function findFixes(input: PathInput, path: DeadlinePath, limit: Seconds): Fix[] {
  const { rule, ring, total, steps } = path;
  if (path.blockedIn !== null) return [];
  const longest = (kind: "soak" | "delay"): Seconds =>
    Math.max(
      0,
      ...steps.map(({ kind: of, source }) => (of === kind && source.kind === "policy" ? source.value : 0)),
    );
  const make = (kind: FixKind, change: PathChange, value: Seconds | null = null): Fix[] => {
    const changed = findPath(input, rule, ring, change).total;
    if (changed === null || (total !== null && changed >= total)) return [];
    return [{ kind, value, total: changed, fits: changed <= limit }];
  };
  const shorter = (kind: "soak" | "delay"): Fix[] => {
    const value = longestThatFits(longest(kind), (seconds) => {
      const changed = findPath(input, rule, ring, { [kind]: seconds }).total;
      return changed !== null && changed <= limit;
    });
    return make(kind, { [kind]: value }, value);
  };
  const fixes = [
    ...make("daily-windows", { isDaily: true }),
    ...shorter("soak"),
    ...shorter("delay"),
    ...make("first-install", { clock: "first-install" }),
    ...make("auto", { isAuto: true }),
  ];
  return [...fixes.filter(({ fits }) => fits), ...fixes.filter(({ fits }) => !fits)];
}

/** By halving, in whole hours, or whole days where that is a day at least; 0 when none fits. */
function longestThatFits(longest: Seconds, fits: (seconds: Seconds) => boolean): Seconds {
  let [low, high] = [0, Math.floor(longest / 3600)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle * 3600)) low = middle;
    else high = middle - 1;
  }
  return low < 24 ? low * 3600 : Math.floor(low / 24) * 86_400;
}
