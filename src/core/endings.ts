/** Decisions and holds that end soon: what they decided then follows the rules again. One threshold for every surface. */
import type { Instant, Seconds } from "./model.ts";
import type { PolicySet, Statement } from "./policy.ts";

const DAY: Seconds = 86_400;

/** What ends within this is announced. */
export const ENDS_SOON: Seconds = 14 * DAY;

/** A decision or hold in force that ends within `ENDS_SOON`. */
export interface Ending {
  /** `Decision/<name>` or `Hold/<name>`. */
  readonly statement: string;
  /** `file:line`. */
  readonly place: string;
  readonly owner: string | null;
  readonly end: Instant;
}

/** True for an end that lies ahead, by `within` seconds at most. Null is no end. */
export function isEndingWithin(end: Instant | null, now: Instant, within: Seconds = ENDS_SOON): boolean {
  return end !== null && end > now && end - now <= within;
}

/** In the order of the policy, decisions first. An emergency always ends soon, so it is not among them. */
export function listEndings(policy: PolicySet, now: Instant): Ending[] {
  return [
    ...policy.decisions.flatMap((one) => ending("Decision", one, one.expires, now)),
    ...policy.holds.flatMap((one) => ending("Hold", one, one.until, now)),
  ];
}

function ending(
  kind: "Decision" | "Hold",
  { name, owner, place }: Statement,
  end: Instant | null,
  now: Instant,
): Ending[] {
  if (end === null || !isEndingWithin(end, now)) return [];
  return [{ statement: `${kind}/${name}`, place: `${place.file}:${place.line}`, owner, end }];
}
