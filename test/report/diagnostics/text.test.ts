import { describe, expect, it } from "vitest";
import { codeFrame } from "../../../src/report/diagnostics/code-frame.ts";
import { summarizeDiagnostics } from "../../../src/report/diagnostics/count.ts";
import { renderDiagnosticsText } from "../../../src/report/diagnostics/text.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { duplicateRing, hostileDiagnostic, noFleet, samples, unknownRing, windowGap } from "./samples.ts";

it("has the shape of the house style", () => {
  expect(renderDiagnosticsText([unknownRing, windowGap])).toBe(`\
rings/production.yaml:7:12: error: Unknown ring [policy/unknown-ring]
    7 |     after: brod
      |            ^^^^
  "production" comes after a ring named "brod", but no policy defines it. Defined rings: broad, pilot.
  Fix: write \`after: broad\`, or add a ring named "brod".

schedules/sunday-night.yaml:8:10: error: Window start never occurs [policy/window-gap]
    8 |   start: "02:30"
      |          ^^^^^^^
  02:30 does not exist in Europe/Berlin on 2027-03-28 (02:00 jumps to 03:00), so the window would not open that night.
  Fix: start at 01:30 or 03:00, or set \`dst: shift-forward\`.
`);
});

it("names the other place, and does without a place, a detail or a fix", () => {
  expect(renderDiagnosticsText([duplicateRing, noFleet])).toBe(`\
rings/b.yaml:3:19: warning: Two rings of one name [policy/duplicate-name]
    3 | metadata: { name: pilot }
      |                   ^^^^^
  A name stands for one ring.
  The first by file is used.
  rings/a.yaml:3:19: the other one is here

info: No fleet defined [policy/no-fleet]
  Fix: patchring init
`);
});

it("is empty for none", () => {
  expect(renderDiagnosticsText([])).toBe("");
  expect(summarizeDiagnostics([])).toBe("no findings");
  expect(summarizeDiagnostics(samples)).toBe("2 errors, 1 warning, 1 note");
});

describe("the mark", () => {
  const place = { file: "a.yaml", line: 12, column: 1, length: 1, text: "" };
  it.each([
    [
      "after a tab",
      { ...place, text: "\ta: b", column: 5, length: 1 },
      ["   12 | \\ta: b", "      |      ^"],
    ],
    ["after wide characters", { ...place, text: "家: b", column: 4 }, ["   12 | 家: b", "      |     ^"]],
    ["past the end", { ...place, text: "a:", column: 9, length: 3 }, ["   12 | a:", "      |   ^"]],
    [
      "longer than the line",
      { ...place, text: "a: b", column: 4, length: 99 },
      ["   12 | a: b", "      |    ^"],
    ],
    ["of an empty line", place, ["   12 |", "      | ^"]],
  ])("stands right %s", (_name, where, frame) => {
    expect(codeFrame(where)).toEqual(frame);
  });

  it("stays in sight on a long line", () => {
    const [line, mark] = codeFrame({
      ...place,
      text: `${"a".repeat(150)}XY${"b".repeat(48)}`,
      column: 151,
      length: 2,
    });
    expect(line!.length).toBeLessThan(120);
    expect(line!.slice(mark!.indexOf("^"), mark!.lastIndexOf("^") + 1)).toBe("XY");
  });
});

it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "prints nothing that acts on a terminal or a log for %s",
  (_name, text) => {
    const out = renderDiagnosticsText([hostileDiagnostic(text)]);
    expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    for (const line of out.split("\n")) expect(line.trim()).not.toMatch(/^::|##[\w.-]*\[/);
  },
);
