import { makePlan } from "../../core/make-plan.ts";
import { SiteMaker, type SiteInput } from "../../core/site/make-site.ts";
import { clientScopes, fleetScope, type SiteScope } from "../../core/site/scope.ts";
import { compareFleet, countingGuards } from "../../reconcile/run/decide-run.ts";
import { renderSite } from "../../report/site/render-site.tsx";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readDecided } from "../inputs/decided.ts";
import { shownPrefix } from "../inputs/policy.ts";
import { readSiteHistory } from "../inputs/site-history.ts";
import { readSiteMemory } from "../inputs/site-memory.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { usage } from "../refusal.ts";

/** What belongs to the overview only. */
const OTHERS = ["format", "groupBy", "status", "superseded", "site", "ring", "device", "patch"] as const;

/** The status pages as one HTML file, or with `--split client` as a folder of them. */
export async function reportSite(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  refuseOthers(input, invocation);
  const { decided, identity, diagnostics } = await readDecided(invocation);
  const { fleet: settings } = decided.compiled.policy;
  const [history, memory, { findFleetProblems }] = await Promise.all([
    readSiteHistory(invocation),
    readSiteMemory(invocation, decided.compiled.policy),
    import("../../core/findings.ts"),
  ]);
  const found = findFleetProblems(decided).filter(({ code }) => code !== "fleet/two-rings");
  const { remembered, requests } = memory;
  const plan = makePlan(decided, { identity, earlier: compareFleet(memory.fleet, decided.snapshot) });
  const site: SiteInput = {
    decided,
    identity,
    plan,
    counting: countingGuards(plan.guards, settings.mode === "apply"),
    diagnostics: [...diagnostics, ...found],
    history,
    remembered,
    requests,
    prefix: shownPrefix(invocation.globals.directoryGiven),
  };
  const maker = new SiteMaker(site);
  if (input.text("split") !== null) {
    const { splitSite } = await import("../site/split.ts");
    splitSite(invocation, maker, decided, invocation.globals.out!);
    return EXIT_CODES.done;
  }
  const clients = clientScopes(decided);
  const wanted = input.values("client");
  if (wanted.length > 0) {
    const model = maker.make(findClient(clients, wanted), null, false);
    invocation.output.write(renderSite(model, null));
    return EXIT_CODES.done;
  }
  const listed = clients.map((scope) => maker.describeClient(scope, null));
  const model = maker.make(fleetScope(decided), listed, false);
  invocation.output.write(renderSite(model, null));
  return EXIT_CODES.done;
}

function refuseOthers(input: Input, { globals }: PreviewInvocation): void {
  const given = OTHERS.find(
    (name) => input.values(name).length > 0 || input.text(name) !== null || input.flag(name),
  );
  if (given !== undefined) {
    const flag = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usage(
      `\`report site\` shows every page, so \`--${flag}\` is not for it: choose rows in the pages.`,
      "leave it out, or take `report overview`.",
    );
  }
  if (globals.json) {
    throw usage("`report site` writes HTML.", "take `report overview --json` for data.");
  }
  if (input.text("split") === null) return;
  if (globals.out === null) {
    throw usage(
      "`--split client` writes one file for each client, but no folder was named.",
      "name it with `--out DIR`.",
    );
  }
  if (input.values("client").length > 0) {
    throw usage(
      "`--split client` writes every client, so `--client` cannot be given with it.",
      "leave one of them out.",
    );
  }
}

function findClient(scopes: readonly SiteScope[], wanted: readonly string[]): SiteScope {
  const [name] = wanted;
  const found = wanted.length === 1 ? scopes.find(({ client }) => client === name) : undefined;
  if (found !== undefined) return found;
  if (wanted.length > 1) {
    throw usage("`report site` shows one client or all.", "name one, or take `--split client`.");
  }
  const names = scopes.map(({ client }) => client).filter((client) => client !== "");
  throw usage(
    `The snapshot has no client ${JSON.stringify(name)}. ${names.length === 0 ? "No device names a client." : `Clients: ${names.slice(0, 20).join(", ")}.`}`,
    "write the name as the snapshot has it.",
  );
}
