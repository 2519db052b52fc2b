// Calendar arithmetic of the generator: everything is minutes of UTC, written as RFC 3339.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function read(text) {
  return Date.parse(text);
}

export function write(ms) {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Summer offsets in hours: every approval and install of the examples falls between April and June 2026. */
const OFFSETS = { "Europe/London": 1, "Europe/Berlin": 2, "America/New_York": -4, "America/Chicago": -5 };

function offsetOf(zone) {
  const hours = OFFSETS[zone];
  if (hours === undefined) throw new Error(`no offset known for ${zone}: add it to scripts/fleet/clock.mjs`);
  return hours * HOUR;
}

/** The first run of the scheduled job (06:30 and 18:30 UTC) at or after an instant. */
export function nextRun(ms) {
  const day = Math.floor(ms / DAY) * DAY;
  const runs = [6.5, 18.5, 30.5].map((hours) => day + hours * HOUR);
  return runs.find((run) => run >= ms);
}

/** When a production device can be told to install: workstations on weekdays from 10:00, servers on weeknights from 22:00. */
export function nextWindow(ms, zone, type) {
  const start = type === "server" ? 22 : 10;
  const length = type === "server" ? 4 : 8;
  const days = type === "server" ? [1, 2, 3, 4] : [1, 2, 3, 4, 5];
  const local = ms + offsetOf(zone);
  for (let day = Math.floor(local / DAY) - 1; ; day += 1) {
    const opens = day * DAY + start * HOUR;
    const weekday = new Date(day * DAY).getUTCDay();
    if (days.includes(weekday) && opens + length * HOUR > local)
      return Math.max(opens, local) - offsetOf(zone);
  }
}
