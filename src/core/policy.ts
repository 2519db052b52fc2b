/**
 * A policy set as core works on it: defaults filled, durations in seconds, instants
 * as numbers, references checked. Made by src/policy from YAML; core never sees a maybe.
 */
import type { DeadlineSettings } from "./deadline-profile.ts";
import type { Instant, Seconds } from "./model.ts";
import type { NoticeSettings } from "./notice-settings.ts";

/** Where a statement stands; `line` and `column` start at 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Statement {
  readonly name: string;
  readonly owner: string | null;
  readonly description: string | null;
  readonly place: SourcePlace;
}

export const DEVICE_KEYS = [
  "id",
  "name",
  "client",
  "site",
  "type",
  "osFamily",
  "os",
  "tags",
  "allTags",
  "apps",
  "critical",
  "exposed",
] as const;
export type DeviceKey = (typeof DEVICE_KEYS)[number];

export const PATCH_KEYS = [
  "id",
  "title",
  "vendor",
  "product",
  "category",
  "severity",
  "cve",
  "cvssAtLeast",
  "kev",
  "olderThan",
  "newerThan",
  "superseded",
  "reboot",
  "uninstallable",
] as const;
export type PatchKey = (typeof PATCH_KEYS)[number];

/**
 * A selector as a tree (design 2.1). A map is `all` of its keys, its `any` and its `not`;
 * `{}` is `all` of nothing and matches everything. `values` of a `key` are joined by OR
 * (`allTags`: by AND); durations (`olderThan`, `newerThan`) are seconds.
 */
export type SelectorNode<K extends string> =
  | { readonly kind: "all"; readonly nodes: readonly SelectorNode<K>[] }
  | { readonly kind: "any"; readonly nodes: readonly SelectorNode<K>[] }
  | { readonly kind: "not"; readonly node: SelectorNode<K> }
  | { readonly kind: "key"; readonly key: K; readonly values: readonly (string | number | boolean)[] };
export type DeviceSelector = SelectorNode<DeviceKey>;
export type PatchSelector = SelectorNode<PatchKey>;

/** A count, or a percentage of all devices. */
export type Limit =
  { readonly kind: "count"; readonly value: number } | { readonly kind: "percent"; readonly value: number };

export interface Fleet extends Statement {
  readonly mode: "observe" | "propose" | "apply";
  readonly timezone: string;
  readonly staleAfter: Seconds;
  readonly onUnmatched: "release" | "keep";
  readonly retries: { readonly max: number; readonly backoff: Seconds };
  /** As written (`kind` and the product's own keys); null when the policy names none. */
  readonly provider: Readonly<Record<string, unknown>> | null;
  readonly forge: Readonly<Record<string, unknown>> | null;
  readonly store: Readonly<Record<string, unknown>> | null;
  /** Null: nobody is told. */
  readonly notices: NoticeSettings | null;
  readonly limits: {
    readonly actionsPerRun: number;
    readonly devicesPerRun: Limit;
    readonly uninstallsPerRun: number;
    readonly fleetShrink: Limit;
  };
  /** What reports measure against; absent when the policy names none. No verdict depends on it. */
  readonly deadlines?: DeadlineSettings;
}

export type SoakClock = "quorum" | "first-install" | "approved";

export interface Quorum {
  readonly percent: number;
  readonly minDevices: number;
}

export interface Gates {
  readonly installedPercent: number;
  readonly failedDevices: number;
  readonly failedPercent: number;
  /** `os`, `type`, `site`, `client`, `app` or `tag:<prefix>`. */
  readonly coverage: readonly string[];
}

/** Limits on the failures of a patch in the ring itself while it rolls out; null is no limit. */
export interface BrakeLimits {
  readonly failedDevices: number | null;
  readonly failedPercent: number | null;
}

export interface Ring extends Statement {
  /** Null on a first ring. */
  readonly after: string | null;
  readonly devices: DeviceSelector;
  readonly schedule: string | null;
  readonly soak: { readonly for: Seconds; readonly clock: SoakClock; readonly quorum: Quorum };
  readonly gates: Gates;
  readonly promotion: {
    readonly by: "pull-request" | "auto";
    readonly reviewers: readonly string[];
    readonly maxPatches: number;
  };
  /** Null: the limits follow from the gates (`brake.ts`). */
  readonly brake: BrakeLimits | null;
}

export interface Rule {
  /** `<document>/<rule>`. */
  readonly id: string;
  readonly place: SourcePlace;
  readonly owner: string | null;
  readonly patches: PatchSelector;
  readonly devices: DeviceSelector;
  /** Null means all rings. */
  readonly rings: readonly string[] | null;
  readonly then: "approve" | "ignore" | "manual";
  readonly delay: Seconds;
  /** Null means the ring's. */
  readonly soak: Seconds | null;
  /** Null means the ring's. */
  readonly schedule: string | null;
  readonly priority: number;
  readonly rationale: string | null;
}

export interface Decision extends Statement {
  readonly patches: PatchSelector;
  readonly devices: DeviceSelector;
  readonly action: "approve" | "ignore" | "manual";
  readonly reason: string | null;
  readonly ticket: string | null;
  /** In force while `now < expires`; null means for ever. */
  readonly expires: Instant | null;
  readonly locked: boolean;
}

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A window starts at a wall-clock time on some days and lasts an exact duration (design 3.1). */
export interface WindowSpec {
  readonly on:
    | { readonly kind: "weekly"; readonly days: readonly Weekday[] }
    | {
        readonly kind: "monthly";
        readonly weekday: Weekday;
        /** 1 to 5, or the last of the month. */
        readonly nth: 1 | 2 | 3 | 4 | 5 | "last";
        /** Whole days added to the date; may reach into the next month. */
        readonly offsetDays: number;
      };
  /** 0 to 1439. */
  readonly startMinute: number;
  readonly duration: Seconds;
}

export interface Schedule extends Statement {
  /** `device`, or an IANA name. */
  readonly timezone: string;
  readonly dst: "shift-forward" | "skip";
  readonly windows: readonly WindowSpec[];
}

export interface Freeze extends Statement {
  readonly from: Instant;
  readonly to: Instant;
  readonly devices: DeviceSelector;
  readonly pending: "leave" | "withdraw";
  readonly reason: string | null;
}

export interface Hold extends Statement {
  readonly patches: PatchSelector;
  /** Null means all rings. */
  readonly rings: readonly string[] | null;
  readonly devices: DeviceSelector;
  readonly reason: string | null;
  readonly ticket: string | null;
  /** In force while `now < until`; null means for ever. */
  readonly until: Instant | null;
}

export type SkippableByRecall = "window" | "freeze";
export type SkippableByEmergency = "promotion" | "window" | "freeze";

export interface Recall extends Statement {
  readonly patches: PatchSelector;
  readonly devices: DeviceSelector;
  readonly uninstall: boolean;
  readonly maxDevices: number | null;
  readonly skip: readonly SkippableByRecall[];
  readonly reason: string | null;
  readonly ticket: string | null;
}

export interface Emergency extends Statement {
  readonly patches: PatchSelector;
  readonly devices: DeviceSelector;
  readonly skip: readonly SkippableByEmergency[];
  readonly reason: string | null;
  readonly ticket: string | null;
  readonly requestedAt: Instant;
  readonly expiresAt: Instant;
}

/** What a well-formed promotion file claims (design 4.2). */
export interface PromotionClaim {
  readonly from: string;
  readonly revision: string | number | null;
  readonly at: Instant;
  readonly clock: SoakClock;
  /** Null when the file gives none; a quorum clock needs one. */
  readonly quorum: Quorum | null;
  readonly t0: Instant;
  readonly metAt: Instant;
  readonly eligible: number;
  readonly installed: number;
  readonly failed: number;
  readonly pending: number;
  /** The attributes that the evidence covers. */
  readonly coverage: readonly string[];
}

/** A promotion document. A broken one is kept, so that "rejected" can be told from "not there". */
export interface PromotionFile extends Statement {
  /** Null where the document does not even say. */
  readonly to: string | null;
  readonly patch: string | null;
  /** Null when the document breaks its schema or its digest does not match. */
  readonly claim: PromotionClaim | null;
}

/** Every list is sorted by name (rules by id), by code unit. */
export interface PolicySet {
  /** `sha256:` over the parsed documents in canonical JSON, so that comments and layout do not count. */
  readonly digest: string;
  readonly fleet: Fleet;
  readonly rings: readonly Ring[];
  readonly rules: readonly Rule[];
  readonly decisions: readonly Decision[];
  readonly schedules: readonly Schedule[];
  readonly freezes: readonly Freeze[];
  readonly holds: readonly Hold[];
  readonly recalls: readonly Recall[];
  readonly emergencies: readonly Emergency[];
  readonly promotions: readonly PromotionFile[];
}
