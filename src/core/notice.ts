/**
 * A notice: something that needs a person, as facts (design 5, status). Words are made of it in
 * `src/report`; texts in it that come from a backend or a forge are hostile.
 */
import type { GateReason } from "./gates.ts";
import type { Instant } from "./model.ts";
import type { StuckObstacle } from "./needs.ts";
import { NOTICE_LEVELS, type NoticeLevel } from "./notice-settings.ts";
import { compareCodeUnits } from "./order.ts";

/** Who acts next. */
export const NOTICE_ACTORS = ["operators", "reviewer", "policy-owner", "device-user"] as const;
export type NoticeActor = (typeof NOTICE_ACTORS)[number];

/** What happened, by kind. Counts are whole numbers; lists are sorted by code unit. */
export type NoticeSubject =
  | {
      readonly kind: "run-stopped";
      readonly step: string;
      /** `stalled`: a person must act. `failed`: the world failed; the next run tries again. */
      readonly outcome: "stalled" | "failed";
      readonly code: string | null;
      readonly detail: string;
    }
  | {
      /** The last run did not do all that it should, though no step stands still. */
      readonly kind: "run-ended";
      readonly exitCode: number;
    }
  | {
      readonly kind: "guard";
      readonly guard: string;
      readonly limit: number;
      readonly value: number;
      /** Patches in the list of known exploited ones among the actions that it holds back. */
      readonly exploited: number;
    }
  | {
      readonly kind: "outcome-unknown" | "outcome-unverified";
      readonly count: number;
      readonly devices: number;
      /** Of the oldest. */
      readonly since: Instant;
      /** Most observations that one of them has outlived. */
      readonly observations: number;
    }
  | {
      readonly kind: "brake";
      readonly ring: string;
      readonly patch: string;
      /** Of the whole ring; null where that is nobody's business who reads it. */
      readonly failed: number | null;
      readonly eligible: number | null;
    }
  | {
      readonly kind: "promotion-waits";
      readonly ring: string;
      /** Null when no request is open. */
      readonly request: number | null;
      readonly patches: readonly string[];
      /** Installs that the merge would let begin: one for each device and patch. */
      readonly installs: number;
    }
  | {
      readonly kind: "promotion-rejected";
      readonly ring: string;
      readonly patches: readonly string[];
      readonly installs: number;
    }
  | {
      /** The soak is over, and a gate is shut that no time opens. */
      readonly kind: "promotion-gated";
      readonly ring: string;
      readonly from: string;
      readonly reason: GateReason;
      readonly patches: readonly string[];
      readonly installs: number;
    }
  | {
      readonly kind: "exception-ends";
      /** `Decision/<name>` or `Hold/<name>`. */
      readonly statement: string;
      readonly file: string;
      readonly owner: string | null;
    }
  | {
      readonly kind: "deadline";
      readonly profile: string;
      readonly state: DeadlineState;
      /** Patches on devices. */
      readonly obligations: number;
      readonly patches: number;
      readonly devices: number;
    }
  | {
      readonly kind: "blocked";
      readonly obstacle: StuckObstacle;
      readonly facts: number;
      readonly patches: readonly string[];
      readonly devices: number;
    }
  | {
      readonly kind: "decide";
      /** Patches on devices that are not installed. */
      readonly facts: number;
      /** As many more have the verdict `manual`, and need no decision, because they are installed already. */
      readonly installed: number;
    }
  | {
      readonly kind: "undated";
      /** Patches on devices that are not installed. */
      readonly facts: number;
      readonly patches: readonly string[];
    }
  | { readonly kind: "exploited"; readonly devices: number; readonly patches: readonly string[] }
  | { readonly kind: "snapshot"; readonly problem: "incomplete" | "old" | "ahead"; readonly takenAt: Instant }
  | { readonly kind: "not-measured"; readonly stale: number; readonly neverScanned: number }
  | { readonly kind: "no-ring"; readonly devices: number }
  | { readonly kind: "reboot"; readonly devices: number };

export type NoticeKind = NoticeSubject["kind"];

/**
 * - `at-risk`: due soon, and can still be kept.
 * - `lost`: cannot be kept unless somebody acts.
 * - `no-window`: the same, because no window opens before, and due within two days.
 */
export type DeadlineState = "at-risk" | "overdue" | "lost" | "no-window";

export interface Notice {
  /**
   * Stable: the same as long as it says the same in substance. A number that moves from run to run
   * does not change it; a new brake, another request or a later unknown outcome does.
   */
  readonly key: string;
  readonly level: NoticeLevel;
  readonly subject: NoticeSubject;
  /** By when somebody should act; null when nothing is lost by waiting. */
  readonly by: Instant | null;
  readonly actor: NoticeActor;
  /** The command that goes on from here, as words that are not quoted yet. */
  readonly next: readonly string[];
  /** A page to open instead; null where there is none. */
  readonly link: string | null;
}

/** Most urgent first: by level, then what is due first, then by key. */
export function compareNotices(a: Notice, b: Notice): number {
  return (
    NOTICE_LEVELS.indexOf(a.level) - NOTICE_LEVELS.indexOf(b.level) ||
    compareDue(a.by, b.by) ||
    compareCodeUnits(a.key, b.key)
  );
}

/** What has no date comes last. */
function compareDue(a: Instant | null, b: Instant | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a - b;
}
