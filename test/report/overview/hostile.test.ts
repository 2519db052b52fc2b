import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import type { Patch } from "../../../src/core/model.ts";
import type { Snapshot, TextColumn } from "../../../src/core/snapshot.ts";
import { COLUMN_NAMES, type OverviewReport } from "../../../src/report/overview/report.ts";
import { OVERVIEW_CSV_COLUMNS } from "../../../src/report/overview/csv.ts";
import { ago, device, fact, patch, policy, ring, rule, select, snapshot } from "../../core/builders.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { asCsv, asHtml, asJson, asMarkdown, asText, asXml, fromXml } from "./formats.ts";
import { makeOverviewReport } from "./make.ts";

const HARMLESS = snapshot(
  [patch("p", { supersedes: [] }), patch("q", { supersedes: ["p"] })],
  [
    {
      ...device(
        "d",
        "pilot",
        fact("p", "failed", { error: "e" }),
        fact("q", "installed", { installedAt: ago("1d") }),
      ),
      client: "c",
      site: "s",
      name: "n",
      os: { family: "windows", name: "o" },
    },
  ],
);

/** The same fleet with hostile text wherever a backend could put some, ids included: no reader stands between. */
function hostileSnapshot(text: string): Snapshot {
  const { patches, devices, facts } = HARMLESS;
  const say = (one: Patch, id: string): Patch => ({
    ...one,
    id,
    title: text,
    kb: text,
    vendor: text,
    product: text,
    category: text,
    severity: text,
    uninstallable: text,
  });
  const column = (own: TextColumn): TextColumn => ({
    ...own,
    values: own.values.map((v) => (v === "" ? v : text)),
  });
  return {
    ...HARMLESS,
    digest: text,
    patches: [say(patches[0]!, `${text}p`), { ...say(patches[1]!, text), supersedes: [`${text}p`] }],
    devices: {
      ...devices,
      id: [text],
      name: [text],
      client: column(devices.client),
      site: column(devices.site),
      os: column(devices.os),
    },
    facts: { ...facts, errors: new Map([[0, text]]) },
  };
}

function hostileReport(text: string): OverviewReport {
  const place = { file: text, line: 5, column: 7 };
  const policySet = policy({
    digest: text,
    rings: [ring(text, { devices: select({}) })],
    rules: [{ ...rule(text), place }],
  });
  const identity = { commit: text, dirty: true, digest: text };
  const report = makeOverviewReport(policySet, hostileSnapshot(text), {
    identity,
    superseded: true,
    groupBy: "device",
  });
  const all = [text];
  const filters = {
    client: all,
    site: all,
    ring: all,
    device: all,
    patch: all,
    status: all,
    superseded: true,
  };
  return { ...report, filters };
}

const CORPUS = HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text] as const);
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/u;

it("puts the text into every place", () => {
  const { groups } = JSON.parse(asJson(hostileReport("HOSTILE"))) as { groups: { rows: object[] }[] };
  const cells = groups[0]!.rows.flatMap((row) => Object.entries(row));
  const own = new Set(cells.filter(([, cell]) => String(cell).includes("HOSTILE")).map(([name]) => name));
  const ours = ["status", "stale", "verdict", "reason", "until", "soakEndsAt", "approval", "attempts"];
  const none = ["detectedAt", "installedAt", "installedBy", "installedBySuperseding", "deviceType"];
  const dates = ["releasedAt", "firstSeenAt"];
  const rest = COLUMN_NAMES.filter((name) => ![...ours, ...none, ...dates].includes(name));
  expect([...own].sort()).toEqual(rest.sort());
});

/** The tags of a page in their order, with attribute names but not their text. */
const tags = (html: string): string =>
  [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, "=")).join("");
const harmlessTags = tags(asHtml(hostileReport("x")));
const shapeOf = (markdown: string): number[] =>
  markdown.split("\n").map((line) => line.split(/(?<!\\)\|/).length);
const harmlessShape = shapeOf(asMarkdown(hostileReport("x")));

describe.each(CORPUS)("%s", (_name, text) => {
  const report = hostileReport(text);

  it("reaches no markup in HTML", () => {
    const html = asHtml(report);
    if (text !== "") expect(tags(html)).toBe(harmlessTags);
    expect(html.replace(/\n/g, "")).not.toMatch(UNSEEN);
  });

  it("stays in its element in XML", () => {
    const xml = asXml(report);
    expect(xml.replace(/\n/g, "")).not.toMatch(UNSEEN);
    expect(xml.split("<row>")).toHaveLength(3);
    expect(fromXml(xml).rows).toHaveLength(2);
  });

  it("is no formula and no line of its own in CSV", () => {
    const rows = parse(asCsv(report));
    expect(rows).toHaveLength(1 + 21 + 1 + 2);
    for (const row of rows) {
      expect(row).toHaveLength(OVERVIEW_CSV_COLUMNS.length);
      for (const cell of row) {
        for (const part of cell.split(/[\n\r\t;]/))
          expect(part).not.toMatch(/^[\s\p{Z}\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u);
        expect(cell.replace(/[\n\r\t]/g, "")).not.toMatch(UNSEEN);
      }
    }
  });

  it("is exact in JSON", () => {
    const read = JSON.parse(asJson(report)) as {
      groups: { name: string; rows: Record<string, unknown>[] }[];
    };
    expect(read.groups[0]!.name).toBe(text);
    expect(read.groups[0]!.rows[0]).toMatchObject({ device: text, title: text });
    expect(Object.keys(read.groups[0]!.rows[0]!)).toEqual(COLUMN_NAMES);
  });

  it("is no structure in Markdown", () => {
    const markdown = asMarkdown(report);
    expect(shapeOf(markdown)).toEqual(harmlessShape);
    expect(markdown).not.toMatch(/!\[|\]\(|:\/\/|\bwww\.|\bGH-\d/i);
    expect(markdown.replace(/&#\d+;/g, "").replace(/^#+ .*$/gm, "")).not.toMatch(/[@#]\w/);
    expect(markdown.replace(/\n/g, "")).not.toMatch(UNSEEN);
  });

  it("obeys nothing on a terminal", () => {
    const shown = asText(report);
    expect(shown.replace(/\n/g, "")).not.toMatch(UNSEEN);
    expect(shown).not.toMatch(/^\s*::|##\[|##vso\[/m);
    for (const line of shown.split("\n")) expect(line.length).toBeLessThanOrEqual(200);
  });
});

it("gives XML that the schema allows, for the whole corpus", async () => {
  const schema = readFileSync(new URL("../../../schemas/overview.xsd", import.meta.url), "utf8");
  const texts = [...HOSTILE_STRINGS, "\ufffe\uffff\ufdd0", "]]>", "&#0;"];
  const xml = texts.map((text, index) => ({
    fileName: `${index}.xml`,
    contents: asXml(hostileReport(text)),
  }));
  expect(await validateXML({ xml, schema: [schema] })).toMatchObject({ valid: true, errors: [] });
});
