import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import type { Comparison } from "../../../src/core/comparison.ts";
import { compareTotals } from "../../../src/report/compare/totals.ts";
import { viewComparison } from "../../../src/report/compare/view.ts";
import { renderCompareHtml } from "../../../src/report/html/compare.tsx";
import fc from "../../property.ts";
import { arbitraryComparison, hostileComparison } from "../compare/random-comparison.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";

const number = (text: string): number => Number(text.replaceAll(",", ""));
const plain = (html: string): string =>
  html.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** The rows of a table by its caption; cells as text. */
function rowsOf(html: string, caption: string): string[][] {
  const start = html.indexOf(`<caption>${caption}</caption>`);
  if (start < 0) return [];
  const body = html.slice(html.indexOf("<tbody>", start), html.indexOf("</tbody>", start));
  return body
    .split("<tr>")
    .slice(1)
    .map((row) => row.split(/<\/t[hd]>/).map((cell) => cell.replace(/<[^>]*>/g, "")));
}

it("has every total and every group of the comparison, in its order", () => {
  fc.assert(
    fc.property(arbitraryComparison(), (comparison) => {
      const html = renderCompareHtml(comparison);
      const totals = rowsOf(html, "All totals").map(([name, count]) => [name, number(count!)]);
      expect(Object.fromEntries(totals)).toEqual(compareTotals(comparison));
      const view = viewComparison(comparison);
      expect(plain(html)).toContain(`<h1>${view.headline}</h1>`);
      const devices = view.sections.flatMap(({ title }) => rowsOf(html, title).map((row) => number(row[1]!)));
      expect(devices).toEqual(comparison.changes.map((one) => one.devices));
      const sites = rowsOf(html, "Devices by site").map((row) => row.slice(2, 6).map(number));
      expect(sites).toEqual(view.sites.map((one) => [one.devices, one.stale, one.changed, one.dangerous]));
    }),
    { numRuns: 30 },
  );
});

/** The tags of a page in their order, with attribute names but not their text. */
function tags(html: string): string {
  return [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, "=")).join("");
}

const render = (comparison: Comparison): string => renderCompareHtml(comparison);
const harmless = render(hostileComparison("x"));

it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "keeps its tags and attributes for %s",
  (_name, text) => {
    const html = render(hostileComparison(text));
    expect(tags(html)).toBe(tags(harmless));
    expect(html.replace(/\n/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  },
);

it("allows itself one style sheet, by its hash; every table has a caption and scopes", () => {
  const [, style] = /<style>([^]*)<\/style>/.exec(harmless)!;
  const hash = createHash("sha256").update(style!).digest("base64");
  expect(plain(harmless)).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  );
  expect(harmless).not.toMatch(/<script|<link|<img|<a |\son\w+=|\sstyle=|https?:/i);
  expect(harmless.split("<table>").length).toBe(harmless.split("<caption>").length);
  expect(harmless).not.toMatch(/<th(?! scope=)[ >]/);
});
