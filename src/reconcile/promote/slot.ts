/** The places where requests of promotions stand: one rolling a ring, one for each urgent patch (design 4.3). */
import type { MarkerName } from "../../forge/forge.ts";
import { sha256Of } from "../../policy/digest.ts";
import { slugOf } from "../../policy/promotion-slug.ts";

export const PROMOTION_MARKER = "promotion";
/** What all branches of ours start with. */
export const OUR_BRANCHES = "patchring/";
/** Branches of rolling requests. */
const ROLLING = "patchring/promote/";
/** Elsewhere: a branch `a/b` cannot stand beside a branch `a`. */
const OWN = "patchring/expedite/";

export interface Slot {
  readonly ring: string;
  /** The patch of a request of its own; null for the rolling one. */
  readonly patch: string | null;
  /** Short name. */
  readonly branch: string;
  readonly marker: MarkerName;
}

export function rollingSlot(ring: string): Slot {
  return { ring, patch: null, branch: ROLLING + ring, marker: { kind: PROMOTION_MARKER, key: ring } };
}

/** The slug is cut and hashed where it says less than the id, so that no two patches share a branch. */
export function ownSlot(ring: string, patch: string): Slot {
  const slug = slugOf(patch);
  const isWhole = slug.length <= 60 && slug.toUpperCase() === patch;
  const part = isWhole ? slug : `${slug.slice(0, 60)}-${sha256Of(patch).slice(7, 15)}`;
  return {
    ring,
    patch,
    branch: `${OWN}${ring}/${part}`,
    marker: { kind: PROMOTION_MARKER, key: `${ring}/${part}` },
  };
}
