import fc from "../../property.ts";
import { describe, expect, it } from "vitest";
import { CHANGE_DANGERS, type Comparison } from "../../../src/core/comparison.ts";
import { renderCompareMarkdown } from "../../../src/report/compare/markdown.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { arbitraryComparison, hostileComparison, makeComparison } from "./random-comparison.ts";

const number = (text: string | undefined): number => Number((text ?? "NaN").replaceAll(",", ""));
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

interface Section {
  readonly title: string;
  /** Of the heading: what the section holds in all. */
  readonly total: number;
  readonly shown: readonly number[];
  readonly hiddenGroups: number;
  readonly hidden: number;
}

/** The sections as a reader finds them. `devices` is the position of that cell. */
function readSections(markdown: string): Section[] {
  return markdown
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const lines = part.split("\n");
      const header = lines.find((line) => line.startsWith("| ") && line.includes("Devices")) ?? "";
      const column = header.split(" | ").findIndex((cell) => cell.replace("| ", "") === "Devices");
      const rows = header === "" ? [] : lines.slice(lines.indexOf(header) + 2);
      const end = rows.findIndex((line) => !line.startsWith("|"));
      const shown = rows
        .slice(0, Math.max(end, 0))
        .map((line) => number(line.replace(/^\| /, "").split(" | ")[column]));
      const more = /^… and ([\d,]+) more groups? with ([\d,]+) decisions?: not shown here\.$/m.exec(part);
      const title = lines[0]!;
      return {
        title,
        total: sum([...title.matchAll(/[\d,]*\d/g)].map((match) => number(match[0]))),
        shown,
        hiddenGroups: number(more?.[1] ?? "0"),
        hidden: number(more?.[2] ?? "0"),
      };
    })
    .filter(({ title }) => !/^(Guards|New findings)/.test(title));
}

/** The pipes of each table line, outside code. */
function expectClosed(markdown: string): void {
  const count = (pattern: RegExp): number => [...markdown.matchAll(pattern)].length;
  expect(count(/<details>/g)).toBe(count(/<\/details>/g));
  expect(count(/<summary>/g)).toBe(count(/<\/summary>/g));
  expect(count(/<code>/g)).toBe(count(/<\/code>/g));
  expect(count(/^ {0,3}(```|~~~)/gm) % 2).toBe(0);
  let width = 0;
  for (const line of markdown.split("\n")) {
    if (!line.startsWith("|")) {
      width = 0;
      continue;
    }
    const pipes = line.replace(/`[^`]*`/g, "CODE").split("|").length;
    if (width === 0) width = pipes;
    expect(pipes, line).toBe(width);
    expect(line.endsWith(" |"), line).toBe(true);
    expect(line.split("`").length % 2, line).toBe(1);
  }
}

describe("the comment", () => {
  it.each([60_000, 20_000])(
    "of any comparison fits %i characters and keeps every promise of the ladder",
    (maxLength) => {
      let shortened = 0;
      fc.assert(
        fc.property(arbitraryComparison(), (comparison) => {
          const markdown = renderCompareMarkdown(comparison, { maxRows: null, maxLength });
          expect(markdown.length).toBeLessThanOrEqual(maxLength);
          expectClosed(markdown);
          const sections = readSections(markdown);
          for (const { title, total, shown, hidden } of sections)
            expect(sum(shown) + hidden, title).toBe(total);
          const changes = sections.filter(({ title }) => !title.startsWith("Another time"));
          const rows = changes.map(({ shown, hidden }) => sum(shown) + hidden);
          const headline = /Would change (?:([\d,]+) decisions? on|no decision)/.exec(markdown)!;
          expect(sum(rows)).toBe(headline[1] === undefined ? 0 : number(headline[1]));
          expect(sum(sections.map(({ shown, hiddenGroups }) => shown.length + hiddenGroups))).toBe(
            comparison.changes.length + comparison.timing.length,
          );
          // Sections stand in the order of danger: after the first hidden row none is shown.
          const from = sections.findIndex(({ hidden }) => hidden > 0);
          if (from >= 0) {
            shortened += 1;
            expect(sections.slice(from + 1).flatMap(({ shown }) => shown)).toEqual([]);
          }
          expect(sections[0]!.title).toMatch(/^Removals and releases: /);
        }),
        { numRuns: 120 },
      );
      expect(shortened).toBeGreaterThan(5);
    },
  );

  it("hides no danger while something harmless is shown", () => {
    fc.assert(
      fc.property(arbitraryComparison(), fc.nat({ max: 40 }), (comparison, maxRows) => {
        const markdown = renderCompareMarkdown(comparison, { maxRows, maxLength: 60_000 });
        const count = sum(readSections(markdown).map(({ shown }) => shown.length));
        const shownDangers = comparison.changes
          .slice(0, count)
          .map(({ danger }) => CHANGE_DANGERS.indexOf(danger));
        const hiddenDangers = comparison.changes
          .slice(count)
          .map(({ danger }) => CHANGE_DANGERS.indexOf(danger));
        expect(count).toBeLessThanOrEqual(maxRows);
        expect(Math.max(-1, ...shownDangers)).toBeLessThanOrEqual(Math.min(99, ...hiddenDangers));
        const shown = readSections(markdown).flatMap((section) => section.shown);
        const timing = comparison.timing.map(({ devices }) => devices);
        expect(shown).toEqual(
          [...comparison.changes.map(({ devices }) => devices), ...timing].slice(0, count),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("says so when nothing changes, and still has the section of removals", () => {
    const empty = makeComparison({ groups: [], timing: [], findings: [], guards: [] });
    const markdown = renderCompareMarkdown(empty);
    expect(markdown).toMatch(/^## Patch policy: Would change no decision\.\n/);
    expect(markdown).toContain("\n### Removals and releases: none\n");
  });
});

/** For each line the number of pipes, and which tags there are. */
function shape(markdown: string): { readonly pipes: string; readonly tags: string } {
  const outsideCode = markdown.replace(/`[^`\n]*`/g, "CODE").replace(/<\/?code>/g, "");
  return {
    pipes: outsideCode
      .split("\n")
      .map((line) => line.split("|").length - 1)
      .join(" "),
    tags: [...outsideCode.matchAll(/<[^>]*>/g)].join(" "),
  };
}

const render = (comparison: Comparison): string => renderCompareMarkdown(comparison);
const harmless = shape(render(hostileComparison("x")));

it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "keeps its cells, lines and tags for %s",
  (_name, text) => {
    const markdown = render(hostileComparison(text));
    expect(shape(markdown)).toEqual(harmless);
    const visible = markdown.replace(/`[^`\n]*`/g, "");
    expect(visible).not.toMatch(/!\[|\]\(|:\/\/|\bwww\.|\bGH-\d/i);
    expect(visible.replace(/&#\d+;/g, "")).not.toMatch(/[@#]\w/);
  },
);
