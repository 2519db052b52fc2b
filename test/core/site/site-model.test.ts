import { describe, expect, it } from "vitest";
import { FACT_STATES, findFactStates } from "../../../src/core/fact-states.ts";
import { countFleet } from "../../../src/core/fleet-totals.ts";
import { groupOpen } from "../../../src/core/site/open-facts.ts";
import { clientScopes } from "../../../src/core/site/scope.ts";
import type { SiteModel } from "../../../src/core/site/site-model.ts";
import {
  decision,
  device,
  emergency,
  fact,
  hold,
  NOW,
  patch,
  patches,
  policy,
  rule,
  snapshot,
} from "../builders.ts";
import { fleetModel, siteMaker, sitePolicy } from "../../report/site/site-fleet.ts";

const NOTHING_SENT = { accepted: 0, refused: 0, unknown: 0 };
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("the numbers of a site", () => {
  const { decided, maker } = siteMaker();
  const model = fleetModel();
  const totals = countFleet(decided, findFactStates(decided));

  it("are those of the fleet", () => {
    expect(model.totals).toEqual(totals);
    for (const state of FACT_STATES) {
      expect(sum(model.patches.map(({ states }) => states[state]))).toBe(totals.states[state]);
      expect(sum(model.devices!.map(({ states }) => states[state]))).toBe(totals.states[state]);
    }
    expect(sum(model.patches.map(({ superseded }) => superseded))).toBe(totals.superseded);
    expect(sum(model.kinds.map(({ facts }) => facts))).toBe(totals.facts);
    expect(sum(model.failures.map((one) => one.devices))).toBe(totals.states.failed);
    const lacking = model.devices!.filter(({ security }) => security > 0).length;
    expect(totals.patchLevel.whole - totals.patchLevel.part).toBe(lacking);
    expect(model.concerns.security).toBe(lacking);
    const notInstalled = model.kinds.filter(({ kind }) => kind.status !== "installed");
    expect(sum(groupOpen(model.kinds).map(({ facts }) => facts))).toBe(
      sum(notInstalled.map(({ facts }) => facts)),
    );
    const open = sum(model.patches.map((one) => one.open));
    expect(sum(model.ages.map(({ facts }) => facts))).toBe(open);
  });

  it("of the clients add up to those of the fleet", () => {
    const parts = clientScopes(decided).map((scope) => maker.make(scope, null, false));
    const add = (read: (one: SiteModel) => number): number => sum(parts.map(read));
    expect(parts.map(({ client }) => client)).toEqual(["acme", "zeta"]);
    expect(add((one) => one.totals.devices.all)).toBe(totals.devices.all);
    expect(add((one) => one.totals.facts)).toBe(totals.facts);
    expect(add((one) => one.concerns.needing)).toBe(model.concerns.needing);
    expect(add((one) => one.deadlines!.totals.obligations)).toBe(model.deadlines!.totals.obligations);
    for (const state of FACT_STATES)
      expect(add((one) => one.totals.states[state])).toBe(totals.states[state]);
  });

  it("of deadlines agree among themselves", () => {
    const { groups, totals: all, matrix } = model.deadlines!;
    const count = (state: string): number =>
      sum(groups.filter((one) => one.state === state).map((one) => one.devices));
    expect(count("overdue")).toBe(all.overdue);
    expect(count("at-risk")).toBe(all.atRisk);
    expect(sum(matrix.rows.flatMap(({ counts }) => counts))).toBe(all.ok + all.atRisk);
    expect(all.overdue + all.atRisk).toBeGreaterThan(0);
  });

  it("of a burn-down end with the devices that lack the patch today", () => {
    for (const { patch: one, points, devices: obliged, undated } of model.deadlines!.burnDowns) {
      const remaining = points.map((point) => point.remaining);
      expect(remaining).toEqual([...remaining].sort((a, b) => b - a));
      const row = model.patches.find((found) => found.patch.id === one.id)!;
      expect(remaining.at(-1)).toBe(row.open);
      expect(remaining[0]).toBeLessThanOrEqual(obliged - undated);
    }
    expect(model.deadlines!.burnDowns.length).toBeGreaterThan(0);
  });
});

describe("the site of one client", () => {
  const { decided, maker } = siteMaker();
  const [acme] = clientScopes(decided);

  it("says nothing of statements that do not reach it, nor of selectors that may name others", () => {
    const model = maker.make(acme!, null, false);
    expect(model.statements.map(({ source }) => source).sort()).toEqual([
      "Decision/ignore-kb3",
      "Decision/old",
      "Emergency/cve",
      "Recall/pull-kb5",
    ]);
    expect(model.statements.every((one) => one.devices === null)).toBe(true);
    expect(model.rules.every((one) => one.devices === null)).toBe(true);
    expect(model.rings.every((one) => one.selector === null)).toBe(true);
    expect(model.history!.entries.map(({ statement }) => statement)).toEqual([]);
    expect(model.plan).toBeNull();
    expect(model.runs!.runs.flatMap(({ summary }) => summary?.steps ?? [])).toEqual([]);
  });

  it("counts its own actions, and names a brake without the numbers of the others", () => {
    const [acmeScope, zetaScope] = clientScopes(decided);
    const [own, other] = [maker.make(acmeScope!, null, false), maker.make(zetaScope!, null, false)];
    expect(own.runs!.actions).toMatchObject({ onTheWay: 1, unknown: 0, unverified: 1 });
    expect(other.runs!.actions).toMatchObject({ onTheWay: 0, unknown: 1, unverified: 0 });
    for (const { summary } of own.runs!.runs) {
      expect(summary?.sent ?? NOTHING_SENT).toEqual(NOTHING_SENT);
      expect(summary?.actions ?? null).toBeNull();
    }
    const brakes = (model: SiteModel): unknown[] =>
      model.notices.map(({ subject }) => subject).filter(({ kind }) => kind === "brake");
    expect(brakes(own)).toEqual([
      { kind: "brake", ring: "production", patch: "KB3", failed: null, eligible: null },
    ]);
    expect(brakes(other)).toEqual([]);
    expect(brakes(fleetModel())).toHaveLength(2);
  });

  it("is told of a request for its own patches alone, and not of the request's page", () => {
    const request = {
      ring: "production",
      number: 4,
      version: "a",
      patches: ["KB1", "KB3", "KB6"],
      url: "https://forge.example.org/4",
    };
    const { maker: asked, decided: found } = siteMaker({ requests: [request] });
    const told = clientScopes(found).map((scope) =>
      asked
        .make(scope, null, false)
        .notices.flatMap(({ subject, link }) =>
          subject.kind === "promotion-waits" && subject.request !== null
            ? [{ patches: subject.patches, installs: subject.installs, link }]
            : [],
        ),
    );
    expect(told).toEqual([
      [{ patches: ["KB1"], installs: 1, link: null }],
      [{ patches: ["KB1", "KB6"], installs: 2, link: null }],
    ]);
  });
});

describe("what needs a person", () => {
  const kinds = (model: SiteModel): string[] =>
    model.notices.map(({ level, subject }) => `${level} ${subject.kind}`);

  it("is sorted by how soon somebody must act", () => {
    expect(kinds(fleetModel())).toMatchInlineSnapshot(`
      [
        "page brake",
        "page brake",
        "ticket deadline",
        "ticket exception-ends",
        "ticket exception-ends",
        "ticket deadline",
        "ticket deadline",
        "ticket exploited",
        "ticket outcome-unverified",
        "ticket run-stopped",
        "digest promotion-waits",
        "digest blocked",
        "digest no-ring",
        "digest not-measured",
        "digest outcome-unknown",
        "digest reboot",
        "digest undated",
      ]
    `);
  });

  it("is nothing for a fleet where all is well", () => {
    const snap = snapshot(
      [patch("KB1", { category: "security" })],
      [device("p", "pilot", fact("KB1", "installed", { installedAt: "2026-03-11T00:00:00Z" }))],
    );
    const model = fleetModel({ snap, policySet: policy(), runs: null, history: null });
    expect(kinds(model)).toEqual([]);
    expect(model.coming).toEqual([]);
  });

  it.each([
    ["a manual rule", { rules: [rule("a/b", { then: "manual" })] }, "digest decide"],
    [
      "a decision that ends in two weeks",
      { decisions: [decision("d", { expires: NOW + 14 * 86_400 })] },
      "digest exception-ends",
    ],
    ["a hold that ends tomorrow", { holds: [hold("h", { until: NOW + 86_400 })] }, "ticket exception-ends"],
    ["a device in no ring", { rings: [] }, "digest no-ring"],
  ])("has %s", (_name, more, expected) => {
    const snap = snapshot([patch("KB1")], [device("p", "pilot", fact("KB1", "missing"))]);
    expect(kinds(fleetModel({ snap, policySet: policy(more), runs: null }))).toContain(expected);
  });

  it.each([
    ["an end in 15 days", { decisions: [decision("d", { expires: NOW + 15 * 86_400 })] }, "exception-ends"],
    ["an end that has passed", { decisions: [decision("d", { expires: NOW })] }, "exception-ends"],
    [
      "an emergency, which always ends soon",
      { emergencies: [emergency("e", { patches: patches({ id: "KB1" }) })] },
      "exception-ends",
    ],
    ["a manual rule for what is installed", { rules: [rule("a/b", { then: "manual" })] }, "decide"],
  ])("has nothing for %s", (_name, more, kind) => {
    const snap = snapshot([patch("KB1")], [device("p", "pilot", fact("KB1", "installed"))]);
    const model = fleetModel({ snap, policySet: policy(more), runs: null });
    expect(model.notices.map(({ subject }) => subject.kind)).not.toContain(kind);
  });
});

it("is the same whatever the order of devices and patches", () => {
  const lines = [
    device("b", "pilot", fact("KB2", "missing"), fact("KB1", "failed")),
    device("a", "production", fact("KB1", "missing")),
  ];
  const read = (one: SiteModel): unknown => ({
    worst: one.worst.map(({ id }) => id),
    patches: one.patches.map((row) => row.patch.id),
    notices: one.notices,
    statements: one.statements,
  });
  const policySet = sitePolicy();
  const forth = fleetModel({ policySet, snap: snapshot([patch("KB1"), patch("KB2")], lines) });
  const back = fleetModel({ policySet, snap: snapshot([patch("KB2"), patch("KB1")], lines.toReversed()) });
  expect(read(back)).toEqual(read(forth));
});
