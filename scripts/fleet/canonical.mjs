// Canonical JSON (RFC 8785) and the digest of a promotion file (design of promotions: sha256 over
// `spec` without `digest`, over the parsed values).
import { createHash } from "node:crypto";

/** Keys sorted by UTF-16 code unit; numbers and strings as JavaScript's JSON writes them, which is what RFC 8785 asks. */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

export function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

/** What `spec.digest` of a promotion document must be. */
export function promotionDigest(spec) {
  const { digest: _digest, ...rest } = spec;
  return `sha256:${sha256(canonicalJson(rest))}`;
}
