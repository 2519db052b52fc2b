import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { OVERVIEW_GROUPS } from "../../../src/core/overview-columns.ts";
import { COLUMN_NAMES, overviewTotals } from "../../../src/report/overview/report.ts";
import { fleetReport } from "./fleet.ts";
import {
  asCsv,
  asHtml,
  asJson,
  asMarkdown,
  asText,
  asXml,
  fromCsv,
  fromHtml,
  fromJson,
  fromMarkdown,
  fromXml,
  recount,
  totalsOfText,
} from "./formats.ts";

const WISHES = [
  ...OVERVIEW_GROUPS.map((groupBy) => ({ groupBy })),
  { groupBy: "device", superseded: true },
  { groupBy: "site", status: ["missing", "stale"] },
  { groupBy: "client", client: ["zeta"], superseded: true },
  { groupBy: "patch", patch: ["KB4"] },
  { groupBy: "patch", device: ["ws-9"] },
] as const;
const CASES = WISHES.map((wish) => [JSON.stringify(wish), wish] as const);

it.each(CASES)("says the same in every format: %s", (_name, wish) => {
  const report = fleetReport(wish);
  const json = fromJson(asJson(report));
  expect(json.totals).toEqual(overviewTotals(report));
  for (const other of [
    fromCsv(asCsv(report)),
    fromXml(asXml(report)),
    fromHtml(asHtml(report)),
    fromMarkdown(asMarkdown(report)),
  ]) {
    expect(other).toEqual(json);
  }
  expect(totalsOfText(asText(report))).toEqual(json.totals);
  expect(totalsOfText(asText(report, 0, 60))).toEqual(json.totals);
  for (const short of [fromHtml(asHtml(report, 1)), fromMarkdown(asMarkdown(report, 0))]) {
    expect(short.totals).toEqual(json.totals);
  }
});

it.each(CASES)("counts what its rows and groups say: %s", (_name, wish) => {
  const report = fleetReport(wish);
  const { totals, groups, rows } = fromJson(asJson(report));
  const sum = (name: string): number => groups.reduce((all, group) => all + group[name]!, 0);
  const again = recount(rows);
  expect(totals["shown"]).toBe(rows.length);
  expect(sum("shown")).toBe(rows.length);
  expect(totals["groups"]).toBe(groups.length);
  if ("status" in wish) return;
  for (const [name, count] of Object.entries(again)) {
    if ("superseded" in wish || !["superseded", "installedBySuperseding"].includes(name)) {
      expect([name, totals[name]]).toEqual([name, count]);
    }
  }
  expect(totals["facts"]).toBe(rows.length + totals["hidden"]!);
});

it("names every column of a row in the order of the list, in every format", () => {
  const report = fleetReport();
  const [group] = (JSON.parse(asJson(report)) as { groups: { rows: object[] }[] }).groups;
  expect(Object.keys(group!.rows[0]!)).toEqual(COLUMN_NAMES);
  expect(asCsv(report).split("\n")[0]!.split(",").slice(-COLUMN_NAMES.length)).toEqual(COLUMN_NAMES);
  expect(Object.keys(fromHtml(asHtml(report)).rows[0]!)).toEqual(COLUMN_NAMES);
  expect(Object.keys(fromMarkdown(asMarkdown(report)).rows[0]!)).toEqual(COLUMN_NAMES);
  const xsd = readFileSync(new URL("../../../schemas/overview.xsd", import.meta.url), "utf8");
  const row = /<xs:complexType name="row">(.*?)<\/xs:complexType>/s.exec(xsd)![1]!;
  expect([...row.matchAll(/<xs:element name="(\w+)"/g)].map(([, name]) => name)).toEqual(COLUMN_NAMES);
});

const XSD = readFileSync(new URL("../../../schemas/overview.xsd", import.meta.url), "utf8");

it("is XML that its schema allows, and that schema refuses what it does not", async () => {
  const xml = WISHES.map((wish, index) => ({
    fileName: `${index}.xml`,
    contents: asXml(fleetReport(wish)),
  }));
  expect(await validateXML({ xml, schema: [XSD] })).toMatchObject({ valid: true, errors: [] });
  const wrong = xml[0]!.contents.replace("<status>missing</status>", "<status>gone</status>");
  expect(wrong).not.toBe(xml[0]!.contents);
  expect(await validateXML({ xml: wrong, schema: [XSD] })).toMatchObject({ valid: false });
});
