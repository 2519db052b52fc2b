/** Promotion: the claim of a well-formed file, or the fact that there is one that is not (design 4.2). */
import type { PromotionClaim, PromotionFile } from "../core/policy.ts";
import type { Promotion as Written } from "../generated/policy-documents.ts";
import { instantOf, statementOf, type ConvertContext } from "./convert-context.ts";
import { promotionDigest } from "./digest.ts";
import { report } from "./finding.ts";
import { placeOfValue } from "./node-path.ts";
import { sourcePlaceAt } from "./source-text.ts";

export function convertPromotion(context: ConvertContext, written: Written): PromotionFile {
  const before = context.out.length;
  const claim = claimOf(context, written);
  checkDigest(context, written);
  return {
    ...statementOf(context, written),
    to: written.spec.to,
    patch: written.spec.patch.id,
    claim: context.out.length === before ? claim : null,
  };
}

function claimOf(context: ConvertContext, { spec }: Written): PromotionClaim {
  const { evidence } = spec;
  const { soak } = evidence;
  const path = ["spec", "evidence"];
  return {
    from: spec.from,
    revision: spec.patch.revision ?? null,
    at: instantOf(context, [...path, "at"], evidence.at),
    clock: soak.clock,
    quorum: soak.quorum ?? null,
    t0: instantOf(context, [...path, "soak", "t0"], soak.t0),
    metAt: instantOf(context, [...path, "soak", "metAt"], soak.metAt),
    eligible: evidence.eligible,
    installed: evidence.installed,
    failed: evidence.failed,
    pending: evidence.pending,
    coverage: Object.keys(evidence.coverage ?? {}).sort(),
  };
}

function checkDigest(context: ConvertContext, { spec }: Written): void {
  const { digest } = spec;
  if (digest === promotionDigest(spec)) return;
  context.out.push(
    report(
      "policy/promotion-digest",
      "Promotion changed after writing",
      placeOfValue(context.document, ["spec", "digest"]),
      "The digest is not that of this file's `spec`: something was changed by hand, or the file was not written by the reconciler. It has no effect, even merged.",
      "Restore the file from Git, or remove it and let the reconciler propose it again.",
    ),
  );
}

/** What can be told of a promotion document that breaks its schema. */
export function brokenPromotion(context: ConvertContext): PromotionFile {
  const { document } = context;
  const metadata = mapOf(mapOf(document.value)["metadata"]);
  const spec = mapOf(mapOf(document.value)["spec"]);
  return {
    name: textOf(metadata["name"]) ?? "",
    owner: textOf(metadata["owner"]),
    description: textOf(metadata["description"]),
    place: sourcePlaceAt(document.source, document.nameAt),
    to: textOf(spec["to"]),
    patch: textOf(mapOf(spec["patch"])["id"]),
    claim: null,
  };
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
