/** The document around the pages: head, policy of what may run, header, navigation. */
import { createHash } from "node:crypto";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { SiteModel } from "../../core/site/site-model.ts";
import { htmlText as h } from "../escape/html.ts";
import { counted, formatCount } from "../words.ts";
import { BROWSER_SCRIPT } from "./browser.ts";
import { ChartPatterns } from "./charts.tsx";
import { LookupForm } from "./lookup-form.tsx";
import { islandJson } from "./island.ts";
import { Foreign, When } from "./parts.tsx";
import { SITE_STYLE } from "./style.ts";

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
/** Nothing is fetched. One script and one style sheet, both in the page, are let through by their hashes. */
const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(BROWSER_SCRIPT)}`,
  `style-src ${hashOf(SITE_STYLE)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export interface SitePage {
  readonly id: string;
  readonly title: string;
  /** What it answers in ten seconds. */
  readonly question: string;
  readonly body: Child;
}

function Head(props: { readonly title: string }): Child {
  return (
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={POLICY} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="referrer" content="no-referrer" />
      <meta name="color-scheme" content="light dark" />
      <title>{props.title}</title>
      <style>{raw(SITE_STYLE)}</style>
    </head>
  );
}

function Header(props: { readonly model: SiteModel; readonly home: string | null }): Child {
  const { model, home } = props;
  const { devices } = model.totals;
  const holds = model.statements.filter(({ kind, state }) => kind === "Hold" && state === "in force").length;
  const clocks = [
    ...new Set((model.deadlines?.profiles ?? []).flatMap(({ tiers }) => tiers.map(({ clock }) => clock))),
  ];
  return (
    <header>
      <h1>
        {"Patch status · "}
        {model.client === null ? (
          "all clients"
        ) : model.client === "" ? (
          "no client"
        ) : (
          <Foreign text={model.client} />
        )}
      </h1>
      <p class="scope">
        <Foreign text={model.fleet.name} />
        {" · snapshot "}
        <When at={model.snapshot.takenAt} now={model.at} absent="" />
        {" · policy "}
        <code>{model.policy.commit === null ? "outside Git" : h(model.policy.commit.slice(0, 12))}</code>
        {model.policy.dirty ? " with changes not committed" : ""}
        {` · ${formatCount(devices.measured)} of ${counted(devices.all, "device")} measured, ${formatCount(devices.stale + devices.neverScanned)} not, ${formatCount(model.concerns.excepted)} with exceptions, ${formatCount(model.concerns.noRing)} in no ring`}
        {` · clock: ${clocks.length === 0 ? "patch date" : clocks.join(", ")} · ${counted(holds, "hold")} in force`}
      </p>
      {home === null ? null : (
        <p>
          <a href={home}>All clients</a>
        </p>
      )}
    </header>
  );
}

function Navigation(props: { readonly pages: readonly SitePage[] }): Child {
  return (
    <nav aria-label="Pages">
      <ul>
        {props.pages.map(({ id, title }) => (
          <li>
            <a href={`#${id}`} data-page={id}>
              {title}
            </a>
          </li>
        ))}
        <li>
          <a href="#all" data-page="all">
            All pages
          </a>
        </li>
      </ul>
    </nav>
  );
}

export function SiteDocument(props: {
  readonly model: SiteModel;
  readonly pages: readonly SitePage[];
  /** The file of the whole fleet beside this one; null where this is it. */
  readonly home: string | null;
}): Child {
  const { model, pages, home } = props;
  const scope = model.client === null ? "all clients" : model.client === "" ? "no client" : h(model.client);
  return (
    <html lang="en">
      <Head title={`Patch status, ${scope}`} />
      <body>
        <a class="skip" href="#main">
          Skip to the page
        </a>
        <ChartPatterns />
        <Header model={model} home={home} />
        <Navigation pages={pages} />
        <LookupForm model={model} id="lookup" />
        <main id="main" tabindex={-1}>
          <span id="all"></span>
          {pages.map(({ id, title, question, body }) => (
            <section id={id} class="page" aria-labelledby={`${id}-title`}>
              <h2 id={`${id}-title`} tabindex={-1}>
                {title}
              </h2>
              <p class="question">{question}</p>
              {body}
            </section>
          ))}
        </main>
        <footer>
          <p>
            {"Seen from "}
            <When at={model.at} now={model.at} absent="" />
            {". Read only: it reads and never changes anything. Policy "}
            <code>{h(model.policy.digest)}</code>
            {", snapshot "}
            <code>{h(model.snapshot.digest)}</code>
            {"."}
          </p>
        </footer>
        <script type="application/json" id="data">
          {raw(islandJson(model))}
        </script>
        <script>{raw(BROWSER_SCRIPT)}</script>
      </body>
    </html>
  );
}
