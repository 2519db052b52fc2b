/** Overviews of policies and snapshots made by hand. */
import type { OverviewGrouping } from "../../../src/core/overview-columns.ts";
import type { PolicySet } from "../../../src/core/policy.ts";
import type { PolicyIdentity } from "../../../src/core/plan.ts";
import type { Snapshot } from "../../../src/core/snapshot.ts";
import { OverviewMaker } from "../../../src/cli/overview/maker.ts";
import type { OverviewFilters, OverviewReport } from "../../../src/report/overview/report.ts";
import { decideAt } from "../../core/builders.ts";

export interface OverviewWish extends Partial<OverviewFilters> {
  readonly groupBy?: OverviewGrouping;
  readonly identity?: PolicyIdentity;
}

const IDENTITY: PolicyIdentity = {
  commit: "4e1c9d2a81b7c0ffee00112233445566778899aa",
  dirty: false,
  digest: "sha256:d1",
};

export function makeMaker(policySet: PolicySet, snap: Snapshot, wish: OverviewWish = {}): OverviewMaker {
  const { groupBy = "patch", identity = IDENTITY, ...filters } = wish;
  const none = { client: [], site: [], ring: [], device: [], patch: [], status: [], superseded: false };
  return new OverviewMaker({
    decided: decideAt(policySet, snap),
    identity,
    groupBy,
    filters: { ...none, ...filters },
  });
}

export function makeOverviewReport(
  policySet: PolicySet,
  snap: Snapshot,
  wish: OverviewWish = {},
): OverviewReport {
  return makeMaker(policySet, snap, wish).whole();
}
