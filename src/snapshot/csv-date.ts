import type { Instant } from "../core/model.ts";
import { parseInstant } from "../core/time.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DATE = /^(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})[- ]([a-z]{3})[a-z]*[- ](\d{4}))/i;
const TIME = /^(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;

function zoneOf(text: string | undefined): string {
  if (text === undefined || /^(?:z|utc)$/i.test(text)) return "Z";
  return text.includes(":") ? text : `${text.slice(0, 3)}:${text.slice(3)}`;
}

/**
 * The instant of a spreadsheet's date: `2024-07-31`, `31-Jul-2024`, either with a time
 * (`2024-07-31 08:30`), or RFC 3339. UTC unless a zone is given. Null for anything else;
 * `7/8/2024` is refused because it means two days.
 */
export function parseCsvDate(text: string): Instant | null {
  const date = DATE.exec(text);
  if (date === null) return null;
  const time = TIME.exec(text.slice(date[0].length));
  if (time === null) return null;
  const month = date[2] ?? String(MONTHS.indexOf((date[5] ?? "").toLowerCase()) + 1).padStart(2, "0");
  const day = (date[3] ?? date[4] ?? "").padStart(2, "0");
  const clock = `${(time[1] ?? "00").padStart(2, "0")}:${time[2] ?? "00"}:${time[3] ?? "00"}`;
  return parseInstant(`${date[1] ?? date[6] ?? ""}-${month}-${day}T${clock}${zoneOf(time[4])}`);
}
