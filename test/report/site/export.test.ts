/** Tables of the site as files: what is in them, and that a real browser saves them under the site's own policy. */
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderSite } from "../../../src/report/site/render-site.tsx";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { hostileModel } from "./hostile-site.ts";
import { hasBrowser, SiteBrowser } from "./open-site.ts";
import { fleetModel } from "./site-fleet.ts";

/** Every file of a page by its name. */
function filesOf(html: string): Readonly<Record<string, string>> {
  const links = html.matchAll(/<a href="data:text\/csv;charset=utf-8,([^"]*)" download="([\w-]+)\.csv">/g);
  return Object.fromEntries([...links].map(([, text, name]) => [name!, decodeURIComponent(text!)]));
}

const rowsOf = (csv: string): Record<string, string>[] => parse(csv, { columns: true });

describe("the file of a table", () => {
  const model = fleetModel();
  const files = filesOf(renderSite(model, null));

  it("is there for deadlines, patches and devices, with the numbers of the page", () => {
    expect(Object.keys(files).sort()).toEqual(["deadlines", "devices", "patches"]);
    const devices = rowsOf(files["devices"]!);
    expect(devices.map((row) => row["device"])).toEqual(model.worst.map(({ id }) => id));
    expect(devices.map((row) => Number(row["knownExploited"]))).toEqual(
      model.worst.map(({ exploited }) => exploited),
    );
    const deadlines = rowsOf(files["deadlines"]!);
    const late = deadlines.filter((row) => row["state"] === "overdue");
    expect(late.reduce((sum, row) => sum + Number(row["devices"]), 0)).toBe(model.deadlines!.totals.overdue);
    for (const row of rowsOf(files["patches"]!)) {
      const found = model.patches.find(({ patch }) => patch.id === row["patch"])!;
      expect(Number(row["missing"])).toBe(found.states.missing);
      expect(Number(row["installed"])).toBe(found.states.installed);
    }
  });

  it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text] as const))(
    "runs nothing of %s",
    (_name, text) => {
      const html = renderSite(hostileModel(text), null);
      for (const csv of Object.values(filesOf(html))) {
        const rows = parse(csv);
        expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
        for (const cell of rows.flat()) {
          expect(cell).not.toMatch(/^[\s\p{Z}\p{Cf}]*[=+\-@＝＋－＠\t\r]/u);
          expect(cell).not.toMatch(/[\p{Cf}\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/u);
        }
      }
    },
  );

  describe.runIf(hasBrowser)("in a browser", () => {
    const site = new SiteBrowser();
    beforeAll(() => site.start());
    afterAll(() => site.stop());

    it("is saved by a click, under the policy of the page", async () => {
      const { page, said, close } = await site.open(renderSite(model, null), "#devices");
      const download = page.waitForEvent("download");
      await page.click('a[download="devices.csv"]');
      const saved = await download;
      expect(saved.suggestedFilename()).toBe("devices.csv");
      expect(readFileSync(await saved.path(), "utf8")).toBe(files["devices"]);
      expect(said.filter((line) => !line.startsWith("request: data:"))).toEqual([]);
      await close();
    });
  });
});
