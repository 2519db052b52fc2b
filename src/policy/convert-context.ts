/** What the conversion of one document works with, and the values that many kinds share. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Instant, Seconds } from "../core/model.ts";
import type { Statement } from "../core/policy.ts";
import { parseDay, parseDuration, parseInstant } from "../core/time.ts";
import type { ZoneRules } from "../core/zone.ts";
import { report } from "./finding.ts";
import { placeOfKey, placeOfValue, writtenAt, type ValuePath } from "./node-path.ts";
import { sourcePlaceAt } from "./source-text.ts";
import type { PolicyDocument } from "./yaml-document.ts";

export interface ConvertContext {
  readonly document: PolicyDocument;
  /** Collects what is wrong with this document. */
  readonly out: Diagnostic[];
  readonly zones: ZoneRules;
  /** The fleet's time zone; a known one. */
  readonly timezone: string;
  /** First instants of days in that zone, as they are asked for: many statements end on the same days. */
  readonly dayStarts: Map<number, Instant>;
}

interface Named {
  readonly metadata?: { readonly name: string; readonly owner?: string; readonly description?: string };
}

export function statementOf(context: ConvertContext, written: Named): Statement {
  const { document } = context;
  return {
    // Only a Fleet may leave it out.
    name: written.metadata?.name ?? "fleet",
    owner: written.metadata?.owner ?? null,
    description: written.metadata?.description ?? null,
    place: sourcePlaceAt(document.source, document.nameAt),
  };
}

/** Seconds of a duration whose form the schema has checked. */
export function durationOf(text: string): Seconds {
  return parseDuration(text) ?? 0;
}

/**
 * The instant of a text whose form the schema has checked. A date means the first instant after that
 * day in the fleet's zone, or with `first-of-day` the first of that day (design 2).
 */
export function instantOf(
  context: ConvertContext,
  path: ValuePath,
  text: string,
  date: "after-day" | "first-of-day" = "after-day",
): Instant {
  const at = parseInstant(text);
  if (at !== null) return at;
  const day = parseDay(text);
  if (day !== null) return startOfDay(context, day + (date === "after-day" ? 1 : 0));
  context.out.push(
    report(
      "policy/bad-instant",
      "Day or time does not exist",
      placeOfValue(context.document, path),
      `\`${text}\` has the form of an instant, but the calendar has no such day or time.`,
      "Write a day and a time that exist, such as `2026-09-01T08:00:00Z` or `2027-01-31`.",
    ),
  );
  return 0;
}

function startOfDay(context: ConvertContext, day: number): Instant {
  let at = context.dayStarts.get(day);
  if (at === undefined) {
    at = context.zones.resolve(context.timezone, day, 0).at;
    context.dayStarts.set(day, at);
  }
  return at;
}

export function checkZone(context: ConvertContext, path: ValuePath, zone: string): boolean {
  if (context.zones.isKnown(zone)) return true;
  context.out.push(
    report(
      "policy/unknown-timezone",
      "Unknown time zone",
      placeOfValue(context.document, path),
      `\`${(writtenAt(context.document, path) ?? zone).slice(0, 60)}\` is no name in the IANA time zone database.`,
      "Write a name such as `Europe/London`, `America/New_York` or `UTC`.",
    ),
  );
  return false;
}

/** Warns that a statement gives no reason; it still counts. */
export function warnWithoutReason(context: ConvertContext, what: string, reason: string | undefined): void {
  if (reason !== undefined && reason.trim() !== "") return;
  context.out.push(
    report(
      "policy/missing-reason",
      `${what} without a reason`,
      placeOfKey(context.document, ["spec"]),
      `This ${what} says no \`reason\`. It is in force all the same, but plans and reports cannot say why.`,
      'Add `reason: "..."`.',
      { severity: "warning" },
    ),
  );
}

/** Warns that something ends before it begins; it is kept, and never in force. */
export function warnEndsBeforeStart(
  context: ConvertContext,
  from: { readonly key: string; readonly at: Instant },
  to: { readonly key: string; readonly at: Instant },
): void {
  if (to.at > from.at) return;
  context.out.push(
    report(
      "policy/ends-before-start",
      "Ends before it begins",
      placeOfValue(context.document, ["spec", to.key]),
      `\`${to.key}\` is not later than \`${from.key}\`, so this is never in force.`,
      `Set \`${to.key}\` to a time after \`${from.key}\`.`,
      {
        severity: "warning",
        related: [{ message: "begins here", place: placeOfValue(context.document, ["spec", from.key]) }],
      },
    ),
  );
}
