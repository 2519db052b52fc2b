export function canonicalJson(value: unknown): string;
/** Hex. */
export function sha256(text: string): string;
/** `sha256:` and hex, over the canonical JSON of the spec without its `digest`. */
export function promotionDigest(spec: Readonly<Record<string, unknown>>): string;
