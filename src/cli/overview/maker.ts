import type { Decided } from "../../core/decide.ts";
import type { FactState, FactStates } from "../../core/fact-states.ts";
import { findFactStates } from "../../core/fact-states.ts";
import { OverviewCells } from "../../core/overview-cells.ts";
import type { OverviewGrouping } from "../../core/overview-columns.ts";
import { scopeDevices, scopePatches, splitByClient, type UnknownName } from "../../core/overview-scope.ts";
import { makeOverview } from "../../core/overview.ts";
import type { PolicyIdentity } from "../../core/plan.ts";
import { formatInstant } from "../../core/time.ts";
import type { OverviewFilters, OverviewReport } from "../../report/overview/report.ts";

export interface OverviewInput {
  readonly decided: Decided;
  readonly identity: PolicyIdentity;
  readonly filters: OverviewFilters;
  readonly groupBy: OverviewGrouping;
}

/** Makes overviews of one fleet, of all its devices in scope or of those of a client; what they share is found once. */
export class OverviewMaker {
  /** Names of filters that nothing has. */
  readonly unknown: readonly UnknownName[];
  readonly #input: OverviewInput;
  readonly #states: FactStates;
  readonly #cells: OverviewCells;
  readonly #devices: Uint32Array;
  readonly #patches: Uint8Array | null;

  constructor(input: OverviewInput) {
    const { decided, filters, identity } = input;
    const { devices, unknown } = scopeDevices(decided, filters);
    const chosen = scopePatches(decided, filters.patch);
    this.unknown = [...unknown, ...chosen.unknown];
    this.#input = input;
    this.#devices = devices;
    this.#patches = chosen.patches;
    this.#states = findFactStates(decided);
    this.#cells = new OverviewCells(decided, this.#states, identity);
  }

  whole(): OverviewReport {
    return this.#make(this.#devices, this.#input.filters);
  }

  /** The clients that have devices in scope, by name; null last. */
  clients(): readonly (string | null)[] {
    return this.#split().map(({ client }) => client);
  }

  /** One for each client, in the order of `clients`. */
  *byClient(): Generator<{ readonly client: string | null; readonly report: OverviewReport }> {
    const { filters } = this.#input;
    for (const { client, devices } of this.#split()) {
      const own = client === null ? [] : [client];
      yield { client, report: this.#make(devices, { ...filters, client: own }) };
    }
  }

  #split(): ReturnType<typeof splitByClient> {
    return splitByClient(this.#input.decided, this.#devices);
  }

  #make(devices: Uint32Array, filters: OverviewFilters): OverviewReport {
    const { decided, identity, groupBy } = this.#input;
    const { compiled, snapshot } = decided;
    const { digest, header } = snapshot;
    const wanted = filters.status.length === 0 ? null : new Set(filters.status as FactState[]);
    return {
      overview: makeOverview(decided, this.#states, {
        groupBy,
        devices,
        patches: this.#patches,
        states: wanted,
        superseded: filters.superseded,
      }),
      cells: this.#cells,
      at: formatInstant(compiled.now),
      policy: identity,
      snapshot: { digest, takenAt: formatInstant(header.takenAt), complete: header.complete },
      staleAfter: compiled.policy.fleet.staleAfter,
      filters,
    };
  }
}
