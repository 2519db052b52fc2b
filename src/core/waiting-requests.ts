/** Open requests for promotion, and by when each must be merged. */
import { firstMergeBy, type Examined } from "./examined.ts";
import type { Instant } from "./model.ts";

/** A request for promotion that is open. */
export interface WaitingRequest {
  readonly ring: string;
  readonly number: number;
  /** What it asks for, as text: it is told of again when that changes. */
  readonly version: string;
  readonly patches: readonly string[];
  /** By when it must be merged so that no deadline is missed; null without deadlines, and when it is too late. */
  readonly mergeBy: Instant | null;
  /** Its page; null on a forge without pages. */
  readonly url: string | null;
}

/** As the forge has it. */
export type OpenRequest = Omit<WaitingRequest, "mergeBy">;

/** Without facts nobody knows the time. */
export function withMergeBy(requests: readonly OpenRequest[], found: Examined | null): WaitingRequest[] {
  return requests.map((one) => {
    const asked = (found?.candidates ?? []).filter(
      ({ ring, patch }) => ring.name === one.ring && one.patches.includes(patch.id),
    );
    return { ...one, mergeBy: found === null ? null : firstMergeBy(found.mergeBys, asked) };
  });
}
