import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import {
  EARLIEST_DATE,
  civilDate,
  dayNumber,
  formatDuration,
  formatInstant,
  parseDay,
  parseDuration,
  parseInstant,
} from "../../src/core/time.ts";

const FIRST = Date.parse("0000-01-01T00:00:00Z") / 1000;
const LAST = Date.parse("9999-12-31T23:59:59Z") / 1000;
const instant = fc.integer({ min: FIRST, max: LAST });

describe("instants", () => {
  it("come back from their text, which is Date's", () => {
    fc.assert(
      fc.property(instant, (at) => {
        const text = formatInstant(at);
        expect(text).toBe(new Date(at * 1000).toISOString().replace(".000Z", "Z"));
        expect(parseInstant(text)).toBe(at);
      }),
      { numRuns: 2000 },
    );
  });

  it("agree with Date.parse on every valid offset and fraction", () => {
    const offset = fc.oneof(
      fc.constantFrom("Z", "+00:00", "-00:00", "+23:59", "-23:59", "+05:30"),
      fc
        .tuple(fc.constantFrom("+", "-"), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
        .map(([sign, h, m]) => `${sign}${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`),
    );
    const fraction = fc.constantFrom("", ".0", ".5", ".999", ".000000001", ".123456789");
    const inner = fc.integer({ min: FIRST + 86_400, max: LAST - 86_400 });
    fc.assert(
      fc.property(inner, fraction, offset, (at, f, o) => {
        const text = formatInstant(at).replace("Z", f + o);
        expect(parseInstant(text)).toBe(Math.floor(Date.parse(text) / 1000));
        expect(parseInstant(text.replace("T", "t").replace("Z", "z"))).toBe(parseInstant(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("never contradict Date.parse on scrambled digits", () => {
    const two = fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, "0"));
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 9998 }), two, two, two, two, two, (y, mo, d, h, mi, s) => {
        const text = `${y}-${mo}-${d}T${h}:${mi}:${s}Z`;
        const theirs = new Date(text);
        // Date rolls 31 February over and takes hour 24; both are no instants here.
        const valid = !Number.isNaN(theirs.getTime()) && theirs.toISOString().startsWith(text.slice(0, 19));
        expect(parseInstant(text) !== null).toBe(
          valid || (h === "23" && mi === "59" && s === "60" && parseDay(text.slice(0, 10)) !== null),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ["a leap second", "2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"],
    ["a leap second with an offset", "2017-01-01T00:59:60+01:00", "2016-12-31T23:59:59Z"],
    ["29 February of a leap year", "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"],
    ["29 February 2000", "2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z"],
    ["a fraction before 1970 is cut, not rounded", "1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59Z"],
    ["an unknown local offset", "2026-01-01T00:00:00-00:00", "2026-01-01T00:00:00Z"],
  ])("takes %s", (_, text, expected) => {
    expect(formatInstant(parseInstant(text)!)).toBe(expected);
  });

  it.each([
    ["nothing", ""],
    ["a date alone", "2026-01-01"],
    ["no offset", "2026-01-01T00:00:00"],
    ["no seconds", "2026-01-01T00:00Z"],
    ["a space for the T", "2026-01-01 00:00:00Z"],
    ["an offset without colon", "2026-01-01T00:00:00+0100"],
    ["an offset of hours alone", "2026-01-01T00:00:00+01"],
    ["an offset of 24 hours", "2026-01-01T00:00:00+24:00"],
    ["an offset of 60 minutes", "2026-01-01T00:00:00+01:60"],
    ["both Z and an offset", "2026-01-01T00:00:00Z+01:00"],
    ["a typographic minus", "2026-01-01T00:00:00−01:00"],
    ["month 0", "2026-00-01T00:00:00Z"],
    ["month 13", "2026-13-01T00:00:00Z"],
    ["day 0", "2026-01-00T00:00:00Z"],
    ["31 April", "2026-04-31T00:00:00Z"],
    ["29 February of no leap year", "2026-02-29T00:00:00Z"],
    ["29 February 1900", "1900-02-29T00:00:00Z"],
    ["hour 24", "2026-01-01T24:00:00Z"],
    ["minute 60", "2026-01-01T00:60:00Z"],
    ["second 61", "2026-01-01T00:00:61Z"],
    ["second 60 away from midnight", "2026-01-01T12:00:60Z"],
    ["second 60 at a local midnight only", "2016-12-31T23:59:60+01:00"],
    ["an empty fraction", "2026-01-01T00:00:00.Z"],
    ["a comma fraction", "2026-01-01T00:00:00,5Z"],
    ["five digits of year", "12026-01-01T00:00:00Z"],
    ["a signed year", "+002026-01-01T00:00:00Z"],
    ["two digits of year", "26-01-01T00:00:00Z"],
    ["a leading space", " 2026-01-01T00:00:00Z"],
    ["a trailing line break", "2026-01-01T00:00:00Z\n"],
    ["digits of another script", "２０２６-01-01T00:00:00Z"],
    ["a zone in brackets", "2026-01-01T00:00:00Z[UTC]"],
    ["a number of seconds", "1767225600"],
    ["an offset back before year 0", "0000-01-01T00:00:00+00:01"],
    ["an offset on past year 9999", "9999-12-31T23:59:59-00:01"],
  ])("refuses %s", (_, text) => {
    expect(parseInstant(text)).toBeNull();
  });
});

describe("days", () => {
  it("agree with Date for 400 years and come back", () => {
    fc.assert(
      fc.property(fc.integer({ min: -800_000, max: 2_900_000 }), (day) => {
        const { year, month, day: dayOfMonth } = civilDate(day);
        const theirs = new Date(day * 86_400_000);
        expect([year, month, dayOfMonth]).toEqual([
          theirs.getUTCFullYear(),
          theirs.getUTCMonth() + 1,
          theirs.getUTCDate(),
        ]);
        expect(dayNumber(year, month, dayOfMonth)).toBe(day);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["1970-01-01", 0],
    ["1969-12-31", -1],
    ["2027-01-31", Date.UTC(2027, 0, 31) / 86_400_000],
    ["2026-02-29", null],
    ["2026-2-1", null],
    ["2026-01-01T00:00:00Z", null],
    ["", null],
    ["2026-01-01\n", null],
  ])("%j is day %s", (text, day) => {
    expect(parseDay(text)).toBe(day);
  });

  it("has the earliest date of the model", () => {
    expect(formatInstant(EARLIEST_DATE)).toBe("1972-01-01T00:00:00Z");
  });
});

describe("durations", () => {
  it.each([
    ["90m", 5400, "90m"],
    ["12h", 43_200, "12h"],
    ["36h", 129_600, "36h"],
    ["7d", 604_800, "7d"],
    ["2w", 1_209_600, "14d"],
    ["0d", 0, "0d"],
    ["24h", 86_400, "1d"],
    ["60m", 3600, "1h"],
    ["999999999w", 999_999_999 * 604_800, "6999999993d"],
  ])("%s is %d s, written %s", (text, seconds, written) => {
    expect(parseDuration(text)).toBe(seconds);
    expect(formatDuration(seconds)).toBe(written);
  });

  it("keep their value when written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50_000_000 }), (minutes) => {
        expect(parseDuration(formatDuration(minutes * 60))).toBe(minutes * 60);
      }),
    );
    expect(formatDuration(61)).toBe("61s");
  });

  it.each([
    "",
    "7",
    "d",
    "7 d",
    "-7d",
    "+7d",
    "1.5h",
    "7D",
    "7days",
    "1d12h",
    "P7D",
    "7s",
    "7y",
    "1e3m",
    "7d\n",
    "1234567890m",
    "７d",
  ])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});
