import { dayNumber } from "../core/time.ts";

const FIRST_YEAR = 1970;
const LAST_YEAR = 2105;
/** By month since 1970-01: its first day, and how many days it has. */
const MONTH_START = new Int32Array((LAST_YEAR - FIRST_YEAR + 1) * 12);
const MONTH_DAYS = new Int32Array(MONTH_START.length);
for (let month = 0; month < MONTH_START.length; month++) {
  const [year, next] = [FIRST_YEAR + Math.floor(month / 12), month + 1];
  MONTH_START[month] = dayNumber(year, (month % 12) + 1, 1);
  MONTH_DAYS[month] = dayNumber(FIRST_YEAR + Math.floor(next / 12), (next % 12) + 1, 1) - MONTH_START[month]!;
}

/** True when the digits of a word are digits and its other bytes are these (little endian). */
function hasShape(word: number, mask: number, shape: number, carry: number): boolean {
  return (word & mask) === shape && ((word + carry) & mask) === shape;
}

/**
 * The seconds since 1970 of `YYYY-MM-DDThh:mm:ssZ` at a place; -1 for any other spelling,
 * for years outside 1970 to 2105 and for leap seconds, which `parseInstant` reads.
 */
export function readInstant(view: DataView, at: number): number {
  const year = view.getInt32(at, true);
  const month = view.getInt32(at + 4, true);
  const day = view.getInt32(at + 8, true);
  const minute = view.getInt32(at + 12, true);
  const second = view.getInt32(at + 16, true);
  if (
    !hasShape(year, 0xf0f0f0f0 | 0, 0x30303030, 0x06060606) ||
    !hasShape(month, 0xfff0f0ff | 0, 0x2d30302d, 0x00060600) ||
    !hasShape(day, 0xf0fff0f0 | 0, 0x30543030, 0x06000606) ||
    !hasShape(minute, 0xf0f0fff0 | 0, 0x30303a30, 0x06060006) ||
    !hasShape(second, 0xfff0f0ff | 0, 0x5a30303a, 0x00060600)
  ) {
    return -1;
  }
  const yyyy = (year & 15) * 1000 + ((year >> 8) & 15) * 100 + ((year >> 16) & 15) * 10 + ((year >> 24) & 15);
  const mm = ((month >> 8) & 15) * 10 + ((month >> 16) & 15);
  const dd = (day & 15) * 10 + ((day >> 8) & 15);
  const hh = ((day >> 24) & 15) * 10 + (minute & 15);
  const mi = ((minute >> 16) & 15) * 10 + ((minute >> 24) & 15);
  const ss = ((second >> 8) & 15) * 10 + ((second >> 16) & 15);
  return toSeconds(yyyy, mm, dd, hh, mi, ss);
}

function toSeconds(yyyy: number, mm: number, dd: number, hh: number, mi: number, ss: number): number {
  if (yyyy < FIRST_YEAR || yyyy > LAST_YEAR || mm < 1 || mm > 12 || hh > 23 || mi > 59 || ss > 59) return -1;
  const index = (yyyy - FIRST_YEAR) * 12 + mm - 1;
  if (dd < 1 || dd > MONTH_DAYS[index]!) return -1;
  return (MONTH_START[index]! + dd - 1) * 86_400 + hh * 3600 + mi * 60 + ss;
}

const USUAL_LENGTH = 20;

/** The two digits at a place as a number; more than 99 when they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1e6;
}

/** As `readInstant`, of a text: -1 for all that `parseInstant` has to look at. */
export function readInstantText(text: string): number {
  const isUsual =
    text.length === USUAL_LENGTH &&
    text[4] === "-" &&
    text[7] === "-" &&
    text[10] === "T" &&
    text[13] === ":" &&
    text[16] === ":" &&
    text[19] === "Z";
  if (!isUsual) return -1;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  return toSeconds(
    year,
    twoDigits(text, 5),
    twoDigits(text, 8),
    twoDigits(text, 11),
    twoDigits(text, 14),
    twoDigits(text, 17),
  );
}
