/** Values as texts that SQLite keeps unharmed, with a checksum: a damaged byte is an error, never another value. */
import { crc32 } from "node:zlib";
import { corrupt } from "./failure.ts";
import type { SqlValue } from "./database.ts";

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

/** JSON behind the CRC-32 of it. JSON escapes what a text of SQLite cannot hold (NUL, half surrogates). */
export function seal(value: unknown): string {
  const text = JSON.stringify(value);
  return checksum(text) + text;
}

/** The value again. Throws `StoreError` `corrupt` when the text is not as it was written; `what` names it. */
export function unseal(sealed: SqlValue | undefined, what: string, path: string): unknown {
  const text = typeof sealed === "string" ? sealed.slice(8) : "";
  if (typeof sealed !== "string" || sealed.slice(0, 8) !== checksum(text)) {
    throw corrupt(path, `${what} is not as it was written`);
  }
  return JSON.parse(text) as unknown;
}

/** A text for a column that is looked up by: one to one, and without NUL and half surrogates. */
export function encodeKey(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

export function decodeKey(key: SqlValue | undefined): string {
  return JSON.parse(`"${String(key)}"`) as string;
}
