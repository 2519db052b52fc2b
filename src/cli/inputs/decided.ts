import type { Decided } from "../../core/decide.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { PolicyIdentity } from "../../core/plan.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { instantOfDecision } from "./instant.ts";
import { readObserved, type Observed } from "./observed.ts";
import { readUsablePolicy } from "./policy.ts";
import { readSnapshot } from "./snapshot.ts";

/** Verdicts of the policy on the snapshot, and where the policy came from. */
export interface DecidedInput {
  readonly decided: Decided;
  /** For the guard `fleetShrink`. */
  readonly earlier: Observed["earlier"];
  readonly identity: PolicyIdentity;
  /** Warnings, errors of promotion files, what has ended or ends soon, and devices in two rings (design 2.2). */
  readonly diagnostics: readonly Diagnostic[];
}

/** Policy, snapshot, verdicts. Refuses with exit 3 for a wrong policy, 1 for a snapshot that cannot be read. */
export async function readDecided(invocation: PreviewInvocation): Promise<DecidedInput> {
  const deciding = import("../../core/decide.ts");
  const policy = readUsablePolicy(invocation);
  const given = readGivenSnapshot(invocation, policy);
  const reading = await policy;
  const { snapshot, earlier } =
    given === null
      ? await readObserved(invocation, reading.policy.fleet)
      : { snapshot: await given, earlier: null };
  const { decide } = await deciding;
  const now = instantOfDecision(invocation);
  const decided = decide(reading.policy, snapshot, now, reading.zones);
  const { findTwoRings } = await import("../../core/findings-rings.ts");
  return {
    decided,
    earlier,
    identity: await reading.identity(),
    diagnostics: [
      ...reading.diagnostics,
      ...(await reading.review(now)),
      ...reading.locate(findTwoRings(decided)),
    ],
  };
}

/**
 * The file of `--snapshot` is opened before the policy is known, so that it is read ahead meanwhile;
 * what is wrong with the policy is said first. Null without that option.
 */
function readGivenSnapshot(
  invocation: PreviewInvocation,
  policy: Promise<unknown>,
): Promise<Snapshot> | null {
  const { snapshot: path } = invocation.globals;
  if (path === null) return null;
  const reading = readSnapshot(invocation, { kind: "file", path }, policy);
  reading.catch(() => undefined);
  return reading;
}
