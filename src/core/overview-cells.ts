/** What stands in the cells of an overview, by what it depends on. Objects are made for rows that are printed, and only then. */
import type { Decided } from "./decide.ts";
import type { FactStates } from "./fact-states.ts";
import { INSTALLED_BY_SUPERSEDING } from "./fact-states.ts";
import { GateKeeper, ReasonFinder } from "./gates.ts";
import { InstantTexts } from "./instant-texts.ts";
import { INSTALLERS, type Instant } from "./model.ts";
import { GATED } from "./outcome.ts";
import type { Cell, ColumnOwner, OverviewColumn } from "./overview-columns.ts";
import type { OverviewRow } from "./overview-rows.ts";
import { isSane } from "./patch-date.ts";
import type { PolicyIdentity } from "./plan.ts";
import { approvalOf, statusOf, type TextColumn } from "./snapshot.ts";
import { placeSources } from "./source-places.ts";
import { EARLIEST_DATE } from "./time.ts";

type NameOf<Owner extends ColumnOwner> = Extract<OverviewColumn, { readonly of: Owner }>["name"];
export type DeviceCells = Readonly<Record<NameOf<"device">, Cell>>;
export type PatchCells = Readonly<Record<NameOf<"patch">, Cell>>;
export type FactCells = Readonly<Record<NameOf<"fact">, Cell>>;

export class OverviewCells {
  readonly #decided: Decided;
  readonly #states: FactStates;
  readonly #gates: GateKeeper;
  readonly #reasons: ReasonFinder;
  readonly #places: ReadonlyMap<string, string>;
  readonly #at: string;
  /** By outcome and then patch. */
  readonly #soakEnds = new Map<number, (Instant | null | undefined)[]>();
  readonly #instants = new InstantTexts();

  constructor(decided: Decided, states: FactStates, identity: PolicyIdentity) {
    this.#decided = decided;
    this.#states = states;
    this.#gates = new GateKeeper(decided);
    this.#reasons = new ReasonFinder(decided, this.#gates);
    this.#places = placeSources(decided.compiled.policy);
    this.#at = commitMark(identity);
  }

  device(device: number): DeviceCells {
    const { devices } = this.#decided.snapshot;
    const { classes, ringOfClass, rings } = this.#decided.compiled;
    const text = (column: TextColumn): string | null => column.values[column.codes[device]!]! || null;
    return {
      client: text(devices.client),
      site: text(devices.site),
      device: devices.id[device]!,
      deviceName: devices.name[device]!,
      deviceType: text(devices.type),
      ring: rings[ringOfClass[classes.classOf[device]!]!]?.ring.name ?? null,
      os: text(devices.os),
    };
  }

  patch(index: number): PatchCells {
    const patch = this.#decided.snapshot.patches[index]!;
    return {
      patch: patch.id,
      title: patch.title,
      kb: patch.kb,
      severity: patch.severity,
      releasedAt: this.#sane(patch.releasedAt),
      firstSeenAt: this.#sane(patch.firstSeenAt),
      vendor: patch.vendor,
      product: patch.product,
      category: patch.category,
      uninstallable: patch.uninstallable,
    };
  }

  fact({ device, patch, fact }: OverviewRow): FactCells {
    const { snapshot, stale, table, outcomes } = this.#decided;
    const { facts, patches } = snapshot;
    const state = facts.state[fact]!;
    const outcome = table.rows[outcomes[fact]!]!;
    const { reason, until } = this.#reasons.find(outcomes[fact]!, patch);
    const by = this.#states.supersededBy[fact]!;
    const status = statusOf(state);
    // The source of a superseded one is a patch, which may be called like a rule.
    const isStatement = outcome.source !== null && outcome.verdict !== "superseded";
    const place = isStatement ? this.#places.get(outcome.source) : undefined;
    return {
      status,
      stale: stale[device] === 1,
      verdict: outcome.verdict,
      reason,
      until: this.#text(until),
      soakEndsAt: this.#text(this.#soakEnd(outcomes[fact]!, patch)),
      source: outcome.source,
      place: place === undefined ? null : place + this.#at,
      approval: approvalOf(state),
      detectedAt: this.#sane(facts.detectedAt[fact]!),
      installedAt: this.#past(facts.installedAt[fact]!),
      installedBy: status === "installed" ? INSTALLERS[facts.installedBy[fact]!]! : null,
      supersededBy: by < 0 ? null : patches[by]!.id,
      installedBySuperseding: (this.#states.flags[fact]! & INSTALLED_BY_SUPERSEDING) !== 0,
      attempts: facts.attempts.at(fact)!,
      error: facts.errors.get(fact) ?? null,
    };
  }

  /** When the soak of a fact that waits ends or ended; null before its clock has started. */
  #soakEnd(outcome: number, patch: number): Instant | null {
    const row = this.#decided.table.rows[outcome]!;
    if ((row.flags & GATED) === 0) return null;
    let byPatch = this.#soakEnds.get(outcome);
    if (byPatch === undefined) this.#soakEnds.set(outcome, (byPatch = []));
    let known = byPatch[patch];
    if (known === undefined) {
      const { t0 } = this.#gates.evidenceOf(row.ring, patch);
      byPatch[patch] = known = t0 === null ? null : t0 + row.soak;
    }
    return known;
  }

  #sane(at: Instant | null): string | null {
    return isSane(at, this.#decided.compiled.now) ? this.#text(at) : null;
  }

  /** A date before 1972 or later than now is no date (design 1.2). */
  #past(at: number): string | null {
    return at >= EARLIEST_DATE && at <= this.#decided.compiled.now ? this.#text(at) : null;
  }

  #text(at: Instant | null): string | null {
    return at === null ? null : this.#instants.format(at);
  }
}

/** `@4e1c9d2a81b7`, with `-dirty` when files were changed since; nothing outside Git. */
function commitMark({ commit, dirty }: PolicyIdentity): string {
  return commit === null ? "" : `@${commit.slice(0, 12)}${dirty ? "-dirty" : ""}`;
}
