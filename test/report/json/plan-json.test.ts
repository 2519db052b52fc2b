import { describe, expect, it } from "vitest";
import type { Plan, VerdictRow } from "../../../src/core/plan.ts";
import { writePlanJson } from "../../../src/report/json/plan-json.ts";
import { verdictLine, writeVerdictLines } from "../../../src/report/json/verdict-lines.ts";
import { hostilePlan } from "../hostile-plan.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { storyPlan } from "../story.ts";

function written(plan: Plan): string {
  const pieces: string[] = [];
  writePlanJson(plan, (piece) => pieces.push(piece));
  return pieces.join("");
}

/** 1,000 rows go out at once: one less, exactly, one more, and several. */
const sizes = [0, 1, 999, 1000, 1001, 2500];

describe("a plan as JSON", () => {
  it.each(sizes)("with %i rows is what JSON.stringify gives", (size) => {
    const rows = Array.from({ length: size }, (_, index) => ({
      ...storyPlan.actions[0]!,
      device: `d${index}`,
    }));
    const plan = { ...storyPlan, actions: rows, scheduled: [] };
    expect(written(plan)).toBe(`${JSON.stringify(plan)}\n`);
  });

  it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
    "is exact for %s",
    (_n, text) => {
      const plan = hostilePlan(text);
      expect(written(plan)).toBe(`${JSON.stringify(plan)}\n`);
    },
  );

  it("keeps keys that a later version adds, in their place", () => {
    const { format, ...rest } = storyPlan;
    const plan = { format, later: [1, { a: null }], absent: undefined, ...rest };
    expect(written(plan)).toBe(`${JSON.stringify(plan)}\n`);
  });

  it("goes out in pieces", () => {
    const rows = Array.from({ length: 20_000 }, () => storyPlan.actions[0]!);
    let longest = 0;
    writePlanJson({ ...storyPlan, actions: rows }, (piece) => (longest = Math.max(longest, piece.length)));
    expect(longest).toBeLessThan(500_000);
  });
});

describe("verdict lines", () => {
  const row: VerdictRow = {
    device: "ws-001",
    patch: "KB5990141",
    ring: "production",
    verdict: "wait",
    reason: "SOAK",
    source: "microsoft/security",
    until: "2026-03-19T03:10:00Z",
  };

  it.each(["", ...HOSTILE_STRINGS].map((text) => [JSON.stringify(text).slice(0, 60), text]))(
    "are what JSON.stringify gives for %s",
    (_name, text) => {
      for (const one of [
        { ...row, device: text, patch: text, ring: text, source: text, until: text },
        { ...row, device: text, ring: null, source: null, until: null },
      ]) {
        expect(verdictLine(one)).toBe(`${JSON.stringify(one)}\n`);
      }
    },
  );

  it("come out in order and complete, in pieces", () => {
    const rows = Array.from({ length: 2000 }, (_, index) => ({ ...row, device: `d${index}` }));
    const pieces: string[] = [];
    writeVerdictLines(rows, (piece) => pieces.push(piece));
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe(rows.map(verdictLine).join(""));
  });

  it("of no rows are no output", () => {
    const pieces: string[] = [];
    writeVerdictLines([], (piece) => pieces.push(piece));
    expect(pieces).toEqual([]);
  });
});
