/** The policy at a commit against the work tree or `--ref`, on one snapshot at one instant (design 4.4). */
import type { Comparison, NewFinding } from "../../core/comparison.ts";
import type { Decided } from "../../core/decide.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import { Refusal } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { readUsablePolicy, type UsablePolicy } from "./policy.ts";
import { readObserved } from "./observed.ts";

/** What is shown of one finding of a fleet or a policy at most, so that a saved comparison is bounded. */
const LONGEST_DETAIL = 2000;

/** Refuses with exit 3 when either policy is wrong, 1 when a revision or the snapshot cannot be read. */
export async function readComparison(
  invocation: PreviewInvocation,
  baseRef: string,
): Promise<{ readonly comparison: Comparison; readonly head: Decided }> {
  const [head, base] = await Promise.all([readUsablePolicy(invocation), readBase(invocation, baseRef)]);
  const { snapshot } = await readObserved(invocation, head.policy.fleet);
  const [{ decide }, { comparePolicies }, { compareFindings }, { makePlan }] = await Promise.all([
    import("../../core/decide.ts"),
    import("../../core/compare.ts"),
    import("../../core/compare-findings.ts"),
    import("../../core/make-plan.ts"),
  ]);
  const { now } = invocation;
  const decidedBase = decide(base.policy, snapshot, now, base.zones);
  const decidedHead = decide(head.policy, snapshot, now, head.zones);
  const [identityBase, identityHead] = [await base.identity(), await head.identity()];
  const [findingsBase, findingsHead] = [
    await findingsOf(invocation, base, decidedBase),
    await findingsOf(invocation, head, decidedHead),
  ];
  const comparison = comparePolicies(decidedBase, decidedHead, {
    base: { ...identityBase, ref: baseRef },
    head: { ...identityHead, ref: invocation.globals.ref },
    guards: makePlan(decidedHead, { identity: identityHead }).guards,
    ...compareFindings(findingsBase, findingsHead),
  });
  return { comparison, head: decidedHead };
}

/** A wrong base is said to be the base's, so that nobody looks for the mistake in the work tree. */
async function readBase(invocation: PreviewInvocation, baseRef: string): Promise<UsablePolicy> {
  const globals = { ...invocation.globals, ref: baseRef };
  try {
    return await readUsablePolicy({ ...invocation, globals });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const named = error.diagnostics.map((one): Diagnostic => {
      if (one.place === null) return one;
      return { ...one, place: { ...one.place, file: `${baseRef}:${one.place.file}` } };
    });
    throw new Refusal(error.exitCode, named);
  }
}

async function findingsOf(
  invocation: PreviewInvocation,
  reading: UsablePolicy,
  decided: Decided,
): Promise<NewFinding[]> {
  const { findFleetProblems } = await import("../../core/findings.ts");
  const all = [
    ...reading.diagnostics,
    ...(await reading.review(invocation.now)),
    ...findFleetProblems(decided),
  ];
  return all.map(({ severity, code, summary, detail, place }) => ({
    severity,
    code,
    summary,
    detail: detail.slice(0, LONGEST_DETAIL),
    place: place === null ? null : `${place.file}:${place.line}:${place.column}`,
  }));
}
