import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { renderSite } from "../../../src/report/site/render-site.tsx";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { hostileModel } from "./hostile-site.ts";
import { fleetModel } from "./site-fleet.ts";

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/u;

/** The tags of a page in their order, with attribute names but not their text; our script and style are left out. */
function tags(html: string): string {
  const own = html.replace(/<style>[^]*<\/style>/, "").replace(/<script>[^]*<\/script>/, "");
  return [...own.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, "=")).join("");
}

/** The first unseen character with what stands around it; the whole page would say less. */
function unseenIn(html: string): string | null {
  const one = html.replace(/\n/g, "");
  const at = one.search(UNSEEN);
  return at < 0 ? null : JSON.stringify(one.slice(Math.max(0, at - 80), at + 20));
}

const island = (html: string): string =>
  /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(html)![1]!;

const harmless = tags(renderSite(hostileModel("x"), null));

describe.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text] as const))(
  "%s",
  (_name, text) => {
    const html = renderSite(hostileModel(text), null);

    it("reaches no markup and no script", () => {
      // An empty name is not shown at all, and a name equal to the id is not shown twice.
      if (text !== "") expect(tags(html)).toBe(harmless);
      expect(unseenIn(html)).toBeNull();
    });

    it("stands in the data as text", () => {
      expect(island(html)).not.toContain("<");
      const data = JSON.parse(island(html)) as { devices: { id: string[] } };
      expect(data.devices.id).toHaveLength(8);
    });
  },
);

it("puts the text into every place", () => {
  const html = renderSite(hostileModel("HOSTILE"), null);
  const page = (id: string): string =>
    html.slice(html.indexOf(`<section id="${id}"`)).split("</section><section id=")[0]!;
  for (const id of [
    "today",
    "deadlines",
    "rings",
    "patches",
    "devices",
    "failures",
    "exceptions",
    "policy",
    "changes",
    "quality",
    "runs",
  ]) {
    expect(page(id), id).toContain("HOSTILE");
  }
  expect(island(html).split("HOSTILE").length).toBeGreaterThan(40);
});

it("lets one script and one style sheet run, by their hashes, and loads nothing", () => {
  const html = renderSite(fleetModel(), null);
  const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const [, style] = /<style>([^]*?)<\/style>/.exec(html)!;
  const [, script] = /<script>([^]*?)<\/script>/.exec(html)!;
  const allowed = /http-equiv="Content-Security-Policy" content="([^"]*)"/
    .exec(html)![1]!
    .replaceAll("&#39;", "'");
  expect(allowed).toBe(
    `default-src 'none'; script-src ${hash(script!)}; style-src ${hash(style!)}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  expect(html.match(/<script/g)).toHaveLength(2);
  const own = html.replace(/<script>[^]*<\/script>/, "");
  expect(own).not.toMatch(/<link|<img|<iframe|\son\w+=|\sstyle=|\ssrc=|https?:/i);
});

it("has no markup, eval or network in its script", () => {
  const [, script] = /<script>([^]*?)<\/script>/.exec(renderSite(fleetModel(), null))!;
  expect(script).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(|fetch\(|XMLHttpRequest|WebSocket|localStorage|cookie/,
  );
});
