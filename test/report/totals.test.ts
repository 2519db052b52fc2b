import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { ACTIONS, VERDICTS } from "../../src/core/model.ts";
import type { Plan } from "../../src/core/plan.ts";
import { renderPlanCsv } from "../../src/report/csv/plan.ts";
import { renderPlanHtml } from "../../src/report/html/plan.tsx";
import { writePlanJson } from "../../src/report/json/plan-json.ts";
import { renderPlanMarkdown } from "../../src/report/markdown/plan.ts";
import { planTotals, type PlanTotals } from "../../src/report/plan-totals.ts";
import { renderPlanText } from "../../src/report/text/plan.ts";
import { storyContext, storyPlan } from "./story.ts";

const number = (text: string | undefined): number => Number((text ?? "NaN").replaceAll(",", ""));

/** The number that stands before or after a word, as a reader finds it. */
function find(text: string, pattern: RegExp): number {
  return number(pattern.exec(text.replace(/\s+/g, " "))?.[1]);
}

function fromText(text: string): PlanTotals {
  const counts = text.slice(0, text.indexOf("\n\n"));
  const verdicts = text.slice(text.indexOf("Verdicts on"));
  return {
    ...Object.fromEntries(ACTIONS.map((a) => [a, find(counts, new RegExp(`([\\d,]+) ${a}\\b`))])),
    actions: find(counts, /send ([\d,]+) actions/),
    "devices with actions": find(counts, /to ([\d,]+) of/),
    destructive: find(counts, /([\d,]+) destructive/),
    "take back an approval": find(text, /take back an approval: ([\d,]+)/),
    scheduled: find(counts, /([\d,]+) scheduled/),
    blocked: find(counts, /([\d,]+) blocked/),
    waiting: find(counts, /([\d,]+) waiting/),
    "tripped guards": text.includes("STOPPED BY A GUARD") ? 1 : 0,
    devices: find(counts, /of ([\d,]+) devices/),
    "stale devices": find(text, /\(([\d,]+) stale\)/),
    patches: find(text, /([\d,]+) patches/),
    facts: find(verdicts, /on ([\d,]+) facts/),
    ...Object.fromEntries(
      VERDICTS.map((v) => [`verdict ${v}`, find(verdicts, new RegExp(`([\\d,]+) ${v}\\b`))]),
    ),
  };
}

function fromMarkdown(text: string): PlanTotals {
  const table = text.slice(text.indexOf("<summary>All totals"));
  return Object.fromEntries(
    [...table.matchAll(/^\| ([a-z -]+) \| ([\d,]+) \|$/gm)].map((m) => [m[1]!, number(m[2])]),
  );
}

function fromHtml(text: string): PlanTotals {
  const table = text.slice(text.indexOf("<h2>All totals"));
  return Object.fromEntries(
    [...table.matchAll(/<th scope="row">([^<]+)<\/th><td class="number">([\d,]+)</g)].map((m) => [
      m[1]!,
      number(m[2]),
    ]),
  );
}

type Cells = Readonly<Record<string, string>>;

/** Counted again from the rows where the rows say it, else read from the `total` lines. */
function fromCsv(text: string): PlanTotals {
  const lines = parse<Cells>(text, { columns: true });
  const rows = (section: string): Cells[] => lines.filter((line) => line["section"] === section);
  const given = Object.fromEntries(rows("total").map((line) => [line["name"]!, Number(line["count"])]));
  const actions = rows("action");
  const count = (action: string): number => actions.filter((line) => line["action"] === action).length;
  const takeBack = actions.filter(
    (line) => line["action"] === "ignore" && line["approval"] === "approve",
  ).length;
  return {
    ...given,
    ...Object.fromEntries(ACTIONS.map((action) => [action, count(action)])),
    actions: actions.length,
    "devices with actions": new Set(actions.map((line) => line["device"])).size,
    destructive: count("uninstall") + takeBack,
    "take back an approval": takeBack,
    scheduled: rows("scheduled").length,
    blocked: rows("blocked").length,
    waiting: rows("waiting").reduce((sum, line) => sum + Number(line["count"]), 0),
    "tripped guards": rows("guard").filter((line) => line["tripped"] === "yes").length,
  };
}

function fromJson(plan: Plan): PlanTotals {
  let text = "";
  writePlanJson(plan, (piece) => (text += piece));
  return planTotals(JSON.parse(text) as Plan);
}

const totals = planTotals(storyPlan);
it.each([
  ["text", fromText(renderPlanText(storyPlan, storyContext, { width: 100, color: false, maxRows: null }))],
  ["narrow text", fromText(renderPlanText(storyPlan, storyContext, { width: 60, color: false, maxRows: 0 }))],
  ["Markdown", fromMarkdown(renderPlanMarkdown(storyPlan, storyContext))],
  [
    "short Markdown",
    fromMarkdown(renderPlanMarkdown(storyPlan, storyContext, { maxRows: 1, maxLength: 60_000 })),
  ],
  ["HTML", fromHtml(renderPlanHtml(storyPlan, storyContext))],
  ["CSV", fromCsv(renderPlanCsv(storyPlan, storyContext))],
  ["JSON", fromJson(storyPlan)],
])("%s shows the totals of the plan", (_format, found) => {
  expect(found).toEqual(totals);
});

it("counts what the rows of the plan say", () => {
  expect(totals).toMatchObject({
    actions: 246,
    uninstall: 2,
    "do-nothing": 31,
    destructive: 5,
    waiting: 381,
  });
  expect(VERDICTS.reduce((sum, verdict) => sum + totals[`verdict ${verdict}`]!, 0)).toBe(totals["facts"]);
});
