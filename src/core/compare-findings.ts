/** Findings of two policies: which of them are new. */
import type { NewFinding } from "./comparison.ts";
import { compareCodeUnits } from "./order.ts";

/** What tells two findings apart; the line may have moved. */
type FindingKey = Pick<NewFinding, "code" | "summary" | "detail">;

/** Findings of the head that the base lacks, and how many it is the other way round. Each counts as often as it stands there. */
export function compareFindings(
  base: readonly FindingKey[],
  head: readonly NewFinding[],
): { readonly findings: NewFinding[]; readonly resolved: number } {
  const keyOf = ({ code, summary, detail }: FindingKey): string => JSON.stringify([code, summary, detail]);
  const left = new Map<string, number>();
  for (const one of base) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1);
  const findings = head.filter((one) => {
    const key = keyOf(one);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
  const order = ["error", "warning", "info"];
  return {
    findings: findings.sort(
      (a, b) =>
        order.indexOf(a.severity) - order.indexOf(b.severity) ||
        compareCodeUnits(a.code, b.code) ||
        compareCodeUnits(a.place ?? "", b.place ?? ""),
    ),
    resolved: [...left.values()].reduce((sum, count) => sum + count, 0),
  };
}
