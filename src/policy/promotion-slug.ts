/** Where the promotion of a patch into a ring stands, and what it is called (design 4.2). */
import { sha256Of } from "./digest.ts";

const LONGEST_NAME = 63;
/** The folder of all promotions, from the policy folder. */
export const PROMOTIONS = "promotions/";

/** Lower-case letters and digits, everything else as one dash: `apt-openssl-3-0-17-1-deb12u2`. */
export function slugOf(id: string): string {
  const slug = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return slug === "" ? shortHash(id) : slug;
}

/** Unique per ring and slug, and never longer than a name may be: a long one ends in a hash. */
export function promotionName(ring: string, patch: string): string {
  const name = `${ring}-${slugOf(patch)}`;
  if (name.length <= LONGEST_NAME) return name;
  const hash = shortHash(`${ring} ${patch}`);
  return `${name.slice(0, LONGEST_NAME - hash.length - 1).replace(/-$/, "")}-${hash}`;
}

/** From the policy folder. Ids that differ only in what a slug drops share a path: the caller looks. */
export function promotionPath(ring: string, patch: string): string {
  const slug = slugOf(patch);
  const short = slug.length <= 100 ? slug : `${slug.slice(0, 90)}-${shortHash(patch)}`;
  return `${promotionFolder(ring)}${short}.yaml`;
}

export function promotionFolder(ring: string): string {
  return `${PROMOTIONS}${ring}/`;
}

function shortHash(text: string): string {
  return sha256Of(text).slice("sha256:".length, "sha256:".length + 8);
}
