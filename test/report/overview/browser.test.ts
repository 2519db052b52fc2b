/** The page in a real browser: what it says to assistive technology, on a narrow screen and on paper. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asHtml } from "./formats.ts";
import { fleetReport } from "./fleet.ts";

const CHROMIUM = process.env["PATCHRING_CHROMIUM"] ?? "/usr/bin/chromium";
const found = existsSync(CHROMIUM);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

it.runIf(!found)("has a browser to look with", () => {
  const missing = `no browser at ${CHROMIUM}: the overview was not opened in one (PATCHRING_CHROMIUM names another)`;
  if (process.env["CI"] !== undefined) throw new Error(missing);
  process.stderr.write(`SKIPPED: ${missing}\n`);
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe.runIf(found)("the overview in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchring-page-"));
  const pages = {
    devices: asHtml(fleetReport({ groupBy: "device", superseded: true })),
    patches: asHtml(fleetReport({ groupBy: "patch" })),
    empty: asHtml(fleetReport({ device: ["ws-9"] })),
    short: asHtml(fleetReport({ groupBy: "site" }), 3),
  };
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the page says on the console stands in the list. */
  async function open(
    name: keyof typeof pages,
    options: Parameters<Browser["newContext"]>[0] = {},
  ): Promise<{ page: Page; said: string[] }> {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, pages[name]);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) said.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    return { page, said };
  }

  const looks = Object.keys(pages).flatMap((name) =>
    (["light", "dark"] as const).map((colorScheme) => [name as keyof typeof pages, colorScheme] as const),
  );

  it.each(looks)("%s has nothing that axe minds, %s", async (name, colorScheme) => {
    const { page } = await open(name, { colorScheme, bypassCSP: true });
    await page.addScriptTag({ content: AXE });
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
    });
    expect(violations).toEqual([]);
    await page.context().close();
  });

  it("axe finds what is wrong, so that the test above can fail", async () => {
    const { page } = await open("patches", { bypassCSP: true });
    await page.addScriptTag({ content: AXE });
    await page.evaluate("document.querySelector('title').remove()");
    const ids = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
      return (await axe.run()).violations.map(({ id }) => id);
    });
    expect(ids).toContain("document-title");
    await page.context().close();
  });

  it.each(Object.keys(pages) as (keyof typeof pages)[])(
    "%s reads without scripts, loads nothing and says nothing on the console",
    async (name) => {
      const { page, said } = await open(name, { javaScriptEnabled: false });
      expect(await page.locator("h1").innerText()).toContain("Patch overview by");
      expect(await page.locator("caption").count()).toBe(await page.locator("table").count());
      expect(said).toEqual([]);
      await page.context().close();
    },
  );

  it("fits a screen of 320 px: only tables scroll, in regions of their own", async () => {
    const { page } = await open("devices", { viewport: { width: 320, height: 800 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
    await page.context().close();
  });

  it("leads from a group to its rows by keyboard", async () => {
    const { page } = await open("devices");
    const link = page.locator("a[href='#g1']");
    await link.focus();
    await page.keyboard.press("Enter");
    expect(new URL(page.url()).hash).toBe("#g1");
    expect(await page.locator("tbody:target th.group").innerText()).toContain(await link.innerText());
    await page.context().close();
  });

  it("prints on A4 with the name of each cell before it, and nothing clipped", async () => {
    // 297 mm less two margins of 12 mm, at 96 dots an inch.
    const { page } = await open("patches", { viewport: { width: 1031, height: 700 } });
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1031);
    const before = await page.evaluate(
      "getComputedStyle(document.querySelector('.rows tr .state'), '::before').content",
    );
    expect(before).toBe('"status: "');
    const pdf = await page.pdf({ preferCSSPageSize: true });
    // Width and height of a landscape A4 page in points, in the file itself.
    expect(pdf.toString("latin1")).toMatch(/\/MediaBox\s*\[0 0 841\.\d+ 59[45]\.?\d*\]/);
    await page.context().close();
  });
});
