import { describe, expect, it } from "vitest";
import type { Approval, Status } from "../../src/core/model.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import * as F from "./fixture.ts";

/** Policies that give the one fact each verdict. */
const POLICIES: Readonly<Record<string, PolicySet>> = {
  approve: F.policy({ rules: [F.rule("r/a")] }),
  ignore: F.policy({ decisions: [F.decision("d", "ignore")] }),
  uninstall: F.policy({ recalls: [F.recall("r", { uninstall: true })] }),
  wait: F.policy({ rules: [F.rule("r/a")], holds: [F.hold("h")] }),
  manual: F.policy({ rules: [F.rule("r/a", { then: "manual" })] }),
  superseded: F.policy({ rules: [F.rule("r/a", { patches: F.is("id", "p") })] }),
  leave: F.policy(),
};
const APPROVALS: readonly Approval[] = ["none", "approve", "ignore", "uninstall"];
const NOTHING = "- - - -";
const HOLD = "- do-nothing do-nothing do-nothing";
const UNSAFE = "ignore ignore - ignore";
const BACK = "- - - do-nothing";

/** The table of 1.5, row by row; the four words of a cell are for A none, approve, ignore, uninstall. */
const TABLE: readonly [Status[], string, string][] = [
  [["missing", "pending", "ignored"], "approve", "approve - approve approve"],
  [["missing", "pending", "ignored"], "ignore", UNSAFE],
  [["missing", "pending", "ignored"], "uninstall", UNSAFE],
  [["failed"], "approve", "approve reprocess approve approve"],
  [["failed"], "ignore", UNSAFE],
  [["failed"], "uninstall", "ignore ignore - reprocess"],
  [["installed"], "approve", BACK],
  [["installed"], "ignore", BACK],
  [["installed"], "uninstall", "uninstall uninstall uninstall -"],
  [["reboot-required"], "approve", NOTHING],
  [["reboot-required"], "ignore", NOTHING],
  [["reboot-required"], "uninstall", Array(4).fill("REBOOT_FIRST:uninstall").join(" ")],
  [["installing"], "approve", NOTHING],
  [["installing"], "ignore", "IN_PROGRESS:ignore IN_PROGRESS:ignore - IN_PROGRESS:ignore"],
  [["installing"], "uninstall", `${Array(3).fill("IN_PROGRESS:uninstall").join(" ")} -`],
  ...(["wait", "manual", "superseded"].flatMap((verdict) => [
    [["missing", "pending", "ignored", "failed"], verdict, HOLD],
    [["installed"], verdict, BACK],
    [["reboot-required"], verdict, NOTHING],
    [["installing"], verdict, `- ${Array(3).fill("IN_PROGRESS:do-nothing").join(" ")}`],
  ]) as [Status[], string, string][]),
  [
    ["missing", "pending", "ignored", "failed", "installed", "reboot-required", "installing"],
    "leave",
    NOTHING,
  ],
];

function snapshotWith(status: Status, approval: Approval, ours: boolean): ReturnType<typeof F.snapshot> {
  const facts = [F.fact(status, { approval, approvalBy: ours ? "patchring" : "person" })];
  const newer = [F.PATCH, { id: "q", supersedes: ["p"] }];
  return F.snapshot([F.device("d", "pilot", ...facts, { patch: "q", status: "installed" })], newer);
}

describe("table of verdict and action (1.5)", () => {
  const cells = TABLE.flatMap(([statuses, verdict, cell]) =>
    statuses.map((status) => [status, verdict, cell] as const),
  );

  it.each(cells)("%s × %s", (status, verdict, cell) => {
    const given = POLICIES[verdict] as PolicySet;
    // Only for `superseded` may the newer patch cover this one.
    const rows = APPROVALS.map((approval) => {
      const { patches, ...rest } = snapshotWith(status, approval, false);
      const kept = verdict === "superseded" ? patches : [F.PATCH, { id: "q" }];
      const plan = F.planOf(given, { ...rest, patches: kept });
      return F.actionOf(plan);
    });
    expect(rows.join(" ")).toBe(cell);
  });

  it.each(["missing", "pending", "ignored", "failed"] as const)(
    "%s, held where do-nothing is no hold",
    (status) => {
      const rows = APPROVALS.map((approval) => {
        const input = snapshotWith(status, approval, false);
        const capabilities = { ...input.header.capabilities, holdIsSafe: false };
        return F.actionOf(
          F.planOf(POLICIES["wait"] as PolicySet, { ...input, header: { ...input.header, capabilities } }),
        );
      });
      expect(rows.join(" ")).toBe(UNSAFE);
    },
  );

  it.each([
    ["installed", "- do-nothing do-nothing do-nothing"],
    ["failed", "- do-nothing do-nothing do-nothing"],
    ["reboot-required", "- do-nothing do-nothing do-nothing"],
    ["installing", NOTHING],
  ] as const)("%s × leave releases what we set", (status, cell) => {
    const rows = APPROVALS.map((approval) =>
      F.actionOf(F.planOf(F.policy(), snapshotWith(status, approval, true))),
    );
    expect(rows.join(" ")).toBe(cell);
  });
});

describe("retry and obstacles", () => {
  const approve = POLICIES["approve"] as PolicySet;
  const failed = (more: object, capabilities?: Parameters<typeof F.snapshot>[2]): string =>
    F.actionOf(
      F.planOf(
        approve,
        F.snapshot([F.device("d", "pilot", F.fact("failed", more))], [F.PATCH], capabilities),
      ),
    );

  it.each([
    ["never tried", {}, "reprocess"],
    ["two of three tries", { attempts: 2 }, "reprocess"],
    ["three of three tries", { attempts: 3 }, "RETRIES_USED:reprocess"],
    ["backoff just over", { lastAttemptAt: "2026-03-17T09:00:00Z" }, "reprocess"],
    ["a second before that", { lastAttemptAt: "2026-03-17T09:00:01Z" }, "RETRY_BACKOFF:reprocess"],
    ["tried in the future", { lastAttemptAt: "2026-03-18T09:00:01Z" }, "reprocess"],
    ["used up, not approved", { attempts: 3, approval: "none" }, "approve"],
  ])("%s", (_, more, expected) => {
    expect(failed(more)).toBe(expected);
  });

  it("has no capabilities without the header's", () => {
    expect(failed({}, null)).toBe("MANUAL_BACKEND:reprocess");
  });

  it("keeps a stale device from all but ignore and do-nothing", () => {
    const stale = { ...F.device("d", "pilot", F.fact("missing")), scannedAt: "2026-03-15T08:59:59Z" };
    expect(F.actionOf(F.planOf(approve, F.snapshot([stale])))).toBe("STALE_SCAN:approve");
    expect(F.actionOf(F.planOf(POLICIES["ignore"] as PolicySet, F.snapshot([stale])))).toBe("ignore");
    const fresh = { ...stale, scannedAt: "2026-03-15T09:00:00Z" };
    expect(F.actionOf(F.planOf(approve, F.snapshot([fresh])))).toBe("approve");
  });

  it("takes approvals back in a freeze that withdraws, and adds adjacent freezes together", () => {
    const freeze = { ...F.named("f"), devices: F.ALL, from: F.NOW, to: F.NOW + 60, reason: null };
    const second = {
      ...freeze,
      ...F.named("g"),
      from: F.NOW + 60,
      to: F.NOW + 120,
      pending: "leave" as const,
    };
    const freezes = [{ ...freeze, pending: "withdraw" as const }, second];
    const frozen = { ...approve, freezes };
    const pending = F.snapshot([F.device("d", "pilot", F.fact("pending"))]);
    expect(F.actionOf(F.planOf(frozen, pending))).toBe("FROZEN=do-nothing");
    const missing = F.planOf(frozen, F.snapshot([F.device("d", "pilot", F.fact("missing"))]));
    expect(missing.scheduled.map((row) => [row.reason, row.opensAt])).toEqual([
      ["FROZEN", "2026-03-18T09:02:00Z"],
    ]);
    const lifted = { ...frozen, emergencies: [F.emergency("e", { skip: ["freeze"] })] };
    expect(F.actionOf(F.planOf(lifted, pending))).toBe("-");
  });
});
