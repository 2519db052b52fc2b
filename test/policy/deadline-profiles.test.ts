/** Each shipped profile against cases from its text (interfaces d.6): what is due when, and what is not asked for. */
import { describe, expect, it } from "vitest";
import { assessDeadlines } from "../../src/core/deadlines.ts";
import { formatInstant, parseInstant } from "../../src/core/time.ts";
import { shippedProfiles } from "../../src/policy/deadline-profiles.ts";
import { decideAt, device, fact, patch, policy, snapshot } from "../core/builders.ts";

type More = Readonly<Record<string, unknown>>;
const RELEASED = "2026-03-10T17:00:00Z";

/** `tier, due date, clock, task` of one profile for a patch released then, on a workstation of the fleet's zone. */
function dueOf(profileName: string, patchMore: More, deviceMore: More = {}, now = "2026-03-18T09:00:00Z") {
  const profile = shippedProfiles().find(({ name }) => name === profileName)!;
  const snap = snapshot(
    [patch("P", { severity: "low", category: "security", releasedAt: RELEASED, ...patchMore })],
    [{ ...device("d", "pilot", fact("P", "missing")), ...deviceMore }],
  );
  const at = parseInstant(now)!;
  const [first, second] = assessDeadlines(decideAt(policy(), snap, at), [profile]).obligationsOf(0);
  expect(second).toBeUndefined();
  if (first === undefined) return null;
  const due = first.dueAt === null ? "no date" : formatInstant(first.dueAt);
  return [first.tier.name, due, first.clock, ...(first.tier.task === null ? [] : [first.tier.task])].join(
    " ",
  );
}

it("has the profiles, each with its edition and source, sorted by name", () => {
  expect(shippedProfiles().map(({ name, edition, withdrawn }) => [name, edition, withdrawn])).toEqual([
    ["cisa-bod-22-01", "2021-11-03", true],
    ["cisa-bod-26-04", "2026-06-10", false],
    ["cyber-essentials", "3.3", false],
    ["essential-eight-ml1", "November 2023", false],
    ["essential-eight-ml2", "November 2023", false],
    ["essential-eight-ml3", "November 2023", false],
    ["house", null, false],
    ["pci-dss", "4.0.1", false],
  ]);
  expect(shippedProfiles().filter(({ name, source }) => source === null && name !== "house")).toEqual([]);
});

describe("cyber-essentials: 14 days from release", () => {
  it.each([
    ["critical by the vendor", { severity: "critical" }, true],
    ["high by the vendor", { severity: "important" }, true],
    ["severity not stated", { severity: "unknown" }, true],
    ["severity absent", { severity: null }, true],
    ["CVSS 7.0", { severity: "moderate", cvss: 7 }, true],
    ["CVSS 6.9", { severity: "moderate", cvss: 6.9 }, false],
    ["low", { severity: "low" }, false],
    ["moderate", { severity: "moderate" }, false],
  ])("%s", (_, more, isAsked) => {
    expect(dueOf("cyber-essentials", more)).toBe(
      isAsked ? "fourteen-days 2026-03-24T17:00:00Z release" : null,
    );
  });

  it("accepts no exceptions; the others do", () => {
    const refusing = shippedProfiles().filter(({ acceptsExceptions }) => !acceptsExceptions);
    expect(refusing.map(({ name }) => name)).toEqual(["cyber-essentials"]);
  });
});

describe("pci-dss: one month for critical", () => {
  it.each([
    [RELEASED, "2026-04-10T17:00:00Z"],
    ["2026-01-31T08:00:00Z", "2026-02-28T08:00:00Z"],
    ["2024-01-31T08:00:00Z", "2024-02-29T08:00:00Z"],
    ["2024-02-29T23:59:59Z", "2024-03-29T23:59:59Z"],
    ["2025-12-31T00:00:00Z", "2026-01-31T00:00:00Z"],
  ])("released %s is due %s", (releasedAt, due) => {
    expect(dueOf("pci-dss", { severity: "critical", releasedAt })).toBe(`critical ${due} release`);
  });

  it.each([
    ["important", { severity: "important" }, null],
    ["not ranked", { severity: "unknown" }, null],
    ["CVSS 9", { severity: "important", cvss: 9 }, "critical 2026-04-10T17:00:00Z release"],
  ])("%s", (_, more, expected) => {
    expect(dueOf("pci-dss", more)).toBe(expected);
  });
});

describe("essential-eight", () => {
  const facing = { type: "server", exposed: "yes" };
  const inside = { type: "server", exposed: "no" };
  const H48 = "2026-03-12T17:00:00Z release";
  const D14 = "2026-03-24T17:00:00Z release";
  const MONTH = "2026-04-10T17:00:00Z release";
  const KEV = { kev: { addedOn: "2026-03-11" } };
  it.each([
    ["1", "internet-facing, critical", { severity: "critical" }, facing, `internet-facing-critical ${H48}`],
    ["1", "internet-facing, exploited", KEV, facing, `internet-facing-critical ${H48}`],
    ["1", "internet-facing, other", {}, facing, `internet-facing ${D14}`],
    ["1", "a server that may face it", {}, { type: "server" }, `internet-facing ${D14}`],
    ["1", "inside, critical", { severity: "critical" }, inside, `operating-systems ${MONTH}`],
    ["1", "workstation, critical", { severity: "critical" }, {}, `operating-systems ${MONTH}`],
    ["1", "application", { category: "application" }, {}, `applications ${D14}`],
    ["1", "driver", { category: "driver" }, {}, null],
    ["2", "inside, critical", { severity: "critical" }, inside, `operating-systems ${MONTH}`],
    ["3", "inside, critical", { severity: "critical" }, inside, `operating-systems-critical ${H48}`],
    ["3", "inside, exploited", KEV, inside, `operating-systems-critical ${H48}`],
    ["3", "inside, other", {}, inside, `operating-systems-and-drivers ${MONTH}`],
    ["3", "driver", { category: "driver" }, {}, `operating-systems-and-drivers ${MONTH}`],
    [
      "3",
      "application, critical",
      { category: "application", severity: "critical" },
      {},
      `applications-critical ${H48}`,
    ],
    ["3", "application, other", { category: "application" }, {}, `applications ${D14}`],
    ["3", "definition", { category: "definition" }, {}, null],
  ])("level %s: %s", (level, _, patchMore, deviceMore, expected) => {
    expect(dueOf(`essential-eight-ml${level}`, patchMore, deviceMore)).toBe(expected);
  });
});

/** The rows of the table, as the reference gives them: known exploited, exposed, automatable, impact, remediate. */
const BOD_26_04 = `
no  no  no  partial upgrade    | no  no  no  total upgrade
no  no  yes partial 60d        | no  no  yes total 60d
no  yes no  partial 60d        | no  yes no  total 14d
no  yes yes partial 14d        | no  yes yes total 3d
yes no  no  partial 14d        | yes no  no  total 14d
yes no  yes partial 14d        | yes no  yes total 3d+forensic
yes yes no  partial 14d        | yes yes no  total 3d+forensic
yes yes yes partial 3d         | yes yes yes total 3d+forensic`
  .split(/[\n|]/)
  .map((row) => row.trim().split(/ +/))
  .filter((row) => row.length === 5) as [string, string, string, string, string][];

describe("cisa-bod-26-04", () => {
  const DUE: Readonly<Record<string, string>> = {
    "3d": "2026-03-13T17:00:00Z",
    "14d": "2026-03-24T17:00:00Z",
    "60d": "2026-05-09T17:00:00Z",
  };

  it("has all sixteen rows", () => {
    expect(new Set(BOD_26_04.map((row) => row.slice(0, 4).join())).size).toBe(16);
    expect(shippedProfiles().find(({ name }) => name === "cisa-bod-26-04")!.tiers).toHaveLength(16);
  });

  it.each(BOD_26_04)(
    "exploited %s, exposed %s, automatable %s, %s impact: %s",
    (kev, exposed, automatable, impact, remediate) => {
      const patchMore = {
        cves: ["CVE-2026-1234"],
        ssvc: { automatable, technicalImpact: impact },
        ...(kev === "yes" ? { kev: { addedOn: "2026-03-01" } } : {}),
      };
      const found = dueOf("cisa-bod-26-04", patchMore, { exposed });
      const [time, task] = remediate.split("+") as [string, string?];
      if (time === "upgrade") expect(found).toBeNull();
      else expect(found).toContain(` ${DUE[time]!} release${task === undefined ? "" : " forensic triage"}`);
      expect(found?.endsWith("triage") ?? false).toBe(task !== undefined);
    },
  );

  it.each([
    ["a device that may be exposed counts as exposed", {}, {}, "3d"],
    ["no answers count as automatable, total", {}, { exposed: "no" }, "60d"],
    [
      "words that are none count as the worse",
      { ssvc: { automatable: "perhaps" } },
      { exposed: "yes" },
      "3d",
    ],
    ["one answer is used", { ssvc: { automatable: "no" } }, { exposed: "yes" }, "14d"],
  ])("%s", (_, patchMore, deviceMore, time) => {
    const found = dueOf("cisa-bod-26-04", { cves: ["CVE-2026-1234"], ...patchMore }, deviceMore);
    expect(found).toContain(` ${DUE[time]!} release`);
  });

  it("asks for nothing where there is no vulnerability", () => {
    expect(dueOf("cisa-bod-26-04", {})).toBeNull();
  });

  it("counts from the day on which it was added, when that is after the release", () => {
    const more = { kev: { addedOn: "2026-03-16" }, ssvc: { automatable: "no", technicalImpact: "partial" } };
    expect(dueOf("cisa-bod-26-04", more, { exposed: "no" })).toBe(
      "exploited-inside-by-hand-partial 2026-03-30T00:00:00Z kev-added",
    );
  });
});

describe("cisa-bod-22-01 and house", () => {
  it.each([
    [
      "due at the end of the day that the list names",
      { kev: { dueOn: "2026-03-20" } },
      "2026-03-21T00:00:00Z kev-due",
    ],
    ["in summer time of the fleet's zone", { kev: { dueOn: "2026-03-29" } }, "2026-03-29T23:00:00Z kev-due"],
    ["29 February", { kev: { dueOn: "2028-02-29" } }, "2028-03-01T00:00:00Z kev-due"],
    ["no day in the list", { kev: {} }, "no date "],
    ["a day that is none", { kev: { dueOn: "2026-02-30" } }, "no date "],
  ])("%s", (_, more, expected) => {
    expect(dueOf("cisa-bod-22-01", more)).toBe(`known-exploited ${expected}`);
  });

  it.each([
    ["exploited", { kev: { addedOn: "2026-03-12" } }, "exploited 2026-03-19T00:00:00Z kev-added"],
    ["critical", { severity: "critical" }, "critical 2026-03-24T17:00:00Z release"],
    ["unknown severity of a security patch", { severity: null }, "critical 2026-03-24T17:00:00Z release"],
    ["important", { severity: "important" }, "important 2026-04-09T17:00:00Z release"],
    ["low", {}, "other 2026-06-08T17:00:00Z release"],
    ["unknown severity of a driver", { severity: null, category: "driver" }, null],
  ])("house: %s", (_, more, expected) => {
    expect(dueOf("house", more)).toBe(expected);
  });
});
