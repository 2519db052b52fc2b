/** The check `patchring / evidence` for any request, whoever wrote it: what a forged promotion would be worth. */
import type { Decided } from "../../core/decide.ts";
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { NewCheck } from "../../forge/forge.ts";
import { PROMOTIONS } from "../../policy/promotion-slug.ts";
import { readPromotions } from "../../policy/read-promotion.ts";
import { EVIDENCE_CHECK } from "./evidence-check.ts";
import { judgeFile } from "./judge-file.ts";

/** What one changed promotion file is worth today. */
export type FileFinding =
  /** Valid, and its evidence holds. */
  | { readonly path: string; readonly kind: "holds" }
  /** It breaks its schema or its digest, or holds something else: it has no effect, even merged. */
  | { readonly path: string; readonly kind: "broken" }
  /** Its claims are not enough for the policy of the base branch. */
  | { readonly path: string; readonly kind: "faulty"; readonly faults: readonly string[] }
  /** The evidence of today does not bear it out, or no device waits for it. */
  | { readonly path: string; readonly kind: "shut" | "not-wanted" };

/**
 * `decided` and `found`: the policy of the **base** branch and its candidates on a fresh snapshot, so that a request cannot lower
 * its own gates. `texts`: the files that the head adds or changes, by path from the repository's root.
 */
export function judgeEvidence(
  decided: Decided,
  found: readonly PromotionCandidate[],
  texts: ReadonlyMap<string, string>,
  folder: string,
): FileFinding[] {
  const candidates = new Map(found.map((one) => [`${one.ring.name} ${one.patch.id}`, one] as const));
  return [...texts]
    .filter(([path]) => path.startsWith(folder + PROMOTIONS))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => judgeText(decided, candidates, path, text));
}

function judgeText(
  decided: Decided,
  candidates: ReadonlyMap<string, PromotionCandidate>,
  path: string,
  text: string,
): FileFinding {
  const { promotions, others } = readPromotions(path, text, decided.zones);
  const only = promotions[0]?.file;
  if (only?.claim == null || promotions.length > 1 || others > 0) return { path, kind: "broken" };
  const candidate = candidates.get(`${only.to ?? ""} ${only.patch ?? ""}`) ?? null;
  return { path, ...judgeFile(only, candidate, decided.compiled.now) };
}

/** Green when no promotion is touched, and when all that are touched hold. */
export function evidenceCheckOf(findings: readonly FileFinding[]): NewCheck {
  const bad = findings.filter(({ kind }) => kind !== "holds");
  const count = `${findings.length} ${findings.length === 1 ? "promotion" : "promotions"}`;
  const description =
    findings.length === 0
      ? "no promotion is touched"
      : bad.length === 0
        ? `${count}: every gate is open and every file holds`
        : `${bad.length} of ${count} would have no effect or do not hold today`;
  const rows = bad.map(
    (finding) => `- \`${finding.path.replace(/[^\w./-]/g, "?")}\`: ${WORDS[finding.kind]}`,
  );
  return {
    name: EVIDENCE_CHECK,
    state: bad.length === 0 ? "success" : "failure",
    description,
    url: null,
    summary: rows.length === 0 ? null : rows.slice(0, 100).join("\n"),
  };
}

const WORDS: Readonly<Record<FileFinding["kind"], string>> = {
  holds: "holds",
  broken: "not a promotion that this program wrote; it has no effect, even merged",
  faulty: "its claims are not enough for the policy of the base branch",
  shut: "a gate is shut today",
  "not-wanted": "no device waits for it",
};
