/** What the patch overview is grouped by. */
export const OVERVIEW_GROUPS = ["patch", "device", "client", "site", "ring"] as const;
export type OverviewGroup = (typeof OVERVIEW_GROUPS)[number];
