import { dayNumber } from "../core/time.ts";
import type { ScanMemory } from "./scan-memory.ts";

const FIRST_YEAR = 1970;
const LAST_YEAR = 2105;

/** By a length below 16: which of 16 bytes count. */
export function layMasks(memory: ScanMemory): number {
  const at = memory.allocate(16 * 16);
  for (let length = 0; length < 16; length++)
    memory.bytes.fill(0xff, at + length * 16, at + length * 16 + length);
  return at;
}

/** By year since 1970 and month, 13 a year: the month's first day since 1970 times 32, plus its days; 0 for month 0. */
export function layMonths(memory: ScanMemory): number {
  const years = LAST_YEAR - FIRST_YEAR + 1;
  const at = memory.allocate(years * 13 * 4);
  for (let year = 0; year < years; year++) {
    for (let month = 1; month <= 12; month++) {
      const first = dayNumber(FIRST_YEAR + year, month, 1);
      const next = dayNumber(FIRST_YEAR + year + Math.floor(month / 12), (month % 12) + 1, 1);
      memory.view.setUint32(at + (year * 13 + month) * 4, first * 32 + (next - first), true);
    }
  }
  return at;
}
