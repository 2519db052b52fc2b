import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { renderPlanHtml } from "../../../src/report/html/plan.tsx";
import { hostileContext, hostilePlan } from "../hostile-plan.ts";
import { HOSTILE_STRINGS } from "../hostile-strings.ts";
import { storyContext, storyPlan } from "../story.ts";

const story = renderPlanHtml(storyPlan, storyContext);

it("shows removals and releases in a table with a caption and scopes", () => {
  const start = story.indexOf("<h2>Removals");
  const section = story.slice(start, story.indexOf("</section>", start));
  expect(section.replace(/(<(?:tr|thead|tbody|table|div|p)\b)/g, "\n$1")).toMatchInlineSnapshot(`
    "<h2>Removals and releases: 2 uninstall, 31 do-nothing</h2>
    <p>do-nothing is a release: the backend&#39;s own rules decide again. It is not a no-op: where those rules would install, the patch is installed.</p>
    <div class="scroll" role="region" aria-label="Removals and releases: 2 uninstall, 31 do-nothing" tabindex="0">
    <table><caption>Removals and releases: 2 uninstall, 31 do-nothing</caption>
    <thead>
    <tr><th scope="col" class="">Change</th><th scope="col" class="number">Devices</th><th scope="col" class="">Patch</th><th scope="col" class="">Ring</th><th scope="col" class="">Decided by</th><th scope="col" class="">Why</th></tr></thead>
    <tbody>
    <tr><td class="change removal">✗ uninstall</td><td class="number">2</td><th scope="row"><code><bdi>KB5990160</bdi></code><span class="soft"><bdi>Update for label printers</bdi></span><span class="soft">severity unknown, released 2026-03-12, removal unknown</span></th><td><bdi>pilot</bdi></td><td><bdi>Recall/pull-kb5990160</bdi><span class="soft"><bdi>recalls/pull-kb5990160.yaml:3</bdi></span></td><td>RECALLED: a recall names it; now 2 installed</td></tr>
    <tr><td class="change release">~ do-nothing</td><td class="number">31</td><th scope="row"><code><bdi>app:java@8u441</bdi></code><span class="soft"><bdi>Java 8 Update 441</bdi></span><span class="soft">important, released 2026-01-20</span></th><td><bdi>production</bdi></td><td>no statement</td><td>NO_RULE: no policy statement speaks of it; now 31 ignored</td></tr></tbody></table></div>"
  `);
});

it("allows itself one style sheet, by its hash, and nothing else", () => {
  const [, style] = /<style>([^]*)<\/style>/.exec(story)!;
  const hash = createHash("sha256").update(style!).digest("base64");
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
    .exec(story)![1]!
    .replaceAll("&#39;", "'");
  expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
  expect(story).not.toMatch(/<script|<link|<img|<a |\son\w+=|\sstyle=|https?:/i);
});

it("has a caption and a scope for every table and header cell", () => {
  expect(story.split("<table>").length).toBe(story.split("<caption>").length);
  expect(story).not.toMatch(/<th(?! scope=)[ >]/);
  expect(story).toContain('<html lang="en">');
});

/** The tags of a page in their order, with attribute names but not their text. */
function tags(html: string): string {
  return [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, "=")).join("");
}

const harmless = tags(renderPlanHtml(hostilePlan("x"), hostileContext("x")));
it.each(HOSTILE_STRINGS.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
  "keeps its tags and attributes for %s",
  (_name, text) => {
    const html = renderPlanHtml(hostilePlan(text), hostileContext(text));
    expect(tags(html)).toBe(harmless);
    expect(html.replace(/\n/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  },
);
