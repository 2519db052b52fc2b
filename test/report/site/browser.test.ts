/** The site in a real browser: console, accessibility, keyboard, narrow screens, paper, and the answers it gives. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderSite } from "../../../src/report/site/render-site.tsx";
import {
  CHROMIUM,
  findViolations,
  goTo,
  hasBrowser,
  overflowOf,
  SiteBrowser,
  type OpenedPage,
} from "./open-site.ts";
import { hostileModel } from "./hostile-site.ts";
import { fleetModel, splitModels } from "./site-fleet.ts";

it.runIf(!hasBrowser)("has a browser to look with", () => {
  const missing = `no browser at ${CHROMIUM}: the site was not opened in one (PATCHRING_CHROMIUM names another)`;
  if (process.env["CI"] !== undefined) throw new Error(missing);
  process.stderr.write(`SKIPPED: ${missing}\n`);
});

const PAGES = [
  "today",
  "deadlines",
  "rings",
  "patches",
  "devices",
  "clients",
  "failures",
  "exceptions",
  "policy",
  "changes",
  "quality",
  "runs",
  "help",
] as const;
const ANSWER = "#devices?device=ws-1&patch=KB1";

describe.runIf(hasBrowser)("the site in a browser", () => {
  const site = new SiteBrowser();
  const html = renderSite(fleetModel(), null);
  const bare = renderSite(fleetModel({ history: null, runs: null }), null);
  /** For what only looks. */
  let shared: OpenedPage | null = null;
  beforeAll(() => site.start());
  afterAll(() => site.stop());

  it.each(["light", "dark"] as const)("has nothing that axe minds on any page, %s", async (colorScheme) => {
    const { page, close } = await site.open(html, "", { colorScheme, bypassCSP: true });
    for (const id of [...PAGES, ANSWER.slice(1), "devices?device=ws-1", "devices?patch=KB4"]) {
      await goTo(page, `#${id}`);
      expect([id, await findViolations(page)]).toEqual([id, []]);
    }
    await close();
  });

  it("axe finds what is wrong, so that the test above can fail", async () => {
    const { page, close } = await site.open(html, "#patches", { bypassCSP: true });
    await page.evaluate(
      "document.querySelector('#patches [role=region]').removeAttribute('aria-label'), document.title = ''",
    );
    expect((await findViolations(page)).join()).toContain("document-title");
    await close();
  });

  it("shows every page, says nothing on the console and loads nothing", async () => {
    for (const one of [html, bare]) {
      const { page, said, close } = await site.open(one);
      for (const id of PAGES) {
        await goTo(page, `#${id}`);
        expect(await page.locator(".page:visible").getAttribute("id")).toBe(id);
        expect(await page.locator(`#${id} h2`).innerText()).not.toBe("");
        expect(await page.locator("nav [aria-current]").getAttribute("data-page")).toBe(id);
      }
      await goTo(page, "#all");
      expect(await page.locator(".page:visible").count()).toBe(PAGES.length);
      expect(said).toEqual([]);
      await close();
    }
  });

  it.each([
    ["a narrow screen", { viewport: { width: 320, height: 800 } }],
    ["400 % zoom of a common one", { viewport: { width: 320, height: 225 }, deviceScaleFactor: 4 }],
  ])("fits %s: only tables scroll, in regions of their own", async (_name, options) => {
    const { page, close } = await site.open(html, "", options);
    for (const id of [...PAGES, ANSWER.slice(1)]) {
      await goTo(page, `#${id}`);
      expect([id, await overflowOf(page)]).toEqual([id, 0]);
    }
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    await goTo(page, "#all");
    expect(await overflowOf(page)).toBe(0);
    await close();
  });

  it("leads everywhere by keyboard, with a visible focus and targets of 24 px", async () => {
    const { page, close } = await site.open(html, "#patches");
    const wanted = Number(
      await page.evaluate(`(() => {
        const all = document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']");
        const visible = Array.from(all).filter((one) => one.checkVisibility());
        visible.forEach((one, index) => one.setAttribute("data-stop", String(index)));
        return visible.length;
      })()`),
    );
    expect(wanted).toBeGreaterThan(30);
    const reached = new Set<string>();
    for (let step = 0; step < wanted + 5; step += 1) {
      await page.keyboard.press("Tab");
      const [stop, outline] = await page.evaluate<[string | null, string]>(
        "[document.activeElement.getAttribute('data-stop'), getComputedStyle(document.activeElement).outlineStyle]",
      );
      if (stop === null) continue;
      reached.add(stop);
      expect(outline).not.toBe("none");
    }
    expect(reached.size).toBe(wanted);
    const small = await page.evaluate(`
      Array.from(document.querySelectorAll("nav a, button, input, select, summary"))
        .filter((one) => one.checkVisibility())
        .map((one) => one.getBoundingClientRect())
        .filter(({ width, height }) => width < 24 || height < 24).length`);
    expect(small).toBe(0);
    await close();
  });

  it("answers why a device does not have a patch, from Today, by keyboard alone", async () => {
    const { page, said, close } = await site.open(html);
    await page.getByLabel("Device", { exact: true }).focus();
    await page.keyboard.type("desk one");
    await page.keyboard.press("Tab");
    await page.keyboard.type("cve-2026-0001");
    await page.keyboard.press("Enter");
    const answer = page.locator("#lookup-answer");
    await answer.locator("dl").waitFor();
    const text = await answer.innerText();
    expect(text).toContain("ws-1 does not have KB1: it is missing, and policy says wait. PROMOTION:");
    expect(text).toContain("base/security in rules/base.yaml:5");
    expect(text).toContain("patchring why ws-1 KB1");
    expect(said).toEqual([]);
    await close();
  });

  it.each([
    ["#devices?device=p-0&patch=KB1", "KB1 is installed on p-0."],
    ["#devices?device=p-0&patch=KB5", "p-0 does not need KB5"],
    ["#devices?device=p-0&patch=KB2", "attempt 3 of 3: 0x80070070"],
    ["#devices?device=ws-2&patch=KB2", "it is reboot-required, and policy says wait. HELD"],
    ["#devices?device=ws-3&patch=KB1", "It is too old: the device may look different now"],
    ["#devices?device=ws-4&patch=KB4", "NO_RING: the device is in no ring"],
    ["#devices?device=ws-1&patch=KB3", "policy says ignore. DECIDED"],
    ["#devices?device=ws-1", "ws-1: 1 patches installed, 4 not."],
    ["#devices?patch=KB4", "KB4: installed on 4 devices, not on 4"],
    ["#devices?device=nobody", "No device of that name is in this page."],
    ["#devices?device=ws", "4 devices match. Which one?"],
  ])("answers %s", async (fragment, answer) => {
    shared ??= await site.open(html);
    await goTo(shared.page, fragment);
    expect(await shared.page.locator("#lookup-answer").innerText()).toContain(answer);
    expect(shared.said).toEqual([]);
  });

  it("chooses and sorts rows, keeps the choice in the address, and takes it from there", async () => {
    const { page, close } = await site.open(html, "#devices");
    const rows = page.locator("#devices-table tbody tr");
    expect(await rows.count()).toBe(8);
    await page.locator("#devices .filters select").first().selectOption("zeta");
    expect(await rows.count()).toBe(3);
    expect(new URL(page.url()).hash).toBe("#devices?client=zeta");
    expect(await page.locator("#devices [role=status]").innerText()).toContain(
      "Showing 3 of 3 rows with client zeta",
    );
    await page.locator("#devices-table thead button", { hasText: "Device" }).click();
    expect(await page.locator("#devices-table th[aria-sort]").getAttribute("aria-sort")).toBe("descending");
    expect(await rows.first().locator("th code").innerText()).toBe("ws-4");
    await page.reload();
    expect(await rows.count()).toBe(3);
    await page.getByRole("button", { name: "Show all rows" }).locator("visible=true").click();
    expect(await rows.count()).toBe(8);
    await close();
  });

  it("leads from the site of a split fleet to the answer in the client's", async () => {
    const { whole, clients } = splitModels();
    for (const [file, model] of Object.entries(clients))
      site.writeBeside(file, renderSite(model, "site.html"));
    const { page, said, close } = await site.open(renderSite(whole, null));
    await page.getByLabel("Device", { exact: true }).fill("desk one");
    await page.getByLabel("Patch, KB or CVE").fill("KB1");
    await page.getByRole("button", { name: "Answer" }).click();
    await page.locator("#lookup-answer a").click();
    await page.waitForURL(/acme\.html/);
    expect(await page.locator("h1").innerText()).toBe("Patch status · acme");
    expect(await page.locator("#lookup-answer").innerText()).toContain("ws-1 does not have KB1");
    await page.getByRole("link", { name: "All clients" }).click();
    await page.waitForURL(/site\.html/);
    await goTo(page, "#devices?patch=KB1");
    expect(await page.locator("#lookup-answer").innerText()).toContain("Name a device too");
    expect(said).toEqual([]);
    await close();
  });

  it("reads without scripts: Today first, every page by its link, tables as they are", async () => {
    const { page, said, close } = await site.open(html, "", { javaScriptEnabled: false });
    expect(await page.locator(".page:visible").count()).toBe(1);
    expect(await page.locator(".page:visible h2").innerText()).toBe("Today");
    for (const id of ["devices", "changes"]) {
      await page.locator(`nav a[href='#${id}']`).click();
      expect(await page.locator(".page:visible").getAttribute("id")).toBe(id);
    }
    expect(await page.locator("#devices-table tbody tr").count()).toBeGreaterThan(3);
    expect(await page.locator("form:visible").count()).toBe(0);
    await page.locator("nav a[href='#all']").click();
    expect(await page.locator(".page:visible").count()).toBe(PAGES.length);
    expect(said).toEqual([]);
    await close();
  });

  it("prints on A4 with nothing wider than the paper, and the choice of rows on it", async () => {
    // 210 mm less two margins of 12 mm, at 96 dots an inch.
    const { page, close } = await site.open(html, "#devices?client=zeta", {
      viewport: { width: 703, height: 900 },
    });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("nav").isVisible()).toBe(false);
    expect(await page.locator("#devices [role=status]").innerText()).toContain("client zeta");
    for (const id of PAGES) {
      await goTo(page, `#${id}`);
      const wide = await page.evaluate(`
        Array.from(document.querySelectorAll(".page.current table"))
          .filter((one) => one.checkVisibility() && one.scrollWidth > 703)
          .map((one) => one.caption.textContent + ": " + one.scrollWidth)`);
      expect([id, wide]).toEqual([id, []]);
    }
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString("latin1")).toMatch(/\/MediaBox\s*\[0 0 59[45]\.?\d* 84[12]\.?\d*\]/);
    await close();
  });

  it("runs nothing that a hostile name holds, also where the script builds the page", async () => {
    const texts = [
      "<img src=x onerror=alert(1)>",
      "</script><script>alert(1)</script>",
      "javascript:alert(1)",
      "{{constructor}}&lt;",
    ];
    for (const text of texts) {
      const { page, said, close } = await site.open(renderSite(hostileModel(text), null));
      for (const id of PAGES) await goTo(page, `#${id}`);
      for (const query of [
        `device=${encodeURIComponent(`ws-1${text}`)}`,
        `patch=${encodeURIComponent(`KB4${text}`)}`,
      ]) {
        await goTo(page, `#devices?${query}`);
        expect(await page.locator("#lookup-answer").innerText()).toContain(text);
      }
      await goTo(page, `#devices?text=${encodeURIComponent(text)}&device=${encodeURIComponent(text)}`);
      await goTo(page, `#${text}`);
      expect(await page.locator("img, iframe, object").count()).toBe(0);
      expect(said).toEqual([]);
      await close();
    }
  });
});
