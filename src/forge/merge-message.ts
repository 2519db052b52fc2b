/** What a merge commit says, so that `history` can tell from Git alone who asked and who approved. */
import type { MergeOrder } from "./forge.ts";
import type { ForgeRequest, Review } from "./request.ts";
import { findApprovers } from "./reviews.ts";

/** The trailers of a merge, in this order; their values are one line each. */
export const REQUEST_TRAILER = "Patchring-Request";
export const REVIEWED_TRAILER = "Reviewed-by";

/** The order to merge a request at the head that was looked at, with its reviews at that head. */
export function orderMerge(request: ForgeRequest, reviews: readonly Review[], headSha: string): MergeOrder {
  const approvers = findApprovers(reviews, headSha);
  const trailers = [
    `${REQUEST_TRAILER}: ${request.number}${request.url === null ? "" : ` ${request.url}`}`,
    ...approvers.map((login) => `${REVIEWED_TRAILER}: ${oneLine(login)}`),
  ];
  const title = `Merge request ${request.number}: ${oneLine(request.title)}`;
  return { headSha, title, message: trailers.join("\n") };
}

/** Titles and names must not add trailers of their own. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
}
