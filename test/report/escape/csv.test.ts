import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { expect, it } from "vitest";
import { neutralizeCell } from "../../../src/report/escape/csv.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";

it.each([
  ["a formula", "=1+1", "'=1+1"],
  ["a formula after blanks", " \u00a0=1", "' \u00a0=1"],
  ["a formula on the second line", "ok\n=1", "ok\n'=1"],
  ["a formula after CR LF and blanks", "ok\r\n  +1", "ok\r\n'  +1"],
  ["a leading tab", "\tx", "'\tx"],
  ["a formula after another reader's separator", "ok;=1", "ok;'=1"],
  ["a full-width formula", "＝1", "'＝1"],
  ["a hidden start", "\ufeff=1", "'\\ufeff=1"],
  ["an escape sequence", "\u001b[31m", "\\x1b[31m"],
  ["an ordinary id", "apt:openssl@3.0.17-1~deb12u2", "apt:openssl@3.0.17-1~deb12u2"],
])("neutralises %s", (_name, text, cell) => {
  expect(neutralizeCell(text)).toBe(cell);
});

/** How a spreadsheet decides: the first character of a cell that is no blank, for each separator it may use. */
function runs(cell: string): boolean {
  return cell.split(/[\n\r\t;]/).some((part) => /^[\s\p{Z}\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u.test(part));
}

it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "gives a spreadsheet nothing to run of %s",
  (_name, text) => {
    const file = stringify([["a", neutralizeCell(text), "b"]]);
    const [row] = parse(file);
    expect(row).toHaveLength(3);
    expect(runs(row![1]!)).toBe(false);
    expect(row![1]).not.toMatch(/^[\t\r]/);
  },
);

it("takes time in line with the length of the text", () => {
  const long = `${" ".repeat(200_000)}x`;
  const started = performance.now();
  expect(neutralizeCell(long)).toBe(long);
  expect(neutralizeCell("\n \n".repeat(60_000))).toHaveLength(180_000);
  expect(performance.now() - started).toBeLessThan(20_000);
});
