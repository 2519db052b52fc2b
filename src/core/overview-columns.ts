/** The columns of the patch overview: the same names in the same order in every format. */
import type { FactState } from "./fact-states.ts";
import { FACT_STATES } from "./fact-states.ts";

/** What the patch overview is grouped by. */
export const OVERVIEW_GROUPS = ["patch", "device", "client", "site", "ring"] as const;
export type OverviewGrouping = (typeof OVERVIEW_GROUPS)[number];

/** What a cell depends on: all cells of one device, or of one patch, are the same in every row. */
export type ColumnOwner = "device" | "patch" | "fact";

/** One row is one patch on one device. `instant`: RFC 3339 text in UTC. `flag`: yes or no. */
export const OVERVIEW_COLUMNS = [
  { name: "device", of: "device", kind: "text" },
  { name: "patch", of: "patch", kind: "text" },
  { name: "title", of: "patch", kind: "text" },
  { name: "severity", of: "patch", kind: "text" },
  /** Reported last; while `stale` says yes it is not counted as this. */
  { name: "status", of: "fact", kind: "text" },
  { name: "stale", of: "fact", kind: "flag" },
  { name: "verdict", of: "fact", kind: "text" },
  { name: "reason", of: "fact", kind: "text" },
  { name: "until", of: "fact", kind: "instant" },
  { name: "ring", of: "device", kind: "text" },
  { name: "client", of: "device", kind: "text" },
  { name: "site", of: "device", kind: "text" },
  { name: "source", of: "fact", kind: "text" },
  /** Where the source stands: `file:line@commit`. */
  { name: "place", of: "fact", kind: "text" },
  { name: "soakEndsAt", of: "fact", kind: "instant" },
  { name: "approval", of: "fact", kind: "text" },
  { name: "detectedAt", of: "fact", kind: "instant" },
  { name: "installedAt", of: "fact", kind: "instant" },
  { name: "installedBy", of: "fact", kind: "text" },
  { name: "supersededBy", of: "fact", kind: "text" },
  { name: "installedBySuperseding", of: "fact", kind: "flag" },
  { name: "attempts", of: "fact", kind: "number" },
  { name: "error", of: "fact", kind: "text" },
  { name: "deviceName", of: "device", kind: "text" },
  { name: "deviceType", of: "device", kind: "text" },
  { name: "os", of: "device", kind: "text" },
  { name: "kb", of: "patch", kind: "text" },
  { name: "vendor", of: "patch", kind: "text" },
  { name: "product", of: "patch", kind: "text" },
  { name: "category", of: "patch", kind: "text" },
  { name: "releasedAt", of: "patch", kind: "instant" },
  { name: "firstSeenAt", of: "patch", kind: "instant" },
  { name: "uninstallable", of: "patch", kind: "text" },
] as const;
export type OverviewColumn = (typeof OVERVIEW_COLUMNS)[number];

/** A cell; null where there is nothing to say. Text of a backend is hostile. */
export type Cell = string | number | boolean | null;

/** What is counted of a group, by the names that every format uses. */
export type GroupCountName =
  FactState | "devices" | "patches" | "shown" | "superseded" | "installedBySuperseding";
export const GROUP_COUNTS: readonly GroupCountName[] = [
  "devices",
  "patches",
  "shown",
  ...FACT_STATES,
  "superseded",
  "installedBySuperseding",
];
