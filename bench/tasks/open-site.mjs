/** Opens a page in a browser some times: how soon its script has run, and what the page's own thread spent. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { median } from "../statistics.mjs";

const CHROMIUM = process.env.PATCHRING_CHROMIUM ?? "/usr/bin/chromium";

export default async function run({ file }) {
  if (!existsSync(CHROMIUM)) throw new Error(`no browser at ${CHROMIUM} (PATCHRING_CHROMIUM names another)`);
  const { chromium } = createRequire(new URL("../../package.json", import.meta.url))("playwright-core");
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const opened = [];
  for (let round = 0; round < 6; round++) opened.push(await open(browser, pathToFileURL(file).href));
  await browser.close();
  const counted = opened.slice(1);
  return {
    readyMs: median(counted.map(({ readyMs }) => readyMs)),
    threadMs: median(counted.map(({ threadMs }) => threadMs)),
  };
}

async function open(browser, address) {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(address);
  const readyMs = await page.evaluate("performance.getEntriesByType('navigation')[0].domInteractive");
  const { metrics } = await session.send("Performance.getMetrics");
  const threadMs = metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  await page.close();
  return { readyMs, threadMs };
}
