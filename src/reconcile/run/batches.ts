/** How actions are cut into calls: as the provider likes it, by default one call a device. */
import type { ActionRow } from "../../core/plan.ts";
import type { WriterPace } from "../../provider/provider.ts";

export interface Pace {
  /** Null: one batch a device. */
  readonly batchActions: number | null;
  readonly concurrency: number;
  /** Null: no limit. */
  readonly callsPerMinute: number | null;
  readonly timeoutSeconds: number;
}

const CONCURRENCY = 4;
const TIMEOUT_SECONDS = 120;

export function readPace(pace: WriterPace | undefined): Pace {
  return {
    batchActions: pace?.batchActions ?? null,
    concurrency: Math.max(1, pace?.concurrency ?? CONCURRENCY),
    callsPerMinute: pace?.callsPerMinute ?? null,
    timeoutSeconds: pace?.timeoutSeconds ?? TIMEOUT_SECONDS,
  };
}

/** Batches in the order of the rows; the actions of a device in one phase stay together where they fit. */
export function cutBatches(rows: readonly ActionRow[], size: number | null): ActionRow[][] {
  const devices = new Map<string, ActionRow[]>();
  for (const row of rows) {
    const own = devices.get(row.device);
    if (own === undefined) devices.set(row.device, [row]);
    else own.push(row);
  }
  if (size === null) return [...devices.values()];
  const batches: ActionRow[][] = [];
  let batch: ActionRow[] = [];
  for (const own of devices.values()) {
    if (batch.length > 0 && batch.length + own.length > size) {
      batches.push(batch);
      batch = [];
    }
    for (const row of own) {
      if (batch.length === size) {
        batches.push(batch);
        batch = [];
      }
      batch.push(row);
    }
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
