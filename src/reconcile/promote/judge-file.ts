/** The evidence of promotion files, looked at again with the snapshot of today (design 4.3). */
import type { PromotionFile } from "../../core/policy.ts";
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import { findPromotionFaults, type PromotionFault } from "../../core/promotion.ts";
import type { Instant } from "../../core/model.ts";

/**
 * - `holds`: the file is valid for the longest soak in force, and every gate is open today.
 * - `faulty`: gates are open, but the file does not meet the policy of today; it can be written anew.
 * - `shut`: a gate is shut, or a hold or a newer patch covers every device.
 * - `not-wanted`: no device waits for it.
 */
export type FileJudgement =
  | { readonly kind: "holds" }
  | { readonly kind: "faulty"; readonly faults: readonly PromotionFault[] }
  | { readonly kind: "shut" }
  | { readonly kind: "not-wanted" };

/** `candidate` is that of the file's ring and patch; null when there is none. A freeze shuts nothing. */
export function judgeFile(
  file: PromotionFile,
  candidate: PromotionCandidate | null,
  now: Instant,
): FileJudgement {
  if (candidate === null) return { kind: "not-wanted" };
  if (candidate.state.kind !== "ready" && candidate.state.kind !== "frozen") return { kind: "shut" };
  const faults = findPromotionFaults(file, candidate.ring, candidate.patch, candidate.soak, now);
  return faults.length === 0 ? { kind: "holds" } : { kind: "faulty", faults };
}
