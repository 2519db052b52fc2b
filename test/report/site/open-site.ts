/** The pages of a site in a real browser. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

export const CHROMIUM: string = process.env["PATCHRING_CHROMIUM"] ?? "/usr/bin/chromium";
export const hasBrowser: boolean = existsSync(CHROMIUM);

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface OpenedPage {
  readonly page: Page;
  /** Console messages, uncaught errors, dialogs, and requests for anything but the file itself. */
  readonly said: string[];
  readonly close: () => Promise<void>;
}

export class SiteBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), "patchring-site-"));
  #browser: Browser | null = null;

  async start(): Promise<void> {
    this.#browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu"],
    });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Writes a file beside the one that `open` shows. */
  writeBeside(name: string, html: string): void {
    writeFileSync(join(this.#folder, name), html);
  }

  async open(html: string, fragment = "", options: BrowserContextOptions = {}): Promise<OpenedPage> {
    const file = join(this.#folder, "site.html");
    writeFileSync(file, html);
    const context = await this.#browser!.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => said.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      said.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) said.push(`request: ${request.url()}`);
    });
    await page.goto(`${pathToFileURL(file).href}${fragment}`);
    return { page, said, close: () => context.close() };
  }
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core minds in what is shown. The page must be opened with `bypassCSP`. */
export async function findViolations(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.addScriptTag({ content: AXE });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
  });
}

/** Leads to a page of the site the way a reader does, by the address. */
export async function goTo(page: Page, fragment: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
  await page.evaluate("new Promise((done) => setTimeout(done, 0))");
}

/** How far the document is wider than the screen; 0 when it fits. */
export async function overflowOf(page: Page): Promise<number> {
  const width = await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  return Number(width);
}
