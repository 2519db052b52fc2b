/** Schedules and their windows (design 2, 3.1). */
import type { Instant } from "../../src/core/model.ts";
import type { Schedule, WindowSpec } from "../../src/core/policy.ts";
import { civilDate } from "../../src/core/time.ts";
import type { DayNumber } from "../../src/core/zone.ts";
import { DAY, type Device, type World } from "./world.ts";

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** 1970-01-01 was a Thursday. */
function weekdayOf(day: DayNumber): string {
  return WEEK[(((day + 3) % 7) + 7) % 7] as string;
}

/** 2: monthly windows: the nth weekday of a month (`nth: 5` in a month with four is no window), plus `offset` days. */
function startsOnDay(spec: WindowSpec, day: DayNumber): boolean {
  if (spec.on.kind === "weekly") return spec.on.days.some((weekday) => weekday === weekdayOf(day));
  const base = day - spec.on.offsetDays;
  if (weekdayOf(base) !== spec.on.weekday) return false;
  if (spec.on.nth === "last") return civilDate(base + 7).month !== civilDate(base).month;
  return Math.ceil(civilDate(base).day / 7) === spec.on.nth;
}

/** 3.1: "Window times are wall-clock times of the zone; an unknown device zone falls back to the fleet's." */
function zoneOf(world: World, schedule: Schedule, device: Device): string {
  if (schedule.timezone !== "device") return schedule.timezone;
  if (device.timezone !== null && world.zones.isKnown(device.timezone)) return device.timezone;
  return world.policy.fleet.timezone;
}

/**
 * 3.1: "A start inside a spring gap moves to the first instant after the gap (`shift-forward`) or is
 * dropped (`skip`); a start inside an autumn repeat happens once, the first time."
 */
function startOn(
  world: World,
  schedule: Schedule,
  spec: WindowSpec,
  zone: string,
  day: DayNumber,
): Instant | null {
  if (!startsOnDay(spec, day)) return null;
  const start = world.zones.resolve(zone, day, spec.startMinute);
  return start.kind === "gap" && schedule.dst === "skip" ? null : start.at;
}

/** 3.1: "A window is open from its start, inclusive, for its exact duration, end exclusive." */
export function isWindowOpen(world: World, schedule: Schedule, device: Device, at: Instant): boolean {
  const zone = zoneOf(world, schedule, device);
  const today = world.zones.dayAt(zone, at);
  return schedule.windows.some((spec) => {
    const first = today - Math.ceil(spec.duration / DAY) - 3; // three days to spare for changes of the clock
    for (let day = first; day <= today + 1; day += 1) {
      const start = startOn(world, schedule, spec, zone, day);
      if (start !== null && start <= at && at < start + spec.duration) return true;
    }
    return false;
  });
}

/** The first start of a window after `at`, null when that is more than 400 days away (design 3.1, `opensAt`). */
export function nextWindowStart(
  world: World,
  schedule: Schedule,
  device: Device,
  at: Instant,
): Instant | null {
  const zone = zoneOf(world, schedule, device);
  const today = world.zones.dayAt(zone, at);
  const starts: Instant[] = [];
  for (const spec of schedule.windows) {
    for (let day = today - 3; day <= today + 403; day += 1) {
      const start = startOn(world, schedule, spec, zone, day);
      if (start === null || start <= at) continue;
      starts.push(start);
      break; // later days start later
    }
  }
  const first = Math.min(...starts);
  return first <= at + 400 * DAY ? first : null;
}
