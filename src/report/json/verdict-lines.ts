import type { VerdictRow } from "../../core/plan.ts";
import type { Write } from "./plan-json.ts";

/** Printable ASCII without quote and backslash: what JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;
const CHUNK_CHARACTERS = 1 << 16;

function quote(text: string | null): string {
  if (text === null) return "null";
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** One line of `verdicts`: all seven keys in the order of the contract, null where there is nothing (design 5.2). */
export function verdictLine(row: VerdictRow): string {
  return `{"device":${quote(row.device)},"patch":${quote(row.patch)},"ring":${quote(row.ring)},"verdict":"${row.verdict}","reason":"${row.reason}","source":${quote(row.source)},"until":${quote(row.until)}}\n`;
}

/** Writes verdict lines in pieces of about 64 KiB; no rows, no output. */
export function writeVerdictLines(rows: Iterable<VerdictRow>, write: Write): void {
  let chunk = "";
  for (const row of rows) {
    chunk += verdictLine(row);
    if (chunk.length >= CHUNK_CHARACTERS) {
      write(chunk);
      chunk = "";
    }
  }
  if (chunk !== "") write(chunk);
}
