import type { Instant, Patch, Seconds } from "./model.ts";
import type { FactColumns } from "./snapshot.ts";
import { EARLIEST_DATE } from "./time.ts";

/** A date may lie this far in the future: clocks differ (design 1.2). */
export const FUTURE_SLACK: Seconds = 2 * 86_400;

export type PatchDateSource = "release" | "first-seen" | "detected";

/** The patch date of each patch (design 1.2); NaN where there is none. */
export interface PatchDates {
  readonly at: Float64Array;
  readonly source: (patch: number) => PatchDateSource | null;
}

/** From 1972 to two days after now, both inclusive (design 1.2). */
export function isSane(at: Instant | null, now: Instant): at is Instant {
  return at !== null && at >= EARLIEST_DATE && at <= now + FUTURE_SLACK;
}

/**
 * The first sane one of `releasedAt`, `firstSeenAt` and the earliest sane `detectedAt` of any
 * device's fact. The facts are read only when some patch needs them.
 */
export function datePatches(patches: readonly Patch[], facts: FactColumns, now: Instant): PatchDates {
  const at = new Float64Array(patches.length).fill(NaN);
  const sources: (PatchDateSource | null)[] = patches.map((patch, index) => {
    if (isSane(patch.releasedAt, now)) {
      at[index] = patch.releasedAt;
      return "release";
    }
    if (isSane(patch.firstSeenAt, now)) {
      at[index] = patch.firstSeenAt;
      return "first-seen";
    }
    return null;
  });
  if (sources.includes(null)) {
    const detected = earliestDetections(patches.length, facts);
    sources.forEach((source, index) => {
      const seen = detected[index]!;
      if (source !== null || seen > now + FUTURE_SLACK) return;
      at[index] = seen;
      sources[index] = "detected";
    });
  }
  return { at, source: (patch) => sources[patch] ?? null };
}

/** Infinity where no fact has a detection since 1972; the earliest decides, since only later ones can be too late. */
function earliestDetections(patchCount: number, facts: FactColumns): Float64Array {
  const earliest = new Float64Array(patchCount).fill(Infinity);
  const { patch, detectedAt, length } = facts;
  for (let f = 0; f < length; f += 1) {
    const at = detectedAt[f]!;
    if (at >= EARLIEST_DATE && at < earliest[patch[f]!]!) earliest[patch[f]!] = at;
  }
  return earliest;
}
