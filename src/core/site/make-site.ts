/** From decided facts to the model of a site. What all scopes share is computed once. */
import { assessDeadlines, type DeadlineAssessment } from "../deadlines.ts";
import type { Decided } from "../decide.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { findFactStates, type FactStates } from "../fact-states.ts";
import { countFleet } from "../fleet-totals.ts";
import { findMergeBys, type MergeBy } from "../merge-by.ts";
import { compareCodeUnits } from "../order.ts";
import type { Plan, PolicyIdentity } from "../plan.ts";
import type { PolicyHistory } from "../policy-history.ts";
import { findCandidates, type PromotionCandidate } from "../promotion-candidates.ts";
import { placeSources } from "../source-places.ts";
import { findAttention } from "./attention.ts";
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
import type { SiteClient, SiteDirectory, SiteFailure, SiteModel, SiteRuns } from "./site-model.ts";
import { listStatements } from "./statements.ts";
import { tallySite, type FailureTally, type SiteTally } from "./tally.ts";

export interface SiteInput {
  readonly decided: Decided;
  readonly identity: PolicyIdentity;
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
  readonly history: PolicyHistory | null;
  readonly runs: SiteRuns | null;
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
  readonly #states: FactStates;
  readonly #candidates: readonly PromotionCandidate[];
  readonly #mergeBy: ReadonlyMap<PromotionCandidate, MergeBy>;
  readonly #places: ReadonlyMap<string, string>;
  /** Null when the policy names no profile. */
  readonly #deadlines: DeadlineAssessment | null;

  constructor(input: SiteInput) {
    this.#input = input;
    this.#kinds = new FactKinds(input.decided);
    this.#states = findFactStates(input.decided);
    this.#candidates = findCandidates(input.decided);
    const { prefix } = input;
    this.#places = new Map(
      [...placeSources(input.decided.compiled.policy)].map(([source, place]) => [
        source,
        within(place, prefix),
      ]),
    );
    const { deadlines } = input.decided.compiled.policy.fleet;
    this.#deadlines =
      deadlines === undefined || deadlines.profiles.length === 0
        ? null
        : assessDeadlines(input.decided, deadlines.profiles, deadlines.warnBefore);
    this.#mergeBy =
      this.#deadlines === null || deadlines === undefined
        ? new Map()
        : findMergeBys(input.decided, this.#deadlines, this.#candidates, deadlines.assume);
  }

  /**
   * `clients` are listed in the site of the whole fleet. `isSplit`: the devices stand in the sites
   * of their clients, so this one has no lookup.
   */
  make(scope: SiteScope, clients: readonly SiteClient[] | null, isSplit: boolean): SiteModel {
    const { decided, identity, plan, diagnostics, history, runs, prefix } = this.#input;
    const tally = tallySite(decided, this.#states, scope, this.#kinds);
    const isFleet = scope.client === null;
    const patches = listPatches(decided, tally);
    const concerns = countConcerns(decided, scope, tally);
    const totals = this.#totals(scope);
    const order = rankDevices(decided, scope, tally);
    const statements = listStatements(decided, scope, tally, prefix);
    const facts = {
      ...headOf(decided),
      client: scope.client,
      policy: identity,
      totals,
      concerns,
      deadlines: this.#deadlines === null ? null : gatherDeadlines(decided, this.#deadlines, scope),
      kinds: [...tally.kinds].map(([kind, count]) => ({ kind: this.#kinds.rows[kind]!, facts: count })),
      plan: isFleet ? plan : null,
      rings: listRings(decided, scope, tally, this.#candidates, this.#mergeBy),
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
      runs: isFleet ? runs : withoutDetails(runs),
      clients,
      places: this.#places,
    };
    return { ...facts, attention: findAttention(facts), coming: listComing(facts, MOST_COMING) };
  }

  /** What the site of the fleet says of one client. */
  describeClient(scope: SiteScope, file: string | null): SiteClient {
    const { decided } = this.#input;
    const tally = tallySite(decided, this.#states, scope, this.#kinds);
    return {
      client: scope.client ?? "",
      file,
      totals: this.#totals(scope),
      concerns: countConcerns(decided, scope, tally),
    };
  }

  #totals(scope: SiteScope): SiteModel["totals"] {
    return countFleet(this.#input.decided, this.#states, scope.devices);
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

/** What the steps of a run say may name devices of others. */
function withoutDetails(runs: SiteRuns | null): SiteRuns | null {
  if (runs === null) return null;
  return {
    ...runs,
    runs: runs.runs.map((run) => ({ ...run, summary: run.summary && { ...run.summary, steps: [] } })),
  };
}

/** A client sees the changes of statements that reach it; other names are none of its business. */
function onlyOf(history: PolicyHistory | null, statements: SiteModel["statements"]): PolicyHistory | null {
  if (history === null) return null;
  const own = new Set(statements.map(({ source }) => source));
  return { ...history, entries: history.entries.filter(({ statement }) => own.has(statement)) };
}
