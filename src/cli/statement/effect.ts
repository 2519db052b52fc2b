/** What a statement would change on the snapshot of today, before anybody writes it. */
import type { Decided } from "../../core/decide.ts";
import { VERDICTS, type Verdict } from "../../core/model.ts";
import { previewRecall, type RecallPreview } from "../../core/recall-preview.ts";
import type { PolicySet } from "../../core/policy.ts";
import type { StatementKind } from "../../policy/write-statement.ts";
import { readObserved } from "../inputs/observed.ts";
import type { UsablePolicy } from "../inputs/policy.ts";
import { Refusal } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";

export interface VerdictChange {
  readonly from: Verdict;
  readonly to: Verdict;
  /** Facts, and the distinct devices among them. */
  readonly facts: number;
  readonly devices: number;
}

export interface StatementEffect {
  readonly decided: Decided;
  readonly changes: readonly VerdictChange[];
  /** For a recall. */
  readonly recall: RecallPreview | null;
}

/** Null, with a warning, when there is no snapshot to look at: what must be stopped can be stopped all the same. */
export async function findEffect(
  invocation: PreviewInvocation,
  reading: UsablePolicy,
  after: PolicySet,
  statement: { readonly kind: StatementKind; readonly name: string },
): Promise<StatementEffect | null> {
  const { decide } = await import("../../core/decide.ts");
  try {
    const { snapshot } = await readObserved(invocation, reading.policy.fleet);
    const before = decide(reading.policy, snapshot, invocation.now, reading.zones);
    const decided = decide(after, snapshot, invocation.now, reading.zones);
    const recall = statement.kind === "Recall" ? previewRecall(decided, statement.name) : null;
    return { decided, changes: compare(before, decided), recall };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await invocation.report(error.diagnostics.map((one) => ({ ...one, severity: "warning" })));
    invocation.note("patchring: what it would change cannot be said without a snapshot");
    return null;
  }
}

function compare(before: Decided, after: Decided): VerdictChange[] {
  const { devices } = after.snapshot;
  const facts = new Map<number, { facts: number; devices: number; last: number }>();
  for (let d = 0; d < devices.count; d += 1) {
    const start = devices.factStart[d]!;
    for (let f = start; f < start + devices.factCount[d]!; f += 1) {
      const from = before.table.verdictCodes[before.outcomes[f]!]!;
      const to = after.table.verdictCodes[after.outcomes[f]!]!;
      if (from === to) continue;
      const key = from * VERDICTS.length + to;
      const count = facts.get(key) ?? { facts: 0, devices: 0, last: -1 };
      count.facts += 1;
      if (count.last !== d) count.devices += 1;
      count.last = d;
      facts.set(key, count);
    }
  }
  return [...facts]
    .sort(([a], [b]) => a - b)
    .map(([key, count]) => ({
      from: VERDICTS[Math.floor(key / VERDICTS.length)]!,
      to: VERDICTS[key % VERDICTS.length]!,
      facts: count.facts,
      devices: count.devices,
    }));
}
