import type { Diagnostic } from "../core/diagnostic.ts";
import type { Approval, Instant } from "../core/model.ts";

/** What a reader wants to know of a patch beside its id. Hostile text. */
export interface PatchInfo {
  readonly title: string | null;
  /** `critical`, `important`, … or `unknown`. */
  readonly severity: string;
  /** The patch date of design 1.2; null when there is none. */
  readonly date: Instant | null;
  /** What `date` is: whoever shows one that is not the release date says so. */
  readonly dateSource: "released" | "first-seen" | "detected";
  /** `yes`, `no` or `unknown`. */
  readonly uninstallable: string;
}

/** Where a device belongs. Hostile text; null is unknown. */
export interface DeviceInfo {
  readonly client: string | null;
  readonly site: string | null;
  readonly type: string | null;
}

/**
 * What renderers add to a plan: names, places and findings. Lookups, so that a large
 * fleet need not be copied; each answers null for what it does not know, and a plan
 * can be rendered with `EMPTY_CONTEXT`. Nothing here changes a total.
 */
export interface PlanContext {
  patch(id: string): PatchInfo | null;
  device(id: string): DeviceInfo | null;
  /** `file:line` of a source of the plan: `microsoft/security`, `Recall/pull-kb5990160`. */
  place(source: string): string | null;
  /** The approval in force on the device (`A` of design 1.5); null when it is not known. */
  approval(device: string, patch: string): Approval | null;
  /** Findings about the policy and the fleet, in the order in which they are shown. */
  readonly diagnostics: readonly Diagnostic[];
  /** What to type next; when empty the renderer offers its own. */
  readonly hints: readonly string[];
}

export const EMPTY_CONTEXT: PlanContext = {
  patch: () => null,
  device: () => null,
  place: () => null,
  approval: () => null,
  diagnostics: [],
  hints: [],
};
