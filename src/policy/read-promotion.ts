/** The promotions of one file, read by itself: what a request would add, before it is policy. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { PromotionFile } from "../core/policy.ts";
import type { ZoneRules } from "../core/zone.ts";
import type { ConvertContext } from "./convert-context.ts";
import { brokenPromotion, convertPromotion } from "./convert-promotion.ts";
import { readEntry } from "./entry.ts";
import { parsePolicyText } from "./yaml-document.ts";

export interface ReadPromotion {
  readonly file: PromotionFile;
  /** The digest that stands in it, right or wrong; null when it has none. */
  readonly digest: string | null;
}

export interface ReadPromotions {
  readonly promotions: readonly ReadPromotion[];
  /** Documents of other kinds, or of none. */
  readonly others: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Instants in promotions carry their offset, so the fleet's time zone does not matter. */
export function readPromotions(path: string, text: string, zones: ZoneRules): ReadPromotions {
  const parsed = parsePolicyText(path, text);
  const promotions: ReadPromotion[] = [];
  const diagnostics = [...parsed.diagnostics];
  let others = 0;
  for (const document of parsed.documents) {
    const entry = readEntry(document);
    const context: ConvertContext = {
      document,
      out: entry.diagnostics,
      zones,
      timezone: "UTC",
      dayStarts: new Map(),
    };
    if (entry.written?.kind === "Promotion") {
      const file = convertPromotion(context, entry.written);
      promotions.push({ file, digest: entry.written.spec.digest });
    } else if (entry.kind === "Promotion") promotions.push({ file: brokenPromotion(context), digest: null });
    else others += 1;
    diagnostics.push(...entry.diagnostics);
  }
  return { promotions, others, diagnostics };
}
