import fc from "../../property.ts";
import { expect, it } from "vitest";
import { escapeTerminal } from "../../../src/report/escape/terminal.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";

const RAW = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

it.each([
  ["an escape sequence", "\u001b[31mred", "\\x1b[31mred"],
  ["an 8-bit control", "\u009b31m", "\\x9b31m"],
  ["a line break", "a\r\nb\tc", "a\\r\\nb\\tc"],
  ["a bidi override", "KB\u202e01", "KB\\u202e01"],
  ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
  ["half a character", "a\ud83d", "a\\ud83d"],
  ["a pile of marks", "e\u0301\u0301\u0301", "e\u0301\u0301\\u0301"],
  ["an order to a CI log at the start", "::error::x", ":\\x3aerror::x"],
  ["an order to a CI log after a blank", "a ::error::x", "a :\\x3aerror::x"],
  ["an old order to a CI log", "a ##[error]x ##vso[x]", "a #\\x23[error]x #\\x23vso[x]"],
  ["an ordinary name", "perl:Foo::Bar C:\\x é 家", "perl:Foo::Bar C:\\x é 家"],
])("shows %s", (_name, text, shown) => {
  expect(escapeTerminal(text)).toBe(shown);
});

it("keeps to its length and cuts through no escape", () => {
  expect(escapeTerminal("abcdef", 4)).toBe("abc…");
  expect(escapeTerminal("ab\u001bcd", 5)).toBe("ab…");
  expect(escapeTerminal("ab🧨🧨", 4)).toBe("ab…");
});

it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "prints nothing raw of %s",
  (_name, text) => {
    const shown = escapeTerminal(text);
    expect(shown).not.toMatch(RAW);
    expect(shown.length).toBeLessThanOrEqual(200);
    expect(shown).not.toMatch(/(?:^|\s)::|##[\w.-]*\[/);
  },
);

it("prints nothing raw of any text", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.integer({ min: 1, max: 250 }),
      (text, max) => {
        const shown = escapeTerminal(text, max);
        expect(shown).not.toMatch(RAW);
        expect(shown.length).toBeLessThanOrEqual(max);
      },
    ),
    { numRuns: 200 },
  );
});
