import { formatInstant, parseInstant } from "../core/time.ts";
import type { Instant, Seconds } from "../core/model.ts";

const UNITS: readonly (readonly [string, Seconds])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/** The two largest units of a length of time, rounded down: `1 d 11 h`, `30 min`, `0 s`. */
export function roughly(seconds: Seconds): string {
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0 s";
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * size;
  }
  return parts.join(" ");
}

/**
 * `in 18 h 10 m` or `30 min earlier`, seen from `at`; both are RFC 3339 text. Null when
 * one is no instant. Only ever shown beside the instant itself (design 5.3).
 */
export function relative(instant: string, at: string): string | null {
  const [then, now] = [parseInstant(instant), parseInstant(at)];
  if (then === null || now === null) return null;
  if (then === now) return "now";
  return then > now ? `in ${roughly(then - now)}` : `${roughly(now - then)} earlier`;
}

/** The UTC date of an instant: `2026-03-10`. */
export function dateOf(instant: Instant): string {
  return formatInstant(instant).slice(0, 10);
}
