/** What depends on the time: statements that have ended, exceptions that end soon, windows that a clock change removes. */
import type { Diagnostic } from "../core/diagnostic.ts";
import { ENDS_SOON } from "../core/endings.ts";
import type { Instant } from "../core/model.ts";
import { WEEKDAYS, type PolicySet, type Schedule, type Statement, type WindowSpec } from "../core/policy.ts";
import { civilDate, dayNumber, formatInstant } from "../core/time.ts";
import type { ZoneRules } from "../core/zone.ts";
import { compareDiagnostics, report } from "./finding.ts";

const DAY = 86_400;
/** How far ahead clock changes are looked for. */
const GAP_DAYS = 400;

/**
 * Diagnostics of a loaded policy at an instant: warnings for what has ended, infos for exceptions that end
 * within 14 days, and with `zones` warnings for the next start that `dst: skip` drops. No errors.
 */
export function reviewPolicy(
  policy: PolicySet,
  now: Instant,
  options: { readonly zones?: ZoneRules } = {},
): Diagnostic[] {
  const out: Diagnostic[] = [];
  for (const decision of policy.decisions) reviewEnd(out, "Decision", decision, decision.expires, now);
  for (const hold of policy.holds) reviewEnd(out, "Hold", hold, hold.until, now);
  for (const emergency of policy.emergencies)
    reviewEnd(out, "Emergency", emergency, emergency.expiresAt, now);
  for (const freeze of policy.freezes) reviewEnd(out, "Freeze", freeze, freeze.to, now);
  const { zones } = options;
  if (zones !== undefined) for (const schedule of policy.schedules) reviewGaps(out, schedule, now, zones);
  return out.sort(compareDiagnostics);
}

function placeOfStatement({ place, name }: Statement): Diagnostic["place"] {
  return { ...place, length: Math.max(1, name.length), text: "" };
}

function reviewEnd(
  out: Diagnostic[],
  kind: string,
  statement: Statement,
  end: Instant | null,
  now: Instant,
): void {
  if (end === null || end > now + ENDS_SOON) return;
  const days = Math.floor((end - now) / DAY);
  if (end <= now) {
    const detail = `${kind} "${statement.name}" ended at ${formatInstant(end)}. It has no effect any more.`;
    const fix = "Remove the file, or renew it with a later end if it still holds.";
    out.push(
      report("policy/expired", `${kind} has ended`, placeOfStatement(statement), detail, fix, {
        severity: "warning",
      }),
    );
  } else if (kind === "Decision" || kind === "Hold") {
    const detail = `${kind} "${statement.name}" ends at ${formatInstant(end)}, in ${days} days. What it held back or ignored then follows the rules again.`;
    const fix = "Renew it with a later end, or let it end on purpose.";
    out.push(
      report("policy/ends-soon", `${kind} ends soon`, placeOfStatement(statement), detail, fix, {
        severity: "info",
      }),
    );
  }
}

function reviewGaps(out: Diagnostic[], schedule: Schedule, now: Instant, zones: ZoneRules): void {
  if (schedule.dst !== "skip" || schedule.timezone === "device") return;
  const days = gapDays(schedule.timezone, now, zones);
  for (const window of schedule.windows) {
    const day = days.find(
      (one) =>
        occursOn(window, one) && zones.resolve(schedule.timezone, one, window.startMinute).kind === "gap",
    );
    if (day !== undefined) out.push(gapWarning(schedule, window, day));
  }
}

/** Days from now on that are shorter than 24 hours, because the clock jumps forward: few, so found by halving. */
function gapDays(zone: string, now: Instant, zones: ZoneRules): number[] {
  const first = zones.dayAt(zone, now);
  const found: number[] = [];
  const offsetAt = (day: number): number => zones.resolve(zone, day, 0).at - day * DAY;
  for (let day = first; day < first + GAP_DAYS; day += 20) {
    let [low, high] = [day, day + 20];
    // The start of a day, seen from UTC, comes earlier once the clock has jumped forward.
    if (offsetAt(high) >= offsetAt(low)) continue;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (offsetAt(middle) < offsetAt(low)) high = middle;
      else low = middle;
    }
    found.push(low);
  }
  return found;
}

function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Whether a window starts on a day of the calendar (design 2). */
function occursOn({ on }: WindowSpec, day: number): boolean {
  if (on.kind === "weekly") return on.days.includes(WEEKDAYS[weekdayOf(day)]!);
  const base = day - on.offsetDays;
  if (WEEKDAYS[weekdayOf(base)] !== on.weekday) return false;
  const { year, month, day: dayOfMonth } = civilDate(base);
  const last = dayNumber(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - 1;
  return on.nth === "last" ? base + 7 > last : Math.ceil(dayOfMonth / 7) === on.nth;
}

function gapWarning(schedule: Schedule, window: WindowSpec, day: number): Diagnostic {
  const pad = (n: number): string => String(n).padStart(2, "0");
  const start = `${pad(Math.floor(window.startMinute / 60))}:${pad(window.startMinute % 60)}`;
  const { year, month, day: dayOfMonth } = civilDate(day);
  return report(
    "policy/window-gap",
    "Window start does not exist",
    placeOfStatement(schedule),
    `${start} does not exist in ${schedule.timezone} on ${year}-${pad(month)}-${pad(dayOfMonth)}, because the clock jumps over it. With \`dst: skip\` the window does not open then.`,
    "Start at another time, or set `dst: shift-forward`.",
    { severity: "warning" },
  );
}
