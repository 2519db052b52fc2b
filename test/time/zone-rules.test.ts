import { describe, expect, it } from "vitest";
import { dayNumber, formatInstant, parseDay, parseInstant } from "../../src/core/time.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import { wallClock } from "./wall-clock.ts";

const zones = createZoneRules();

function resolve(zone: string, date: string, time: string): string {
  const [hour, minute] = time.split(":").map(Number) as [number, number];
  const { kind, at } = zones.resolve(zone, parseDay(date)!, hour * 60 + minute);
  return `${kind} ${formatInstant(at)}`;
}

describe("isKnown", () => {
  it.each([
    "UTC",
    "utc",
    "GMT",
    "Etc/UTC",
    "Etc/GMT+5",
    "Europe/London",
    "europe/london",
    "EUROPE/LONDON",
    "US/Eastern",
    "Asia/Calcutta",
    "Asia/Kolkata",
    "America/Argentina/ComodRivadavia",
    "Pacific/Apia",
    "EST5EDT",
    "Japan",
  ])("takes the name or link %j", (zone) => {
    expect(zones.isKnown(zone)).toBe(true);
    expect(() => zones.dayAt(zone, 0)).not.toThrow();
  });

  it.each([
    ["empty", ""],
    ["blank", " "],
    ["a fixed offset", "+01:00"],
    ["a short fixed offset", "+01"],
    ["a negative fixed offset", "-0800"],
    ["a fixed offset with a typographic minus", "−08:00"],
    ["an offset behind UTC", "UTC+1"],
    ["the letter of RFC 3339", "Z"],
    ["an abbreviation", "PST"],
    ["an abbreviation in small letters", "pst"],
    ["an ambiguous abbreviation", "IST"],
    ["a city that does not exist", "Europe/Atlantis"],
    ["a trailing space", "Europe/London "],
    ["a trailing line break", "Europe/London\n"],
    ["a Windows zone", "W. Europe Standard Time"],
    ["a path", "../../etc/passwd"],
    ["an annotated instant", "2026-01-01T00:00:00[Europe/London]"],
    ["the word for the device's zone", "device"],
    ["a very long name", "A".repeat(100_000)],
    ["a NUL", "Europe/London\0"],
  ])("refuses %s", (_, zone) => {
    expect(zones.isKnown(zone)).toBe(false);
  });
});

describe("resolve", () => {
  it.each([
    ["Berlin, ordinary winter day", "Europe/Berlin", "2026-01-15", "02:30", "exact 2026-01-15T01:30:00Z"],
    [
      "Berlin, last minute before the gap",
      "Europe/Berlin",
      "2026-03-29",
      "01:59",
      "exact 2026-03-29T00:59:00Z",
    ],
    ["Berlin, first minute of the gap", "Europe/Berlin", "2026-03-29", "02:00", "gap 2026-03-29T01:00:00Z"],
    ["Berlin, last minute of the gap", "Europe/Berlin", "2026-03-29", "02:59", "gap 2026-03-29T01:00:00Z"],
    [
      "Berlin, first minute after the gap",
      "Europe/Berlin",
      "2026-03-29",
      "03:00",
      "exact 2026-03-29T01:00:00Z",
    ],
    ["Berlin, before the repeat", "Europe/Berlin", "2026-10-25", "01:59", "exact 2026-10-24T23:59:00Z"],
    ["Berlin, in the repeat", "Europe/Berlin", "2026-10-25", "02:30", "repeat 2026-10-25T00:30:00Z"],
    ["Berlin, after the repeat", "Europe/Berlin", "2026-10-25", "03:00", "exact 2026-10-25T02:00:00Z"],
    ["London, gap", "Europe/London", "2026-03-29", "01:30", "gap 2026-03-29T01:00:00Z"],
    ["London, repeat", "Europe/London", "2026-10-25", "01:30", "repeat 2026-10-25T00:30:00Z"],
    ["New York, gap", "America/New_York", "2026-03-08", "02:30", "gap 2026-03-08T07:00:00Z"],
    ["New York, repeat", "America/New_York", "2026-11-01", "01:30", "repeat 2026-11-01T05:30:00Z"],
    ["Lord Howe, half-hour gap", "Australia/Lord_Howe", "2026-10-04", "02:15", "gap 2026-10-03T15:30:00Z"],
    [
      "Lord Howe, after the half-hour gap",
      "Australia/Lord_Howe",
      "2026-10-04",
      "02:30",
      "exact 2026-10-03T15:30:00Z",
    ],
    [
      "Lord Howe, half-hour repeat",
      "Australia/Lord_Howe",
      "2026-04-05",
      "01:45",
      "repeat 2026-04-04T14:45:00Z",
    ],
    [
      "Lord Howe, just before the repeat",
      "Australia/Lord_Howe",
      "2026-04-05",
      "01:29",
      "exact 2026-04-04T14:29:00Z",
    ],
    ["Apia, day before the skipped one", "Pacific/Apia", "2011-12-29", "23:59", "exact 2011-12-30T09:59:00Z"],
    ["Apia, midnight of the skipped day", "Pacific/Apia", "2011-12-30", "00:00", "gap 2011-12-30T10:00:00Z"],
    ["Apia, end of the skipped day", "Pacific/Apia", "2011-12-30", "23:59", "gap 2011-12-30T10:00:00Z"],
    ["Apia, day after the skipped one", "Pacific/Apia", "2011-12-31", "00:00", "exact 2011-12-30T10:00:00Z"],
    ["Cairo, no midnight", "Africa/Cairo", "2026-04-24", "00:00", "gap 2026-04-23T22:00:00Z"],
    ["Cairo, first minute of the day", "Africa/Cairo", "2026-04-24", "01:00", "exact 2026-04-23T22:00:00Z"],
    ["Cairo, repeat before midnight", "Africa/Cairo", "2026-10-29", "23:30", "repeat 2026-10-29T20:30:00Z"],
    ["UTC has neither", "UTC", "2026-03-29", "02:30", "exact 2026-03-29T02:30:00Z"],
    ["long ago", "UTC", "0001-01-01", "00:00", "exact 0001-01-01T00:00:00Z"],
  ])("%s", (_, zone, date, time, expected) => {
    expect(resolve(zone, date, time)).toBe(expected);
  });
});

describe("dayAt", () => {
  it.each([
    ["Apia goes from the 29th", "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"],
    ["Apia to the 31st", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"],
    ["Cairo, before its gap", "Africa/Cairo", "2026-04-23T21:59:59Z", "2026-04-23"],
    ["Cairo, after its gap", "Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24"],
    ["Cairo, second pass of the last hour", "Africa/Cairo", "2026-10-29T21:30:00Z", "2026-10-29"],
    ["Kiritimati is ahead", "Pacific/Kiritimati", "2026-12-31T10:00:00Z", "2027-01-01"],
    ["Niue is behind", "Pacific/Niue", "2027-01-01T10:59:59Z", "2026-12-31"],
  ])("%s", (_, zone, at, date) => {
    expect(zones.dayAt(zone, parseInstant(at)!)).toBe(parseDay(date));
  });
});

/** Every half hour of a year with the instants that show it, from Intl alone. */
describe("a whole year against Intl", () => {
  it.each([
    ["Europe/Berlin", 2026],
    ["Australia/Lord_Howe", 2026],
    ["Africa/Casablanca", 2026],
    ["Pacific/Apia", 2011],
    ["Africa/Cairo", 2014],
    ["Antarctica/Troll", 2026],
  ])("%s in %d", (zone, year) => {
    const wallOf = wallClock(zone);
    const first = dayNumber(year, 1, 1);
    const from = (first - 2) * 86_400;
    const wall = Array.from({ length: 369 * 48 }, (_, i) => wallOf(from + i * 1800));
    const wrong: string[] = [];
    let changes = 0;
    for (let i = 96, at = from + 96 * 1800; i < 367 * 48; i++, at += 1800) {
      const shown = wall[i]!;
      const day = Math.floor(shown / 1440);
      if (zones.dayAt(zone, at) !== day) wrong.push(`dayAt ${formatInstant(at)}`);
      const near = wall.slice(i - 52, i + 52).filter((w) => w === shown).length;
      const seenBefore = wall.slice(i - 52, i).includes(shown);
      const { kind, at: resolved } = zones.resolve(zone, day, shown - day * 1440);
      if (kind !== (near > 1 ? "repeat" : "exact")) wrong.push(`${kind} ${formatInstant(at)}`);
      if (seenBefore !== resolved < at) wrong.push(`resolve ${formatInstant(at)}`);
      for (let missed = wall[i - 1]! + 30; missed < shown; missed += 30) {
        const gapDay = Math.floor(missed / 1440);
        const gap = zones.resolve(zone, gapDay, missed - gapDay * 1440);
        if (gap.kind !== "gap" || gap.at !== at) wrong.push(`gap ${formatInstant(at)}`);
        changes++;
      }
    }
    expect(wrong).toEqual([]);
    expect(changes).toBeGreaterThan(0);
  });
});
