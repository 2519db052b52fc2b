/**
 * Everything that the pages of a site show, for one scope: the whole fleet or one client. Pure
 * data; what is not known or not recorded is null. Names and texts are hostile and not escaped.
 */
import type { Diagnostic } from "../diagnostic.ts";
import type { FleetTotals } from "../fleet-totals.ts";
import type { Instant, Patch, Seconds } from "../model.ts";
import type { Notice } from "../notice.ts";
import type { Plan, PolicyIdentity } from "../plan.ts";
import type { PolicyHistory } from "../policy-history.ts";
import type { ActionStatus } from "../remembered.ts";
import type { RecordedRun } from "../run-rhythm.ts";
import type { ComingEvent } from "./coming.ts";
import type { SiteDeadlines } from "./deadlines.ts";
import type { DeviceConcerns, SiteDevice } from "./devices.ts";
import type { FactKind } from "./fact-kind.ts";
import type { SiteLookup } from "./lookup.ts";
import type { AgeBucket, SitePatch } from "./patches.ts";
import type { SiteQuality } from "./quality.ts";
import type { RingProgress, SiteRing } from "./rings.ts";
import type { SiteRule } from "./rules.ts";
import type { SiteStatement } from "./statements.ts";
import type { FailureTally } from "./tally.ts";

export interface SiteFailure extends Omit<FailureTally, "patch" | "rings"> {
  readonly patch: Patch;
  /** Devices by ring, in the order of the rings; "no ring" last. */
  readonly rings: readonly { readonly ring: string; readonly devices: number }[];
  /** A first ring has it too. */
  readonly isSeenFirst: boolean;
}

/** What a store remembers of the runs. */
export interface SiteRuns {
  /** Newest first; `summary` is null for one that goes on or was cut off. In the site of one client without steps. */
  readonly runs: readonly RecordedRun[];
  /** Of the devices in scope. */
  readonly actions: ActionStatus;
}

/** One client in the site of the whole fleet. */
export interface SiteClient {
  /** "" for devices without one. */
  readonly client: string;
  /** The file of its site beside this one; null when the fleet is not split. */
  readonly file: string | null;
  readonly totals: FleetTotals;
  readonly concerns: DeviceConcerns;
}

/** In which client's site each device stands. Columns by device. */
export interface SiteDirectory {
  readonly ids: readonly string[];
  readonly names: readonly (string | null)[];
  /** Positions in `SiteModel.clients`. */
  readonly clients: readonly number[];
}

export interface SiteModel {
  readonly at: Instant;
  readonly fleet: {
    readonly name: string;
    readonly mode: string;
    readonly timezone: string;
    readonly staleAfter: Seconds;
    readonly retriesMax: number;
  };
  /** Null for the whole fleet. */
  readonly client: string | null;
  readonly policy: PolicyIdentity;
  readonly snapshot: {
    readonly digest: string;
    readonly takenAt: Instant;
    readonly provider: string | null;
    readonly complete: boolean;
  };
  readonly totals: FleetTotals;
  readonly concerns: DeviceConcerns;
  /** Null when the policy names no profile. */
  readonly deadlines: SiteDeadlines | null;
  /** Facts of each kind. */
  readonly kinds: readonly { readonly kind: FactKind; readonly facts: number }[];
  /** What the next run would do; null in the site of one client, because a plan is the fleet's. */
  readonly plan: Plan | null;
  /** What needs a person: the list of `status`, for the devices in scope. */
  readonly notices: readonly Notice[];
  readonly coming: readonly ComingEvent[];
  readonly rings: readonly SiteRing[];
  readonly progress: readonly RingProgress[];
  readonly patches: readonly SitePatch[];
  readonly ages: readonly AgeBucket[];
  /** Positions of all devices in the scope, the worst first. */
  readonly order: Uint32Array;
  /** The worst first, at most as many as a page shows; `concerns.needing` is how many there are. */
  readonly worst: readonly SiteDevice[];
  /** Every device of the scope, in its order, for the lookup; null where the fleet is split: each client's site has its own. */
  readonly devices: readonly SiteDevice[] | null;
  readonly lookup: SiteLookup | null;
  /** Only where the fleet is split, in the site of the whole. */
  readonly directory: SiteDirectory | null;
  readonly failures: readonly SiteFailure[];
  readonly statements: readonly SiteStatement[];
  readonly rules: readonly SiteRule[];
  /** Findings about policy and fleet; empty in the site of one client: they name others' devices. */
  readonly diagnostics: readonly Diagnostic[];
  readonly quality: SiteQuality;
  /** Null outside Git. */
  readonly history: PolicyHistory | null;
  /** Null where no store is. */
  readonly runs: SiteRuns | null;
  /** Null in the site of one client. */
  readonly clients: readonly SiteClient[] | null;
  /** `file:line` of every statement. */
  readonly places: ReadonlyMap<string, string>;
}
