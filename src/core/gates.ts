/**
 * The gates between two rings (design 3, step 6e): one predicate for verdicts, plans, `why` and
 * promotions. Evidence is gathered once per predecessor ring, coverage only for patches whose
 * other gates are open.
 */
import type { CoverageValue } from "./coverage.ts";
import { gatherCoverage, lackingValues } from "./coverage.ts";
import type { Decided } from "./decide.ts";
import type { Evidence, RingEvidence } from "./evidence.ts";
import { gatherEvidence, readEvidence } from "./evidence.ts";
import type { Instant, Reason, Seconds } from "./model.ts";
import { GATED, type Outcome } from "./outcome.ts";
import type { Ring } from "./policy.ts";
import { passesFailureGates, passesInstalledGate } from "./promotion.ts";

/** The gates in the order in which a shut one is named. */
export type GateReason = Extract<
  Reason,
  "NOT_INSTALLED_YET" | "SOAK" | "INSTALLED_PERCENT" | "FAILURES" | "COVERAGE"
>;

export interface ShutGate {
  readonly reason: GateReason;
  /** When time alone opens it; null otherwise. */
  readonly until: Instant | null;
}

export class GateKeeper {
  readonly #decided: Decided;
  readonly #evidence = new Map<number, RingEvidence>();
  readonly #coverage = new Map<number, Map<number, CoverageValue[]>>();

  constructor(decided: Decided) {
    this.#decided = decided;
  }

  /** The index of the ring before; -1 for a first ring. */
  before(ring: number): number {
    const { rings } = this.#decided.compiled;
    const after = rings[ring]!.ring.after;
    return rings.findIndex((candidate) => candidate.ring.name === after);
  }

  evidenceOf(ring: number, patch: number): Evidence {
    const before = this.before(ring);
    let gathered = this.#evidence.get(before);
    if (gathered === undefined) {
      gathered = gatherEvidence(this.#decided, before);
      this.#evidence.set(before, gathered);
    }
    return readEvidence(gathered, this.#decided.compiled.rings[ring]!.ring, patch);
  }

  /** The first gate that is shut for a patch on its way into a ring, with this soak; null when all are open. */
  firstShut(ring: number, patch: number, soak: Seconds): ShutGate | null {
    const byEvidence = shutByEvidence(
      this.#decided.compiled.rings[ring]!.ring,
      this.evidenceOf(ring, patch),
      soak,
      this.#decided.compiled.now,
    );
    if (byEvidence !== null) return byEvidence;
    const lacking = lackingValues(this.coverageOf(ring, patch));
    return lacking.length > 0 ? { reason: "COVERAGE", until: null } : null;
  }

  /** Every value that the coverage gate looks at, with its counts. */
  coverageOf(ring: number, patch: number): readonly CoverageValue[] {
    const known = this.#coverage.get(ring)?.get(patch);
    if (known !== undefined) return known;
    this.#gatherCoverage(ring, new Set([patch, ...this.#askingPatches(ring)]));
    return this.#coverage.get(ring)!.get(patch)!;
  }

  #gatherCoverage(ring: number, patches: ReadonlySet<number>): void {
    const found = gatherCoverage(this.#decided, ring, this.before(ring), patches);
    this.#coverage.set(ring, new Map([...(this.#coverage.get(ring) ?? []), ...found]));
  }

  /** Patches for which somebody in the ring waits and evidence alone shuts no gate: gathered together. */
  #askingPatches(ring: number): Set<number> {
    const { compiled, table } = this.#decided;
    const policyRing = compiled.rings[ring]!.ring;
    const soaks = new Set(
      table.rows.filter((row) => row.ring === ring && (row.flags & GATED) !== 0).map((row) => row.soak),
    );
    const shortest = Math.min(...soaks);
    const asking = new Set<number>();
    this.#decided.waits.forEach((patch, outcome) => {
      if (table.rows[outcome]!.ring !== ring || asking.has(patch)) return;
      const evidence = this.evidenceOf(ring, patch);
      if (shutByEvidence(policyRing, evidence, shortest, compiled.now) === null) asking.add(patch);
    });
    return asking;
  }
}

function shutByEvidence(ring: Ring, evidence: Evidence, soak: Seconds, now: Instant): ShutGate | null {
  const { t0, eligible, installed, failed } = evidence;
  if (t0 === null) return { reason: "NOT_INSTALLED_YET", until: null };
  if (now < t0 + soak) return { reason: "SOAK", until: t0 + soak };
  if (!passesInstalledGate(ring, installed, eligible)) return { reason: "INSTALLED_PERCENT", until: null };
  if (!passesFailureGates(ring, failed, eligible)) return { reason: "FAILURES", until: null };
  return null;
}

export interface FoundReason {
  readonly reason: Reason;
  readonly until: Instant | null;
}

/** The reason and end of an outcome for one patch: a gated one asks the gates. */
export class ReasonFinder {
  readonly #gates: GateKeeper;
  readonly #rows: readonly Outcome[];
  /** By outcome number and then patch. */
  readonly #known = new Map<number, (FoundReason | undefined)[]>();
  readonly #shut = new Map<string, ShutGate | null>();

  constructor(decided: Decided, gates: GateKeeper = new GateKeeper(decided)) {
    this.#gates = gates;
    this.#rows = decided.table.rows;
  }

  find(outcome: number, patch: number): FoundReason {
    const row = this.#rows[outcome]!;
    if ((row.flags & GATED) === 0) return row;
    let byPatch = this.#known.get(outcome);
    if (byPatch === undefined) this.#known.set(outcome, (byPatch = []));
    return (byPatch[patch] ??= this.#firstShut(row, patch) ?? { reason: row.reason, until: null });
  }

  /** Rules share their gates: asked once for each ring, patch and soak. */
  #firstShut(row: Outcome, patch: number): ShutGate | null {
    const key = `${row.ring} ${patch} ${row.soak}`;
    let shut = this.#shut.get(key);
    if (shut === undefined) {
      shut = this.#gates.firstShut(row.ring, patch, row.soak);
      this.#shut.set(key, shut);
    }
    return shut;
  }
}
