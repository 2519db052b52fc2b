/** A small fleet with every status, stale and never scanned devices, supersedence and two clients with a site of one name. */
import { makeOverviewReport, type OverviewWish } from "./make.ts";
import { ago, device, fact, patch, policy, rule, patches, snapshot } from "../../core/builders.ts";
import type { Snapshot } from "../../../src/core/snapshot.ts";
import type { OverviewReport } from "../../../src/report/overview/report.ts";

export const FLEET: Snapshot = snapshot(
  [
    patch("KB1", { title: "January update", category: "security", kb: "KB1", uninstallable: "yes" }),
    patch("KB2", { title: "February, with a comma", category: "security", supersedes: ["KB1"] }),
    patch("KB3", { title: "Driver", category: "driver", releasedAt: "1601-01-01T00:00:00Z" }),
    patch("KB4", { category: "update", cves: ["CVE-2026-0001"] }),
  ],
  [
    {
      ...device(
        "ws-1",
        "pilot",
        fact("KB1", "installed", { installedAt: ago("20d"), installedBy: "backend" }),
      ),
      client: "acme",
      site: "hq",
      name: "desk one",
      facts: [
        fact("KB1", "missing"),
        fact("KB2", "installed", { installedAt: ago("2d"), installedBy: "backend" }),
        fact("KB3", "failed", { attempts: 2, error: "0x800f0922" }),
      ],
    },
    {
      ...device("ws-2", "production", fact("KB1", "pending"), fact("KB2", "missing"), fact("KB4", "ignored")),
      client: "acme",
      site: "hq",
    },
    {
      ...device("ws-3", "production", fact("KB2", "reboot-required"), fact("KB1", "installed")),
      client: "zeta",
      site: "hq",
    },
    {
      ...device("ws-4", "production", fact("KB2", "missing"), fact("KB3", "installing")),
      client: "zeta",
      scannedAt: ago("30d"),
    },
    { id: "ws-5", tags: ["other"], facts: [fact("KB4", "missing")] },
  ],
);

/** The report of this fleet under a policy that approves security patches. */
export function fleetReport(wish: OverviewWish = {}): OverviewReport {
  const rules = [rule("base/security", { patches: patches({ category: "security" }) })];
  return makeOverviewReport(policy({ rules }), FLEET, wish);
}
