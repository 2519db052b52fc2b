/** The promotions that the head of a request adds, as they stand there. */
import type { PromotionFile } from "../../core/policy.ts";
import { PROMOTIONS, promotionFolder } from "../../policy/promotion-slug.ts";
import { readPromotions } from "../../policy/read-promotion.ts";
import type { ZoneRules } from "../../core/zone.ts";
import type { ObservedRequest } from "./observed.ts";

/** One file with one well-formed promotion into the ring. */
export interface AskedFile {
  readonly patch: string;
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly file: PromotionFile;
  readonly digest: string;
}

export interface AskedFiles {
  /** Sorted by path; the first file of a patch counts. */
  readonly asked: readonly AskedFile[];
  /** Changed files that are nothing of ours: broken or forged promotions, other rings', policy. */
  readonly foreign: readonly string[];
  /** Of these, the ones among the promotions. */
  readonly forged: readonly string[];
}

/** `folder` is that of the policy in the repository: "" or with `/` at the end. */
export function readAskedFiles(
  observed: ObservedRequest,
  ring: string,
  folder: string,
  zones: ZoneRules,
): AskedFiles {
  const asked = new Map<string, AskedFile>();
  const foreign: string[] = [];
  for (const { path, status } of observed.changed.files) {
    const text = observed.texts.get(path);
    const read =
      status !== "removed" && text !== undefined && path.startsWith(folder + promotionFolder(ring))
        ? readOne(path, text, ring, zones)
        : null;
    if (read === null || asked.has(read.patch)) foreign.push(path);
    else asked.set(read.patch, read);
  }
  const forged = foreign.filter((path) => path.startsWith(folder + PROMOTIONS));
  return { asked: [...asked.values()], foreign, forged };
}

function readOne(path: string, text: string, ring: string, zones: ZoneRules): AskedFile | null {
  const { promotions, others } = readPromotions(path, text, zones);
  const only = promotions[0];
  if (only === undefined || promotions.length > 1 || others > 0) return null;
  const { file, digest } = only;
  if (file.claim === null || file.patch === null || digest === null || file.to !== ring) return null;
  return { patch: file.patch, path, text, file, digest };
}
