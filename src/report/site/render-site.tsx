/** A site as one HTML document. */
import type { HtmlEscapedString } from "hono/utils/html";
import type { SiteModel } from "../../core/site/site-model.ts";
import { Changes } from "./changes.tsx";
import { Clients } from "./clients.tsx";
import { Deadlines } from "./deadlines.tsx";
import { Devices } from "./devices.tsx";
import { Exceptions } from "./exceptions.tsx";
import { Failures } from "./failures.tsx";
import { Help } from "./help.tsx";
import { Patches } from "./patches.tsx";
import { Policy } from "./policy.tsx";
import { Quality } from "./quality.tsx";
import { Rings } from "./rings.tsx";
import { Runs } from "./runs.tsx";
import { SiteDocument, type SitePage } from "./shell.tsx";
import { Today } from "./today.tsx";

/** The pages in their order; each answers one question. */
function pagesOf(model: SiteModel): SitePage[] {
  const page = (id: string, title: string, question: string, body: SitePage["body"]): SitePage => ({
    id,
    title,
    question,
    body,
  });
  const hasClients = model.clients !== null && model.clients.length > 1;
  return [
    page("today", "Today", "Do I have to do anything?", <Today model={model} />),
    page(
      "deadlines",
      "Deadlines",
      "What will be late, and can it still be saved?",
      <Deadlines model={model} />,
    ),
    page(
      "rings",
      "Rings",
      "Where is each patch, what does it wait for, and when does that open?",
      <Rings model={model} />,
    ),
    page("patches", "Patches", "Which patch, where, how is it going?", <Patches model={model} />),
    page(
      "devices",
      "Devices",
      "Which device is the problem, and why does it not have a patch?",
      <Devices model={model} />,
    ),
    ...(hasClients
      ? [page("clients", "Clients", "How does each client stand?", <Clients model={model} />)]
      : []),
    page("failures", "Failures", "What keeps failing, and why?", <Failures model={model} />),
    page(
      "exceptions",
      "Exceptions and holds",
      "What have we chosen not to patch, and until when?",
      <Exceptions model={model} />,
    ),
    page("policy", "Policy", "What do the rules do?", <Policy model={model} />),
    page(
      "changes",
      "Changes",
      "Who changed what, who let it in, and on what evidence?",
      <Changes model={model} />,
    ),
    page("quality", "Data quality", "May I trust these numbers?", <Quality model={model} />),
    page("runs", "Runs", "Did the machine work?", <Runs model={model} />),
    page("help", "Help", "What do the words and numbers mean?", <Help />),
  ];
}

/** `home` is the file of the whole fleet, as a link; null where this is it. Ends in a line break. */
export function renderSite(model: SiteModel, home: string | null): string {
  const document = <SiteDocument model={model} pages={pagesOf(model)} home={home} />;
  return `<!doctype html>\n${document as HtmlEscapedString}\n`;
}
