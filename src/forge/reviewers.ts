/** Names of reviewers as policy writes them (`promotion.reviewers`, design 2) and as forges know them. */

/** `@ann` and `ann` are a person, `@acme/patching` is a team. Without the `@`. */
export function reviewerName(text: string): string {
  return text.startsWith("@") ? text.slice(1) : text;
}

/** Two names for one reviewer have the same key. */
export function reviewerKey(text: string): string {
  return reviewerName(text).toLowerCase();
}

/** Those of `wanted` who were never asked, each once and in the order of policy. */
export function unaskedReviewers(wanted: readonly string[], asked: readonly string[]): string[] {
  const known = new Set(asked.map(reviewerKey));
  const missing: string[] = [];
  for (const text of wanted) {
    const key = reviewerKey(text);
    if (known.has(key)) continue;
    known.add(key);
    missing.push(reviewerName(text));
  }
  return missing;
}
