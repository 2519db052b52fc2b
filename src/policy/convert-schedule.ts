/** Schedule: windows as numbers; those that can never occur are refused. */
import type { Schedule, WindowSpec } from "../core/policy.ts";
import type { Schedule as Written } from "../generated/policy-documents.ts";
import { isScalar } from "yaml";
import { checkZone, durationOf, statementOf, type ConvertContext } from "./convert-context.ts";
import { report } from "./finding.ts";
import { nodeAt, placeOfKey, placeOfValue } from "./node-path.ts";

type WrittenWindow = Written["spec"]["windows"][number];

const DAY = 86_400;
/** What YAML 1.1 reads as a number in base 60. */
const BASE_60 = /^[1-9][0-9]*(?::[0-5]?[0-9])+$/;

export function convertSchedule(context: ConvertContext, written: Written): Schedule {
  const { spec } = written;
  const timezone = spec.timezone ?? "device";
  if (timezone !== "device") checkZone(context, ["spec", "timezone"], timezone);
  if (spec.windows.length === 0) warnEmpty(context);
  return {
    ...statementOf(context, written),
    timezone,
    dst: spec.dst ?? "shift-forward",
    windows: spec.windows.map((window, index) => convertWindow(context, window, index)),
  };
}

function convertWindow(context: ConvertContext, window: WrittenWindow, index: number): WindowSpec {
  const path = ["spec", "windows", index] as const;
  warnBase60(context, index, window.start);
  const duration = durationOf(window.duration);
  if (duration === 0) {
    neverOccurs(context, [...path, "duration"], "It lasts no time at all.", "Write a duration such as `4h`.");
  }
  if (window.days?.length === 0) {
    neverOccurs(context, [...path, "days"], "`days` names no day.", "Name at least one day: `days: [mon]`.");
  }
  const startMinute = Number(window.start.slice(0, 2)) * 60 + Number(window.start.slice(3, 5));
  const { monthly } = window;
  if (monthly === undefined) {
    return { on: { kind: "weekly", days: window.days ?? [] }, startMinute, duration };
  }
  const offset = durationOf(monthly.offset ?? "0d");
  if (offset % DAY !== 0) wholeDays(context, [...path, "monthly", "offset"], monthly.offset ?? "");
  return {
    on: { kind: "monthly", weekday: monthly.weekday, nth: monthly.nth, offsetDays: Math.floor(offset / DAY) },
    startMinute,
    duration,
  };
}

function neverOccurs(context: ConvertContext, path: (string | number)[], why: string, fix: string): void {
  context.out.push(
    report(
      "policy/window-never",
      "Window never occurs",
      placeOfValue(context.document, path),
      `This window can never be open. ${why}`,
      fix,
    ),
  );
}

function wholeDays(context: ConvertContext, path: (string | number)[], written: string): void {
  context.out.push(
    report(
      "policy/bad-duration",
      "Offset is not whole days",
      placeOfValue(context.document, path),
      `\`${written}\` is no whole number of days; the offset counts days of the calendar.`,
      "Write whole days, such as `3d`; the time of day stands in `start`.",
    ),
  );
}

function warnEmpty(context: ConvertContext): void {
  context.out.push(
    report(
      "policy/schedule-never",
      "Schedule has no windows",
      placeOfKey(context.document, ["spec", "windows"]),
      "A schedule without windows is never open, so nothing that follows it is ever installed.",
      "Add a window, or leave `schedule` out where it is used: that means always open.",
      { severity: "warning" },
    ),
  );
}

function warnBase60(context: ConvertContext, index: number, start: string): void {
  if (!BASE_60.test(start)) return;
  const path = ["spec", "windows", index, "start"];
  const node = nodeAt(context.document, path);
  if (!isScalar(node) || node.type !== "PLAIN") return;
  const minutes = Number(start.slice(0, 2)) * 60 + Number(start.slice(3, 5));
  context.out.push(
    report(
      "policy/yaml-base60",
      "Unquoted time",
      placeOfValue(context.document, path),
      `\`${start}\` is read here as a time, but tools that read YAML 1.1 take it for the number ${minutes} (base 60).`,
      `Write "${start}", in quotes.`,
      { severity: "warning" },
    ),
  );
}
