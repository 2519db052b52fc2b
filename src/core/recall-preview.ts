/** What a recall would do, before anybody writes it: where it can remove, and where it cannot. */
import { obstacleOfCode, type Decided } from "./decide.ts";
import type { Obstacle } from "./model.ts";
import { isScheduling } from "./obstacle.ts";
import { compareCodeUnits } from "./order.ts";
import { statusOf } from "./snapshot.ts";
import { actionOfTransition } from "./transition.ts";

export interface RecalledFact {
  readonly device: string;
  readonly patch: string;
}

export interface RecallPreview {
  /** Would be removed, now or when a window, a freeze or a backoff is over. By device, then patch. */
  readonly remove: readonly RecalledFact[];
  /** Has it and cannot be removed from, with the first obstacle: `NOT_UNINSTALLABLE`, `MANUAL_BACKEND`, … */
  readonly cannot: readonly (RecalledFact & { readonly obstacle: Obstacle })[];
  /** Installed and left there, because the recall does not say `uninstall: true`. */
  readonly keep: readonly RecalledFact[];
  /** Facts without the patch: it will be ignored there. */
  readonly ignoredFacts: number;
}

/** `decided` is the policy with the recall in it, on the snapshot of today. */
export function previewRecall(decided: Decided, name: string): RecallPreview {
  const { table, snapshot, outcomes, intents } = decided;
  const { devices, facts, patches } = snapshot;
  const source = `Recall/${name}`;
  const isRecalled = Uint8Array.from(table.rows, (row) =>
    row.reason === "RECALLED" && row.source === source ? 1 : 0,
  );
  const obstacles = new Map<number, Obstacle | null>();
  for (let at = 0; at < intents.length; at += 1) {
    const fact = intents.fact[at]!;
    if (isRecalled[outcomes[fact]!] === 0) continue;
    const action = actionOfTransition(intents.transition[at]!);
    if (action === "uninstall" || action === "reprocess") {
      obstacles.set(fact, obstacleOfCode(intents.obstacle[at]!));
    }
  }
  const remove: RecalledFact[] = [];
  const cannot: (RecalledFact & { obstacle: Obstacle })[] = [];
  const keep: RecalledFact[] = [];
  let ignoredFacts = 0;
  for (let d = 0; d < devices.count; d += 1) {
    const start = devices.factStart[d]!;
    for (let f = start; f < start + devices.factCount[d]!; f += 1) {
      if (isRecalled[outcomes[f]!] === 0) continue;
      const row = { device: devices.id[d]!, patch: patches[facts.patch[f]!]!.id };
      const status = statusOf(facts.state[f]!);
      const obstacle = obstacles.get(f);
      if (obstacle === undefined) {
        if (status === "installed" || status === "reboot-required") keep.push(row);
        else ignoredFacts += 1;
      } else if (obstacle === null || isScheduling(obstacle)) remove.push(row);
      else cannot.push({ ...row, obstacle });
    }
  }
  const byDevice = (a: RecalledFact, b: RecalledFact): number =>
    compareCodeUnits(a.device, b.device) || compareCodeUnits(a.patch, b.patch);
  return {
    remove: remove.sort(byDevice),
    cannot: cannot.sort(byDevice),
    keep: keep.sort(byDevice),
    ignoredFacts,
  };
}
