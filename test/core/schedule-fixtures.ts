import type { Schedule, WindowSpec } from "../../src/core/policy.ts";
import type { Instant } from "../../src/core/model.ts";
import { formatInstant, parseInstant } from "../../src/core/time.ts";

export function schedule(windows: readonly WindowSpec[], more: Partial<Schedule> = {}): Schedule {
  return {
    name: "test",
    owner: null,
    description: null,
    place: { file: "schedules/test.yaml", line: 1, column: 1 },
    timezone: "device",
    dst: "shift-forward",
    windows,
    ...more,
  };
}

/** `weekly("mon,tue 22:00 4h")`, hours or minutes. */
export function weekly(text: string): WindowSpec {
  const [days, start, duration] = text.split(" ") as [string, string, string];
  const all = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
  const named = all.filter((day) => days === "daily" || days.split(",").includes(day));
  return { on: { kind: "weekly", days: named }, ...times(start, duration) };
}

/** `monthly("tue", 2, 3, "01:00", "3h")` is Patch Tuesday + 3 days. */
export function monthly(
  weekday: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun",
  nth: 1 | 2 | 3 | 4 | 5 | "last",
  offsetDays: number,
  start: string,
  duration: string,
): WindowSpec {
  return { on: { kind: "monthly", weekday, nth, offsetDays }, ...times(start, duration) };
}

function times(start: string, duration: string): { startMinute: number; duration: number } {
  const [hour, minute] = start.split(":").map(Number) as [number, number];
  const size = { m: 60, h: 3600, d: 86_400 }[duration.at(-1) as "m" | "h" | "d"];
  return { startMinute: hour * 60 + minute, duration: Number(duration.slice(0, -1)) * size };
}

export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`the test names no instant: ${text}`);
  return instant;
}

export function show(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
