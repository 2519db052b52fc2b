import { expect, it } from "vitest";
import type { Comparison } from "../../../src/core/comparison.ts";
import { ACTIONS } from "../../../src/core/model.ts";
import { renderCompareMarkdown } from "../../../src/report/compare/markdown.ts";
import { renderCompareText } from "../../../src/report/compare/text.ts";
import { compareTotals, type CompareTotals } from "../../../src/report/compare/totals.ts";
import fc from "../../property.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { arbitraryComparison, hostileComparison } from "./random-comparison.ts";

const number = (text: string | undefined): number => Number((text ?? "NaN").replaceAll(",", ""));

/** The number that a reader finds by its words. */
function find(text: string, pattern: RegExp): number {
  return number(pattern.exec(text.replace(/\s+/g, " "))?.[1]);
}

/** What the sentences on top say; the same sentences stand on every surface. */
function fromSentences(text: string): CompareTotals {
  const top = text.slice(0, text.indexOf("Removals and releases")).replace(/\s+/g, " ");
  const line = (start: string): string => new RegExp(`${start}: ([^.]*)\\.`).exec(top)?.[1] ?? "";
  const byAction = (prefix: string, own: string): Record<string, number> =>
    Object.fromEntries(
      ACTIONS.map((a) => [`${prefix} ${a}`, find(own, new RegExp(`([\\d,]+) ${a}(?![\\w-])`))]),
    );
  const changed = /Would change no decision/.test(top) ? 0 : find(top, /Would change ([\d,]+)/);
  return {
    "changed decisions": changed,
    "unchanged decisions": find(top, /Unchanged: ([\d,]+)/),
    "devices with changes": changed === 0 ? 0 : find(top, /decisions? on ([\d,]+) of/),
    "dangerous changes": find(top, /Dangerous: ([\d,]+)/),
    ...byAction("appears", line("Actions that appear")),
    ...byAction("disappears", line("Actions that disappear")),
    "actions that change": find(top, /Actions that change: ([\d,]+)/),
    "only the verdict changes": find(top, /Only the verdict changes: ([\d,]+)/),
    "other time": find(top, /of these ([\d,]+) with another time/),
    "other statement": find(top, /and ([\d,]+) by another statement/),
    "new findings": find(text, /New findings: ([\d,]+)/),
    "resolved findings": find(text, /resolved: ([\d,]+)/),
    facts: find(top, /Unchanged: [\d,]+ of ([\d,]+)/),
  };
}

function fromTable(markdown: string): CompareTotals {
  const table = markdown.slice(markdown.indexOf("<summary>All totals"));
  return Object.fromEntries(
    [...table.matchAll(/^\| ([a-z -]+) \| ([\d,]+) \|$/gm)].map((m) => [m[1]!, number(m[2])]),
  );
}

const text = (comparison: Comparison, width = 100, maxRows: number | null = null): string =>
  renderCompareText(comparison, { width, color: false, maxRows });

it("text, Markdown and JSON show the same totals", () => {
  fc.assert(
    fc.property(arbitraryComparison(), (comparison) => {
      const totals = compareTotals(comparison);
      const json = compareTotals(JSON.parse(JSON.stringify(comparison)) as Comparison);
      expect(json).toEqual(totals);
      const spoken = fromSentences(text(comparison, 100, 3));
      expect(totals).toMatchObject(spoken);
      expect(fromSentences(renderCompareMarkdown(comparison))).toEqual(spoken);
      const whole = renderCompareMarkdown(comparison, { maxRows: 0, maxLength: 1_000_000 });
      expect(fromTable(whole)).toEqual(totals);
    }),
    { numRuns: 60 },
  );
});

it.each(HOSTILE_STRINGS.map((hostile) => [JSON.stringify(hostile).slice(0, 60), hostile]))(
  "on a terminal %s controls nothing",
  (_name, hostile) => {
    const shown = text(hostileComparison(hostile), 60);
    expect(shown.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
    expect(shown).not.toMatch(/^::/m);
  },
);
