/** The words of the pilot notice: for people who use a computer, not for those who run it. */
import type { PilotNotice, PilotPatch } from "../../core/pilot-notice.ts";
import { formatInstant } from "../../core/time.ts";
import { wallClockAt } from "../../core/wall-clock.ts";
import type { ZoneRules } from "../../core/zone.ts";
import { cut, showControls } from "../escape/controls.ts";
import { counted } from "../words.ts";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const LISTED = 30;

/** What a notice says, in pieces; free of control characters, not yet escaped for its place. */
export interface PilotWords {
  readonly title: string;
  /** One line each. */
  readonly when: string;
  readonly computers: readonly string[];
  readonly updates: readonly string[];
  readonly restart: string;
  readonly report: string;
}

function plain(text: string): string {
  return cut(showControls(text.slice(0, 400)), 200);
}

/** `reportTo`: where problems are reported; null when policy does not say. */
export function pilotWords(notice: PilotNotice, reportTo: string | null, zones: ZoneRules): PilotWords {
  const computers = notice.devices.map(({ id, name, site }) => {
    const own = name === null || name === id ? plain(id) : `${plain(name)} (${plain(id)})`;
    return site === null ? own : `${own}, ${plain(site)}`;
  });
  const yours =
    notice.devices.length === 1 ? "your computer" : `${String(notice.devices.length)} of your computers`;
  return {
    title: `Updates on ${yours}: ${startWords(notice, zones)}`,
    when: whenWords(notice, zones),
    computers: shorten(computers, "computer"),
    updates: shorten(notice.patches.map(updateWords), "update"),
    restart: restartWords(notice.patches),
    report: reportWords(notice, reportTo, zones),
  };
}

function shorten(lines: readonly string[], noun: string): readonly string[] {
  return lines.length <= LISTED
    ? lines
    : [...lines.slice(0, LISTED), `and ${counted(lines.length - LISTED, `more ${noun}`)}`];
}

function updateWords({ id, title }: PilotPatch): string {
  return title === null ? plain(id) : `${plain(title)} (${plain(id)})`;
}

function startWords({ opensAt, zone }: PilotNotice, zones: ZoneRules): string {
  if (opensAt === null) return "at the next maintenance time";
  const { date, time, weekday } = wallClockAt(zone, opensAt, zones);
  return `${WEEKDAYS[weekday]!} ${date}, ${time}`;
}

function whenWords(notice: PilotNotice, zones: ZoneRules): string {
  const { opensAt, closesAt, zone } = notice;
  if (opensAt === null) return "At the next maintenance time of the patch system.";
  const start = startWords(notice, zones);
  if (closesAt === null) return `From ${start} (${zone}; ${formatInstant(opensAt)}).`;
  const end = wallClockAt(zone, closesAt, zones);
  const sameDay = end.date === wallClockAt(zone, opensAt, zones).date;
  return `${start} to ${sameDay ? "" : `${end.date}, `}${end.time} (${zone}; ${formatInstant(opensAt)} to ${formatInstant(closesAt)}).`;
}

function restartWords(patches: readonly PilotPatch[]): string {
  if (patches.some(({ restart }) => restart === "always")) {
    return "A restart is needed. Save your work before, and leave the computer switched on.";
  }
  return patches.every(({ restart }) => restart === "never")
    ? "No restart is needed. Leave the computer switched on."
    : "A restart may be needed. Save your work before, and leave the computer switched on.";
}

function reportWords({ reportBefore, zone }: PilotNotice, reportTo: string | null, zones: ZoneRules): string {
  const where = reportTo === null ? "to those who look after your computer" : `at ${plain(reportTo)}`;
  if (reportBefore === null) return `If anything behaves oddly afterwards, report it ${where}.`;
  const { date, time, weekday } = wallClockAt(zone, reportBefore, zones);
  return `You are among the first to get them. If anything behaves oddly, report it ${where} before ${WEEKDAYS[weekday]!} ${date}, ${time} (${zone}; ${formatInstant(reportBefore)}). Your report stops the wider rollout.`;
}
