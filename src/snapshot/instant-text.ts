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

/**
 * The seconds since 1970 of `YYYY-MM-DDThh:mm:ssZ` at a place in a text; -1 for any other spelling,
 * for years outside 1970 to 2105 and for leap seconds, which `parseInstant` reads.
 */
export function readInstantAt(text: string, at: number): number {
  const isUsual =
    text[at + 4] === "-" &&
    text[at + 7] === "-" &&
    text[at + 10] === "T" &&
    text[at + 13] === ":" &&
    text[at + 16] === ":" &&
    text[at + 19] === "Z";
  if (!isUsual) return -1;
  const year = twoDigits(text, at) * 100 + twoDigits(text, at + 2);
  return toSeconds(
    year,
    twoDigits(text, at + 5),
    twoDigits(text, at + 8),
    twoDigits(text, at + 11),
    twoDigits(text, at + 14),
    twoDigits(text, at + 17),
  );
}

/** As `readInstantAt`, of a whole text. */
export function readInstantText(text: string): number {
  return text.length === USUAL_LENGTH ? readInstantAt(text, 0) : -1;
}
