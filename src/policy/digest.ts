/** Digests over parsed values in canonical JSON (RFC 8785): layout, comments and quotes do not count. */
import { createHash } from "node:crypto";
import { canonicalJson } from "../core/canonical-json.ts";

/** `sha256:` and the hex digest of a text in UTF-8. */
export function sha256Of(text: string): string {
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
}

/** The digest that a promotion's `spec` must carry: over all of it but `digest` (design 4.2). */
export function promotionDigest(spec: Readonly<Record<string, unknown>>): string {
  return sha256Of(canonicalJson({ ...spec, digest: undefined }));
}

/** The digest of a policy: over its documents, sorted by kind, name and text, whatever file they stand in. */
export function policyDigest(
  documents: readonly { readonly kind: string; readonly name: string; readonly value: unknown }[],
): string {
  const sorted = documents
    .map(({ kind, name, value }) => ({ kind, name, text: canonicalJson(value) }))
    .sort((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name) || compare(a.text, b.text));
  return sha256Of(`[${sorted.map(({ text }) => text).join(",")}]`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
