import { createHash } from "node:crypto";

/** `sha256:` and the hex digest of a text in UTF-8: what `chainRecord` takes. */
export function digestText(text: string): string {
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
}
