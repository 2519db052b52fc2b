import type { HtmlEscapedString } from "hono/utils/html";
import { Page } from "../html/page.tsx";
import { htmlText as h } from "../escape/html.ts";
import type { PilotWords } from "./words.ts";

/** A pilot notice as a page of its own; nothing is fetched and nothing runs. */
export function renderPilotHtml({ title, when, computers, updates, restart, report }: PilotWords): string {
  const list = (lines: readonly string[]) => (
    <ul>
      {lines.map((line) => (
        <li>{h(line)}</li>
      ))}
    </ul>
  );
  const page = (
    <Page title={h(title)}>
      <h1>{h(title)}</h1>
      <p>
        <strong>When:</strong> {h(when)}
      </p>
      <h2>What will be installed</h2>
      {list(updates)}
      <h2>Where</h2>
      {list(computers)}
      <p>{h(restart)}</p>
      <p>{h(report)}</p>
    </Page>
  );
  return `<!doctype html>\n${page as HtmlEscapedString}\n`;
}
