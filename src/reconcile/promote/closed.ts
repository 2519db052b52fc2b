/** Closed without merging is "no" for those patches and revisions (design 4.3). */
import { hasBit } from "../../core/bitset.ts";
import { speaksIn, type CompiledPolicy } from "../../core/compile.ts";
import type { Instant, Patch } from "../../core/model.ts";
import type { Hold } from "../../core/policy.ts";
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { ForgeRequest, Marker } from "../../forge/forge.ts";
import type { ObservedForge } from "./observed.ts";
import { PROMOTION_MARKER } from "./slot.ts";

export interface ClosedRequest {
  readonly number: number;
  readonly closedAt: Instant;
}

/** A revision as text; "" when there is none. */
export function revisionOf(patch: Pick<Patch, "revision">): string {
  return patch.revision === null ? "" : String(patch.revision);
}

function textsOf(marker: Marker, name: string): readonly string[] {
  const value = marker.data[name];
  return typeof value === "string" ? [value] : (value ?? []);
}

/** What a marker says that its request asks for. */
export function askedByMarker(marker: Marker | null): readonly { id: string; revision: string }[] {
  if (marker?.kind !== PROMOTION_MARKER) return [];
  const revisions = textsOf(marker, "revisions");
  return textsOf(marker, "patches").map((id, at) => ({ id, revision: revisions[at] ?? "" }));
}

function asksFor(request: ForgeRequest, candidate: PromotionCandidate): boolean {
  const { marker } = request;
  if (marker === null || marker.data["ring"] !== candidate.ring.name) return false;
  const revision = revisionOf(candidate.patch);
  return askedByMarker(marker).some(({ id, revision: old }) => id === candidate.patch.id && old === revision);
}

/** The holds, in force or over, that name a candidate: editing the file of one lifts a "no". */
export function holdsNaming(compiled: CompiledPolicy, candidate: PromotionCandidate): Hold[] {
  return compiled.policy.holds.filter(
    (hold) =>
      speaksIn(hold, candidate.ring.name) &&
      hasBit(compiled.patches.select(hold.patches), candidate.patchIndex),
  );
}

/**
 * The latest request that was closed without merging and holds this patch in this revision; null
 * when there is none, or when the file of a hold that names it was edited after the closing.
 */
export function findClosed(
  compiled: CompiledPolicy,
  observed: Pick<ObservedForge, "closed" | "holdsChangedAt">,
  candidate: PromotionCandidate,
): ClosedRequest | null {
  const closing = observed.closed.filter((request) => asksFor(request, candidate));
  const last = closing.reduce<ClosedRequest | null>((latest, { number, closedAt }) => {
    if (closedAt === null || (latest !== null && latest.closedAt >= closedAt)) return latest;
    return { number, closedAt };
  }, null);
  if (last === null) return null;
  const edits = holdsNaming(compiled, candidate).map(
    (hold) => observed.holdsChangedAt.get(hold.place.file) ?? -Infinity,
  );
  return edits.some((at) => at > last.closedAt) ? null : last;
}
