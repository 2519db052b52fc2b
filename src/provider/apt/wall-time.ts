import type { Instant } from "../../core/model.ts";

const DAY = 86_400;

/** Formats are dear to make, and the hosts of a fleet share a few zones. */
const formats = new Map<string, Intl.DateTimeFormat | null>();
const MAX_FORMATS = 1000;

function formatOf(timezone: string): Intl.DateTimeFormat | null {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = makeFormat(timezone);
    if (formats.size < MAX_FORMATS) formats.set(timezone, format);
  }
  return format;
}

/** Null for a zone that is not known. */
function makeFormat(timezone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return null;
  }
}

/** Turns wall-clock times of one zone, `2026-11-22 04:50:42`, into instants. */
export class WallClock {
  readonly #format: Intl.DateTimeFormat | null;

  /** A zone that is not known is UTC. */
  constructor(timezone: string | null) {
    this.#format = timezone === null ? null : formatOf(timezone);
  }

  /** Null for what is no date. An hour that the clock repeats is its first. */
  instantOf(date: string, time: string): Instant | null {
    if (!/^\d{4}-\d\d-\d\d$/.test(date) || !/^\d\d:\d\d:\d\d$/.test(time)) return null;
    const wall = Date.parse(`${date}T${time}Z`) / 1000;
    if (Number.isNaN(wall)) return null;
    const candidates = [wall - DAY, wall + DAY].map((near) => wall - this.#offsetAt(near));
    const first = Math.min(...candidates);
    return first + this.#offsetAt(first) === wall ? first : Math.max(...candidates);
  }

  /** Seconds east of UTC. */
  #offsetAt(at: Instant): number {
    if (this.#format === null) return 0;
    const parts = new Map(
      this.#format.formatToParts(at * 1000).map(({ type, value }) => [type, Number(value)]),
    );
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const wall = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
    return wall / 1000 - at;
  }
}
