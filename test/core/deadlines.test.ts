/** How obligations stand (interfaces c.3): states, exceptions, supersedence, clocks, and what must hold for all. */
import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import type { DeadlineProfile, DeadlineTier } from "../../src/core/deadline-profile.ts";
import { dueAfter, shortestTime } from "../../src/core/deadline-profile.ts";
import { DEADLINE_STATES } from "../../src/core/deadline-states.ts";
import { conforming, measured, notMeasured } from "../../src/core/deadline-totals.ts";
import { assessDeadlines, riskOf, stateOf } from "../../src/core/deadlines.ts";
import { groupDeadlines } from "../../src/core/deadline-groups.ts";
import { decide } from "../../src/core/decide.ts";
import { listVerdicts } from "../../src/core/make-plan.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import { formatInstant, parseInstant } from "../../src/core/time.ts";
import { arbitraryWorld } from "../oracle/arbitrary.ts";
import * as b from "./builders.ts";
import { toColumns, zones } from "./worlds.ts";

const DAY = 86_400;

function tier(days: number, more: Partial<DeadlineTier> = {}): DeadlineTier {
  return {
    name: `days-${days}`,
    patches: b.patches({}),
    devices: b.devices({}),
    automatable: null,
    impact: null,
    clock: "release",
    within: { kind: "exact", seconds: days * DAY },
    task: null,
    ...more,
  };
}

function profile(
  name: string,
  tiers: readonly DeadlineTier[],
  more: Partial<DeadlineProfile> = {},
): DeadlineProfile {
  return {
    name,
    title: name,
    edition: null,
    source: null,
    withdrawn: false,
    acceptsExceptions: true,
    unknownAs: { automatable: "yes", impact: "total" },
    tiers,
    ...more,
  };
}

const TEN_DAYS = profile("ten", [tier(10)]);

interface Case {
  readonly fact: b.FactLine;
  readonly device?: Readonly<Record<string, unknown>>;
  readonly patch?: Readonly<Record<string, unknown>>;
  readonly policy?: Partial<PolicySet>;
  readonly profiles?: readonly DeadlineProfile[];
  readonly more?: readonly [b.PatchLine, b.FactLine];
}

/** The state of one fact of a pilot device; the patch was released 8 days ago. */
function assessOne(one: Case) {
  const facts = [one.fact, ...(one.more === undefined ? [] : [one.more[1]])];
  const snap = b.snapshot(
    [b.patch("P", one.patch), ...(one.more === undefined ? [] : [one.more[0]])],
    [{ ...b.device("d", "pilot", ...facts), ...one.device }],
  );
  const decided = b.decideAt(b.policy(one.policy), snap);
  return assessDeadlines(decided, one.profiles ?? [TEN_DAYS]);
}

const ignoring = (expires: number | null) => [b.decision("no", { patches: b.patches({ id: "P" }), expires })];

describe("the state of an obligation", () => {
  it.each<[string, Case, string]>([
    ["installed in time", { fact: b.fact("P", "installed", { installedAt: b.ago("2d") }) }, "met"],
    [
      "installed at the last second",
      { fact: b.fact("P", "installed", { installedAt: b.ago("1d") }), patch: { releasedAt: b.ago("11d") } },
      "met",
    ],
    [
      "installed after it was due",
      { fact: b.fact("P", "installed", { installedAt: b.ago("1d") }), patch: { releasedAt: b.ago("12d") } },
      "late",
    ],
    ["installed without a date, not due yet", { fact: b.fact("P", "installed") }, "met"],
    [
      "installed nobody knows when, past due",
      { fact: b.fact("P", "installed"), patch: { releasedAt: b.ago("12d") } },
      "no-install-date",
    ],
    [
      "installed in the future is no date",
      { fact: b.fact("P", "installed", { installedAt: b.ago("-1d") }), patch: { releasedAt: b.ago("12d") } },
      "no-install-date",
    ],
    [
      "missing, more than three days left",
      { fact: b.fact("P", "missing"), patch: { releasedAt: b.ago("6d") } },
      "ok",
    ],
    [
      "due this very second",
      { fact: b.fact("P", "missing"), patch: { releasedAt: b.ago("10d") } },
      "at-risk",
    ],
    ["missing, past due", { fact: b.fact("P", "missing"), patch: { releasedAt: b.ago("11d") } }, "overdue"],
    ["failed, past due", { fact: b.fact("P", "failed"), patch: { releasedAt: b.ago("11d") } }, "overdue"],
    [
      "reboot required is not installed",
      { fact: b.fact("P", "reboot-required"), patch: { releasedAt: b.ago("11d") } },
      "overdue",
    ],
    [
      "a stale device is not measured",
      { fact: b.fact("P", "missing"), device: { scannedAt: b.ago("73h") } },
      "stale",
    ],
    [
      "a stale device with the patch, neither",
      { fact: b.fact("P", "installed", { installedAt: b.ago("4d") }), device: { scannedAt: null } },
      "stale",
    ],
    [
      "no date: never zero, nor for ever",
      { fact: b.fact("P", "missing"), patch: { releasedAt: null } },
      "no-date",
    ],
    ["installed, no date", { fact: b.fact("P", "installed"), patch: { releasedAt: null } }, "no-date"],
    [
      "1970 is no date",
      { fact: b.fact("P", "missing"), patch: { releasedAt: "1970-01-01T00:00:00Z" } },
      "no-date",
    ],
    [
      "ignored by a decision that ends",
      { fact: b.fact("P", "ignored"), policy: { decisions: ignoring(b.NOW + DAY) } },
      "excepted",
    ],
    [
      "and past due all the same excepted",
      {
        fact: b.fact("P", "missing"),
        patch: { releasedAt: b.ago("90d") },
        policy: { decisions: ignoring(b.NOW + DAY) },
      },
      "excepted",
    ],
    [
      "a decision that has ended is none",
      {
        fact: b.fact("P", "ignored"),
        patch: { releasedAt: b.ago("11d") },
        policy: { decisions: ignoring(b.NOW - 1) },
      },
      "overdue",
    ],
    [
      "ignored by a rule: no exception",
      {
        fact: b.fact("P", "ignored"),
        patch: { releasedAt: b.ago("11d") },
        policy: { rules: [b.rule("r/ignore", { then: "ignore" })] },
      },
      "overdue",
    ],
    [
      "excepted, but installed",
      {
        fact: b.fact("P", "installed", { installedAt: b.ago("1d") }),
        policy: { decisions: ignoring(b.NOW + DAY) },
      },
      "met",
    ],
    ["no profile asks", { fact: b.fact("P", "missing"), profiles: [] }, "none"],
    [
      "no tier asks",
      {
        fact: b.fact("P", "missing"),
        profiles: [profile("x", [tier(1, { patches: b.patches({ severity: "low" }) })])],
      },
      "none",
    ],
    [
      "the next upgrade has no due date",
      {
        fact: b.fact("P", "missing"),
        profiles: [profile("x", [tier(1, { within: { kind: "next-upgrade" } })])],
      },
      "none",
    ],
    [
      "covered in time by a newer patch",
      {
        fact: b.fact("P", "missing"),
        patch: { releasedAt: b.ago("40d") },
        more: [
          b.patch("Q", { supersedes: ["P"], releasedAt: b.ago("35d") }),
          b.fact("Q", "installed", { installedAt: b.ago("31d") }),
        ],
      },
      "met",
    ],
    [
      "covered late by a newer patch",
      {
        fact: b.fact("P", "missing"),
        patch: { releasedAt: b.ago("40d") },
        more: [
          b.patch("Q", { supersedes: ["P"], releasedAt: b.ago("35d") }),
          b.fact("Q", "installed", { installedAt: b.ago("2d") }),
        ],
      },
      "late",
    ],
    [
      "a newer patch that is not there covers nothing",
      {
        fact: b.fact("P", "missing"),
        patch: { releasedAt: b.ago("40d") },
        more: [b.patch("Q", { supersedes: ["P"] }), b.fact("Q", "reboot-required")],
      },
      "overdue",
    ],
  ])("%s", (_, one, expected) => {
    expect(stateOf(assessOne(one), 0)).toBe(expected);
  });
});

describe("at risk", () => {
  const recent = { releasedAt: b.ago("1d") };
  const nights = b.schedule("nights");
  const withRing = (more: object, rest: Partial<PolicySet> = {}): Partial<PolicySet> => ({
    rings: [b.ring("pilot", more)],
    schedules: [nights],
    ...rest,
  });
  it.each<[string, Case, string | null, number]>([
    ["nothing in the way", { fact: b.fact("P", "missing"), patch: recent }, null, 1],
    ["due in two days", { fact: b.fact("P", "missing"), patch: { releasedAt: b.ago("8d") } }, "due-soon", 1],
    ["no rule", { fact: b.fact("P", "missing"), patch: recent, policy: { rules: [] } }, "not-approved", 0],
    [
      "a hold without end",
      { fact: b.fact("P", "missing"), patch: recent, policy: { holds: [b.hold("h")] } },
      "not-approved",
      0,
    ],
    [
      "a hold that ends in time",
      {
        fact: b.fact("P", "missing"),
        patch: recent,
        policy: { holds: [b.hold("h", { until: b.NOW + DAY })] },
      },
      null,
      1,
    ],
    [
      "a hold that ends too late",
      {
        fact: b.fact("P", "missing"),
        patch: recent,
        policy: { holds: [b.hold("h", { until: b.NOW + 10 * DAY })] },
      },
      "gate-late",
      0,
    ],
    [
      "a delay that ends too late",
      {
        fact: b.fact("P", "missing"),
        patch: recent,
        policy: { rules: [b.rule("r/x", { delay: 11 * DAY })] },
      },
      "gate-late",
      0,
    ],
    ["retries used up", { fact: b.fact("P", "failed", { attempts: 3 }), patch: recent }, "not-approved", 0],
    [
      // Wednesday 09:00: Wed, Thu, Mon, Tue, Wed, Thu; due on Friday in nine days.
      "windows on four nights a week",
      { fact: b.fact("P", "missing"), patch: recent, policy: withRing({ schedule: "nights" }) },
      null,
      6,
    ],
    [
      "a freeze over all of them",
      {
        fact: b.fact("P", "missing"),
        patch: recent,
        policy: withRing(
          { schedule: "nights" },
          { freezes: [b.freeze("f", { from: b.NOW + 3600, to: b.NOW + 30 * DAY })] },
        ),
      },
      "no-window",
      0,
    ],
    ["being installed", { fact: b.fact("P", "installing"), patch: recent, policy: { rules: [] } }, null, 1],
  ])("%s", (_, one, risk, windows) => {
    const assessment = assessOne(one);
    expect([riskOf(assessment, 0), assessment.windowsLeft[0]]).toEqual([risk, windows]);
    expect(stateOf(assessment, 0)).toBe(risk === null ? "ok" : "at-risk");
  });

  it("counts no windows where the backend holds them", () => {
    const snap = b.snapshot([b.patch("P", recent)], [b.device("d", "pilot", b.fact("P", "missing"))], {
      ...b.CAPABILITIES,
      schedules: "backend",
    });
    const decided = b.decideAt(b.policy(withRing({ schedule: "nights" })), snap);
    expect(assessDeadlines(decided, [TEN_DAYS]).windowsLeft[0]).toBe(1);
  });
});

describe("several profiles", () => {
  const strict = profile("strict", [tier(3)], { acceptsExceptions: false });

  it("show the loser with its due date", () => {
    const assessment = assessOne({ fact: b.fact("P", "missing"), profiles: [TEN_DAYS, strict] });
    expect(assessment.obligationsOf(0).map((one) => [one.profile.name, formatInstant(one.dueAt!)])).toEqual([
      ["strict", b.ago("5d")],
      ["ten", b.ago("-2d")],
    ]);
    expect(assessment.dueAt[0]).toBe(parseInstant(b.ago("5d")));
    expect(stateOf(assessment, 0)).toBe("overdue");
  });

  it("an exception does not help where one profile knows none", () => {
    const loose = profile("loose", [tier(30)], { acceptsExceptions: false });
    const assessment = assessOne({
      fact: b.fact("P", "ignored"),
      profiles: [TEN_DAYS, loose, profile("month", [tier(25)])],
      policy: { decisions: ignoring(b.NOW + DAY) },
    });
    expect(stateOf(assessment, 0)).toBe("at-risk");
    expect(riskOf(assessment, 0)).toBe("not-approved");
    expect(assessment.obligationsOf(0).map((one) => one.profile.name)).toEqual(["loose", "ten", "month"]);
    expect(assessment.dueAt[0]).toBe(parseInstant(b.ago("-22d")));
  });

  it("the strictest tier of a profile counts, whatever the order", () => {
    const tiers = [tier(30), tier(4), tier(9)];
    for (const order of [tiers, tiers.toReversed()]) {
      const [first, second] = assessOne({
        fact: b.fact("P", "missing"),
        profiles: [profile("x", order)],
      }).obligationsOf(0);
      expect(first!.tier.name).toBe("days-4");
      expect(second).toBeUndefined();
    }
  });
});

describe("clocks", () => {
  const clockOf = (patchMore: object, factMore: object, more: Partial<DeadlineTier>) => {
    const one = assessOne({
      fact: b.fact("P", "missing", factMore as Readonly<Record<string, unknown>>),
      patch: patchMore as Readonly<Record<string, unknown>>,
      profiles: [profile("x", [tier(1, more)])],
    }).obligationsOf(0)[0]!;
    return [one.clock, one.startedAt === null ? null : formatInstant(one.startedAt)];
  };
  const seen = { firstSeenAt: b.ago("6d") };
  it.each<[string, object, object, Partial<DeadlineTier>, readonly [string | null, string | null]]>([
    ["release", seen, {}, {}, ["release", b.ago("8d")]],
    ["release is not known", { ...seen, releasedAt: null }, {}, {}, ["first-seen", b.ago("6d")]],
    ["nor first seen", { releasedAt: null }, { detectedAt: b.ago("5d") }, {}, ["detected", b.ago("5d")]],
    ["first seen", seen, {}, { clock: "first-seen" }, ["first-seen", b.ago("6d")]],
    ["first detection", {}, { detectedAt: b.ago("5d") }, { clock: "first-seen" }, ["detected", b.ago("5d")]],
    ["never seen", {}, {}, { clock: "first-seen" }, ["release", b.ago("8d")]],
    [
      "listed later",
      { kev: { addedOn: "2026-03-12" } },
      {},
      { clock: "kev-added" },
      ["kev-added", "2026-03-12T00:00:00Z"],
    ],
    [
      "listed before the release",
      { kev: { addedOn: "2026-01-12" } },
      {},
      { clock: "kev-added" },
      ["release", b.ago("8d")],
    ],
    [
      "listed at an instant",
      { kev: { addedOn: "2026-03-12T10:30:00Z" } },
      {},
      { clock: "kev-added" },
      ["kev-added", "2026-03-12T10:30:00Z"],
    ],
    [
      "listed in a far future",
      { kev: { addedOn: "2036-01-12" } },
      {},
      { clock: "kev-added" },
      ["release", b.ago("8d")],
    ],
    ["listed, no day", { kev: {} }, {}, { clock: "kev-added" }, ["release", b.ago("8d")]],
    ["no date at all", { releasedAt: null, kev: {} }, {}, { clock: "kev-added" }, [null, null]],
  ])("%s", (_, patchMore, factMore, more, expected) => {
    expect(clockOf(patchMore, factMore, more)).toEqual(expected);
  });
});

describe("months", () => {
  it("never end later than the same day of the month, and the shortest is the least there is", () => {
    const start = parseInstant("2023-01-01T00:00:00Z")!;
    for (let months = 1; months <= 26; months += 1) {
      const within = { kind: "months", months } as const;
      let least = Infinity;
      for (let day = 0; day < 4 * 366; day += 1) {
        const at = start + day * DAY + 3600;
        const due = dueAfter(at, within)!;
        const [from, to] = [new Date(at * 1000), new Date(due * 1000)];
        expect(
          (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth(),
        ).toBe(months);
        expect(to.getUTCDate()).toBeLessThanOrEqual(from.getUTCDate());
        least = Math.min(least, due - at);
      }
      expect(shortestTime(tier(1, { within }))).toBeLessThanOrEqual(least);
      if (months < 12) expect(shortestTime(tier(1, { within }))).toBe(least);
    }
  });
});

const arbitraryTier = fc
  .record({
    days: fc.integer({ min: 0, max: 60 }),
    patches: fc.constantFrom({}, { severity: "critical" }, { category: "security" }, { kev: true }),
    devices: fc.constantFrom({}, { type: "server" }, { exposed: ["yes", "unknown"] }),
    clock: fc.constantFrom("release", "first-seen", "kev-added", "kev-due"),
  })
  .map(({ days, patches, devices, clock }) =>
    tier(days, { patches: b.patches(patches), devices: b.devices(devices), clock }),
  );
const arbitraryProfiles = fc
  .array(
    fc.record({ tiers: fc.array(arbitraryTier, { minLength: 1, maxLength: 4 }), accepts: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((list) =>
    list.map(({ tiers, accepts }, i) => profile(`p${i}`, tiers, { acceptsExceptions: accepts })),
  );

it("on random worlds: the strictest is the least, a profile more makes nothing later, and totals add up", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(arbitraryWorld(), arbitraryProfiles, ({ policy, snapshot, now }, profiles) => {
      const decided = decide(policy, toColumns(snapshot), now, zones);
      const before = JSON.stringify([...listVerdicts(decided)]);
      const all = assessDeadlines(decided, profiles);
      const fewer = assessDeadlines(decided, profiles.slice(1));
      const alone = profiles.map((one) => assessDeadlines(decided, [one]));
      const reversed = assessDeadlines(decided, profiles.toReversed());
      for (let fact = 0; fact < decided.snapshot.facts.length; fact += 1) {
        const state = stateOf(all, fact);
        seen.add(state);
        const dues = alone.flatMap((one) => one.obligationsOf(fact)).map(({ dueAt }) => dueAt ?? Infinity);
        const own = all.obligationsOf(fact).map(({ dueAt }) => dueAt ?? Infinity);
        expect(own.toSorted((x, y) => x - y)).toEqual(dues.toSorted((x, y) => x - y));
        expect(stateOf(reversed, fact)).toBe(state);
        expect(reversed.dueAt[fact]).toBe(all.dueAt[fact]);
        // A device without news is stale whatever was decided; an exception still puts the stricter dates aside.
        const { reason } = decided.table.rows[decided.outcomes[fact]!]!;
        const isPutAside =
          alone.some((one) => stateOf(one, fact) === "excepted") ||
          (state === "stale" && reason === "DECIDED");
        if (!isPutAside && dues.length > 0) {
          const least = Math.min(...dues);
          expect(all.dueAt[fact]).toBe(least === Infinity ? 0 : least);
          const less = fewer.dueAt[fact]!;
          if (less !== 0 && stateOf(fewer, fact) !== "excepted")
            expect(all.dueAt[fact]).toBeLessThanOrEqual(less);
        }
        if (state === "excepted") {
          expect(alone.every((one) => ["excepted", "none"].includes(stateOf(one, fact)))).toBe(true);
        }
      }
      const { totals } = all;
      const { obligations, late, overdue, excepted } = totals;
      expect(conforming(totals) + late + overdue + excepted).toBe(measured(totals));
      expect(measured(totals) + notMeasured(totals)).toBe(obligations);
      expect(obligations).toBe(
        all.states.reduce((sum, code) => sum + (DEADLINE_STATES[code] === "none" ? 0 : 1), 0),
      );
      const grouped = groupDeadlines(decided, all).reduce((sum, one) => sum + one.devices, 0);
      expect(grouped).toBe(totals.overdue + totals.atRisk);
      expect(JSON.stringify([...listVerdicts(decided)])).toBe(before);
    }),
    { numRuns: 150 },
  );
  expect([...seen].sort()).toEqual(
    expect.arrayContaining(["at-risk", "late", "met", "none", "ok", "overdue", "stale"]),
  );
});
