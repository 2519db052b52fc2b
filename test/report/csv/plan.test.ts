import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { PLAN_CSV_COLUMNS, renderPlanCsv } from "../../../src/report/csv/plan.ts";
import { EMPTY_CONTEXT } from "../../../src/report/plan-context.ts";
import { hostileContext, hostilePlan } from "../hostile-plan.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { storyContext, storyPlan } from "../story.ts";

it("has a line a row, totals and guards first", () => {
  const lines = renderPlanCsv(storyPlan, storyContext).split("\n");
  const firstOf = (section: string): string | undefined =>
    lines.find((line) => line.startsWith(`${section},`));
  expect(
    [lines[0], ...["total", "guard", "action", "scheduled", "blocked", "waiting"].map(firstOf)].join("\n"),
  ).toMatchInlineSnapshot(`
    "section,name,count,limit,tripped,device,client,site,type,patch,title,severity,action,ring,status,approval,verdict,reason,source,place,opensAt,until
    total,approve,204,,,,,,,,,,,,,,,,,,,
    guard,actionsPerRun,246,500,no,,,,,,,,,,,,,,,,,
    action,,1,,,cnc-plant-001,Northwind,Leeds,workstation,KB2724197,Security Update for Windows Kernel,important,ignore,production,pending,approve,ignore,DECIDED,Decision/ignore-kb2724197-on-cnc,decisions/cnc.yaml:3,,
    scheduled,,1,,,srv-erp-001,Northwind,Leeds,server,KB5990155,2026-03 Cumulative Update for Windows Server 2022,critical,approve,pilot,missing,,approve,FROZEN,microsoft/security,rules/microsoft.yaml:14,2026-04-01T00:00:00Z,
    blocked,,1,,,ws-lon-130,Harbor Dental,London,workstation,app:google-chrome@146.0.1,Google Chrome 146.0.1,critical,approve,production,missing,,approve,STALE_SCAN,browsers/critical,rules/browsers.yaml:9,,
    waiting,,24,,,,,,,KB5990170,2026-03 .NET Framework Update,moderate,,pilot,,,,DELAY,,,,2026-03-20T17:00:00Z"
  `);
});

it("leaves cells empty for what the context does not know", () => {
  const [row] = parse<Record<string, string>>(renderPlanCsv(storyPlan, EMPTY_CONTEXT), {
    columns: true,
  }).filter((line) => line["section"] === "action");
  expect(row).toMatchObject({ device: "cnc-plant-001", title: "", client: "", approval: "", place: "" });
});

it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "keeps its columns and gives a spreadsheet nothing to run for %s",
  (_name, text) => {
    const rows = parse(renderPlanCsv(hostilePlan(text), hostileContext(text)));
    expect(rows).toHaveLength(1 + 24 + 6 + 2 + 1 + 1 + 1);
    for (const row of rows) {
      expect(row).toHaveLength(PLAN_CSV_COLUMNS.length);
      for (const cell of row) {
        for (const part of cell.split(/[\n\r\t;]/))
          expect(part).not.toMatch(/^[\s\p{Z}\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u);
        expect(cell.replace(/[\n\r\t]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
    }
  },
);
