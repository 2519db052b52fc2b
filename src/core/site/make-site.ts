/** From decided facts to the model of a site. What all scopes share is computed once. */
import type { Decided } from "../decide.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { examine, type Examined } from "../examined.ts";
import { countFleet } from "../fleet-totals.ts";
import { compareCodeUnits } from "../order.ts";
import type { GuardRow, Plan, PolicyIdentity } from "../plan.ts";
import type { PolicyHistory } from "../policy-history.ts";
import { countActions, type Remembered } from "../remembered.ts";
import { placeSources } from "../source-places.ts";
import type { OpenRequest } from "../waiting-requests.ts";
import { listComing } from "./coming.ts";
import { gatherDeadlines } from "./deadlines.ts";
import { countConcerns, describeDevice, rankDevices, worstDevices } from "./devices.ts";
import { FactKinds } from "./fact-kind.ts";
import { packFacts } from "./lookup.ts";
import { bucketAges, listPatches } from "./patches.ts";
import { assessQuality } from "./quality.ts";
import { listRings, progressOf } from "./rings.ts";
import { listRules } from "./rules.ts";
import { within, type SiteScope } from "./scope.ts";
import type { SiteClient, SiteDirectory, SiteFailure, SiteModel } from "./site-model.ts";
import { rememberedOf, scopeNeeds, siteNotices, type NoticeSources } from "./site-notices.ts";
import { listStatements } from "./statements.ts";
import { tallySite, type FailureTally, type SiteTally } from "./tally.ts";

export interface SiteInput {
  readonly decided: Decided;
  readonly identity: PolicyIdentity;
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
  readonly history: PolicyHistory | null;
  /** Null where no store is. */
  readonly remembered: Remembered | null;
  /** Open requests for promotion; null where no forge was looked at. */
  readonly requests: readonly OpenRequest[] | null;
  /** The guards that count in the fleet's mode. */
  readonly counting: readonly GuardRow[];
  /** What stands before the path of every policy file, and is nobody's business who reads the site. */
  readonly prefix: string;
}

/** Rows of a table that a page shows without a script. */
export const MOST_ROWS = 200;
const MOST_COMING = 12;
const MOST_PROGRESS = 8;

/** Makes the models of one decided fleet. */
export class SiteMaker {
  readonly #input: SiteInput;
  readonly #kinds: FactKinds;
  readonly #examined: Examined;
  readonly #sources: NoticeSources;
  readonly #places: ReadonlyMap<string, string>;

  constructor(input: SiteInput) {
    this.#input = input;
    this.#kinds = new FactKinds(input.decided);
    this.#examined = examine(input.decided);
    this.#sources = { ...input, examined: this.#examined };
    const { prefix } = input;
    this.#places = new Map(
      [...placeSources(input.decided.compiled.policy)].map(([source, place]) => [
        source,
        within(place, prefix),
      ]),
    );
  }

  /**
   * `clients` are listed in the site of the whole fleet. `isSplit`: the devices stand in the sites
   * of their clients, so this one has no lookup.
   */
  make(scope: SiteScope, clients: readonly SiteClient[] | null, isSplit: boolean): SiteModel {
    const { decided, identity, plan, diagnostics, history, prefix } = this.#input;
    const { states, candidates, mergeBys, deadlines } = this.#examined;
    const tally = tallySite(decided, states, scope, this.#kinds);
    const isFleet = scope.client === null;
    const patches = listPatches(decided, tally);
    const needs = scopeNeeds(this.#examined, scope);
    const concerns = countConcerns(decided, scope, tally, needs);
    const totals = this.#totals(scope);
    const remembered = rememberedOf(this.#sources, scope);
    const order = rankDevices(decided, scope, tally);
    const statements = listStatements(decided, scope, tally, prefix);
    const facts = {
      ...headOf(decided),
      client: scope.client,
      policy: identity,
      totals,
      concerns,
      deadlines: deadlines === null ? null : gatherDeadlines(decided, deadlines, scope),
      kinds: [...tally.kinds].map(([kind, count]) => ({ kind: this.#kinds.rows[kind]!, facts: count })),
      plan: isFleet ? plan : null,
      rings: listRings(decided, scope, tally, candidates, mergeBys),
      progress: progressOf(decided, tally, patches, MOST_PROGRESS),
      patches,
      ages: bucketAges(patches, decided.compiled.now),
      order,
      worst: worstDevices(decided, scope, tally, order, MOST_ROWS),
      devices: isSplit ? null : allDevices(decided, scope, tally),
      lookup: isSplit ? null : packFacts(decided, scope, this.#kinds),
      directory: isSplit ? makeDirectory(decided, clients ?? []) : null,
      failures: listFailures(decided, tally),
      statements,
      rules: listRules(decided, scope, tally, prefix),
      diagnostics: isFleet ? diagnostics.map((one) => placeWithin(one, prefix)) : [],
      quality: assessQuality(decided, scope, patches, { ...concerns, ...totals.devices }),
      history: isFleet ? history : onlyOf(history, statements),
      runs: remembered === null ? null : { runs: remembered.runs, actions: countActions(remembered) },
      notices: siteNotices(this.#sources, scope, needs, remembered, statements),
      clients,
      places: this.#places,
    };
    return { ...facts, coming: listComing(facts, MOST_COMING) };
  }

  /** What the site of the fleet says of one client. */
  describeClient(scope: SiteScope, file: string | null): SiteClient {
    const { decided } = this.#input;
    const tally = tallySite(decided, this.#examined.states, scope, this.#kinds);
    return {
      client: scope.client ?? "",
      file,
      totals: this.#totals(scope),
      concerns: countConcerns(decided, scope, tally, scopeNeeds(this.#examined, scope)),
    };
  }

  #totals(scope: SiteScope): SiteModel["totals"] {
    return countFleet(this.#input.decided, this.#examined.states, scope.devices);
  }
}

function placeWithin(diagnostic: Diagnostic, prefix: string): Diagnostic {
  const { place } = diagnostic;
  return place === null
    ? diagnostic
    : { ...diagnostic, place: { ...place, file: within(place.file, prefix) } };
}

function headOf({ compiled, snapshot }: Decided): Pick<SiteModel, "at" | "fleet" | "snapshot"> {
  const { name, mode, timezone, staleAfter, retries } = compiled.policy.fleet;
  const { takenAt, provider, complete } = snapshot.header;
  return {
    at: compiled.now,
    fleet: { name, mode, timezone, staleAfter, retriesMax: retries.max },
    snapshot: { digest: snapshot.digest, takenAt, provider, complete },
  };
}

function allDevices(decided: Decided, scope: SiteScope, tally: SiteTally): SiteModel["devices"] {
  return Array.from(scope.devices, (device, position) => describeDevice(decided, tally, device, position));
}

function makeDirectory({ snapshot }: Decided, clients: readonly SiteClient[]): SiteDirectory {
  const { client, id, name } = snapshot.devices;
  const position = new Map(clients.map((one, index) => [one.client, index]));
  return {
    ids: id,
    names: name,
    clients: Array.from(client.codes, (code) => position.get(client.values[code]!)!),
  };
}

/** Those on most devices first; equals by patch and text. */
function listFailures(decided: Decided, tally: SiteTally): SiteFailure[] {
  const { rings } = decided.compiled;
  const ringsOf = ({ rings: counts }: FailureTally): SiteFailure["rings"] =>
    [...counts]
      .sort(([a], [b]) => (a < 0 ? Infinity : a) - (b < 0 ? Infinity : b))
      .map(([ring, devices]) => ({ ring: rings[ring]?.ring.name ?? "no ring", devices }));
  return tally.failures
    .map((found) => ({
      ...found,
      patch: decided.snapshot.patches[found.patch]!,
      rings: ringsOf(found),
      isSeenFirst: [...found.rings.keys()].some((ring) => rings[ring]?.ring.after === null),
    }))
    .sort(
      (a, b) =>
        b.devices - a.devices ||
        compareCodeUnits(a.patch.id, b.patch.id) ||
        compareCodeUnits(a.error ?? "", b.error ?? ""),
    );
}

/** A client sees the changes of statements that reach it; other names are none of its business. */
function onlyOf(history: PolicyHistory | null, statements: SiteModel["statements"]): PolicyHistory | null {
  if (history === null) return null;
  const own = new Set(statements.map(({ source }) => source));
  return { ...history, entries: history.entries.filter(({ statement }) => own.has(statement)) };
}
