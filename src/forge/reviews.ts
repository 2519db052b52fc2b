import type { Review } from "./request.ts";

/**
 * The review of each person that counts: the last one that is not a mere comment. Reviews of ours, of
 * strangers and dismissed ones count for nothing. In the order of the reviews.
 */
export function findStandingReviews(reviews: readonly Review[]): Review[] {
  const last = new Map<string, Review>();
  for (const review of reviews) {
    if (review.state === "commented" || review.author.isUs || !review.isInsider) continue;
    last.delete(review.author.login);
    last.set(review.author.login, review);
  }
  return [...last.values()].filter(({ state }) => state !== "dismissed");
}

/** The people whose approval stands for exactly this head. */
export function findApprovers(reviews: readonly Review[], headSha: string): string[] {
  return findStandingReviews(reviews)
    .filter((review) => review.state === "approved" && review.headSha === headSha)
    .map(({ author }) => author.login);
}
