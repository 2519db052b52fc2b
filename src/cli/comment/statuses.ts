/** The three statuses of a change of policy (design 4.4). A check that is required is never neutral. */
import type { Comparison } from "../../core/comparison.ts";
import type { NewCheck } from "../../forge/forge.ts";
import { viewComparison } from "../../report/compare/view.ts";
import { counted } from "../../report/words.ts";

export const STATUS_NAMES = {
  policy: "patchring / policy",
  plan: "patchring / plan",
  guard: "patchring / guard",
} as const;

/** GitHub cuts after 140. */
const LONGEST = 140;

function check(name: string, isGood: boolean, description: string, url: string | null): NewCheck {
  const line = description.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");
  const short = line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
  return { name, state: isGood ? "success" : "failure", description: short, url, summary: null };
}

export function statusesOf(comparison: Comparison, url: string | null): NewCheck[] {
  const { findings, guards, resolved } = comparison;
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const tripped = guards.filter((guard) => guard.tripped);
  const names = tripped.map(({ guard, value, limit }) => `${guard} ${value} of ${limit}`);
  return [
    check(
      STATUS_NAMES.policy,
      errors === 0,
      `${counted(errors, "new error")}, ${counted(findings.length - errors, "other new finding")}, ${counted(resolved, "finding")} resolved`,
      url,
    ),
    check(STATUS_NAMES.plan, true, viewComparison(comparison).headline, url),
    check(
      STATUS_NAMES.guard,
      tripped.length === 0,
      tripped.length === 0
        ? `${counted(guards.length, "guard")}, none tripped`
        : `Tripped: ${names.join(", ")}`,
      url,
    ),
  ];
}

/** When there is no comparison: nothing is known, so nothing passes. */
export function failedStatuses(url: string | null): NewCheck[] {
  const description = "The policies could not be compared; the output of the job says why";
  return Object.values(STATUS_NAMES).map((name) => check(name, false, description, url));
}
