import { join } from "node:path";
import type { Decided } from "../../core/decide.ts";
import type { SiteMaker } from "../../core/site/make-site.ts";
import { clientScopes, fleetScope } from "../../core/site/scope.ts";
import type { SiteClient } from "../../core/site/site-model.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { renderSite } from "../../report/site/render-site.tsx";
import { counted } from "../../report/words.ts";
import { nameClientFiles } from "../overview/file-names.ts";
import { makeFolder } from "../overview/split.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { saveFile } from "../output.ts";

/** The file of the whole fleet; no client's file is named so. */
const INDEX = "index.html";

/** A site for each client, then one for the fleet that leads to them; each file whole or not at all. */
export function splitSite(
  invocation: PreviewInvocation,
  maker: SiteMaker,
  decided: Decided,
  folder: string,
): void {
  makeFolder(folder);
  const scopes = clientScopes(decided);
  const names = nameClientFiles(scopes.map(({ client }) => client || null)).map((name) =>
    name === "index" ? "client-index.html" : `${name}.html`,
  );
  const clients: SiteClient[] = [];
  for (const [index, scope] of scopes.entries()) {
    const file = names[index]!;
    const model = maker.make(scope, null, false);
    saveFile(join(folder, file), (write) => write(renderSite(model, INDEX)));
    const { totals, concerns } = model;
    clients.push({ client: scope.client ?? "", file: encodeURIComponent(file), totals, concerns });
    invocation.output.write(
      `  ${file}  ${scope.client === "" ? "no client" : escapeTerminal(scope.client ?? "")}: ${counted(totals.devices.all, "device")}\n`,
    );
  }
  const model = maker.make(fleetScope(decided), clients, true);
  saveFile(join(folder, INDEX), (write) => write(renderSite(model, null)));
  invocation.output.write(`Wrote ${INDEX} and ${counted(clients.length, "file")} of clients.\n`);
}
