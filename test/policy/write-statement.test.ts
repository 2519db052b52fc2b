/** Files that the program writes for people: comments and order of what they wrote stay. */
import { describe, expect, it } from "vitest";
import { loadPolicy, type PolicyFile } from "../../src/policy/load.ts";
import { withWritten, writeStatement, type StatementOrder } from "../../src/policy/write-statement.ts";
import { renderFileDiff, showFileDiff } from "../../src/report/file-diff.ts";
import { testZones } from "./test-zones.ts";

const FLEET: PolicyFile = {
  path: "fleet.yaml",
  text: "apiVersion: patchring/v1\nkind: Fleet\nmetadata: { name: acme }\nspec: {}\n",
};
const HOLDS: PolicyFile = {
  path: "holds/printers.yaml",
  text: `# Printers, see the runbook
apiVersion: patchring/v1
kind: Hold
metadata: { name: scanner }   # old one
spec: { patches: [KB1], reason: x, until: 2026-03-20 }
---
# The label printer
apiVersion: patchring/v1
kind: Hold
metadata: { name: label-printer }
spec:
  # asked for by the warehouse
  reason: "Breaks label printing" # r.santos
  patches:
    - KB5990160 # .NET
    - KB5990161
  until: 2026-03-20
---
apiVersion: patchring/v1
kind:   Recall
metadata: { name: label-printer }
spec: { patches: [KB9],   reason: y }
`,
};

function findings(files: readonly PolicyFile[]): string[] {
  return loadPolicy(files, { zones: testZones }).diagnostics.map(
    ({ code, severity }) => `${severity} ${code}`,
  );
}

describe("a new statement", () => {
  it("gets a file of its own, in the order of the keys given", () => {
    const written = writeStatement(
      {
        kind: "Hold",
        name: "label-printer",
        spec: {
          patches: ["KB5990160"],

          reason: "Breaks: label printing",
          until: "2026-03-20",
        },
      },
      [FLEET],
    );
    expect(written).toEqual({
      path: "holds/label-printer.yaml",
      before: null,
      after: `apiVersion: patchring/v1
kind: Hold
metadata: { name: label-printer }
spec:
  patches: [KB5990160]
  reason: "Breaks: label printing"
  until: "2026-03-20"
`,
    });
    expect(findings(withWritten([FLEET], written))).toEqual([]);
  });

  it.each<StatementOrder<"Recall"> | StatementOrder<"Decision"> | StatementOrder<"Emergency">>([
    {
      kind: "Recall",
      name: "r",
      spec: { patches: ["KB1"], uninstall: true, maxDevices: 5, skip: ["window"], reason: "no" },
    },
    {
      kind: "Decision",
      name: "d",
      spec: {
        patches: { id: ["KB1"] },
        devices: { not: { tags: "a:b" } },
        action: "ignore",
        reason: "1e5",
        expires: "2027-01-31",
      },
    },
    {
      kind: "Emergency",
      name: "e",
      spec: {
        patches: ["KB1"],
        skip: ["promotion"],
        reason: "Exploited",
        requestedAt: "2026-09-01T08:00:00Z",
        expiresAt: "2026-09-03T08:00:00Z",
      },
    },
  ])("$kind goes through the loader", (order) => {
    const written = writeStatement(order as StatementOrder, [FLEET]);
    expect(findings(withWritten([FLEET], written))).toEqual([]);
    const document = loadPolicy(withWritten([FLEET], written), { zones: testZones }).policy!;
    expect([...document.recalls, ...document.decisions, ...document.emergencies]).toMatchObject([
      { name: order.name, reason: order.spec.reason },
    ]);
  });

  it("what the kind requires is said by the loader", () => {
    const written = writeStatement(
      { kind: "Decision", name: "d", spec: { patches: ["KB1"], action: "ignore" } },
      [FLEET],
    );
    expect(findings(withWritten([FLEET], written))).toEqual([
      "error policy/ignore-without-expiry",
      "error policy/ignore-without-reason",
    ]);
  });

  it("does not take the path of another file", () => {
    const other = { path: "holds/Stop.yaml", text: HOLDS.text };
    const order: StatementOrder<"Hold"> = {
      kind: "Hold",
      name: "stop",
      spec: { patches: ["KB1"], reason: "x" },
    };
    expect(writeStatement(order, [other]).path).toBe("holds/stop-2.yaml");
  });
});

describe("a statement that is there", () => {
  it("is changed where it stands; comments, order and the other documents stay", () => {
    const written = writeStatement(
      {
        kind: "Hold",
        name: "label-printer",
        spec: { patches: ["KB5990160", "KB5990170"], until: "2026-04-01" },
      },
      [FLEET, HOLDS],
    );
    expect(renderFileDiff(written)).toBe(`--- a/holds/printers.yaml
+++ b/holds/printers.yaml
@@ -13,8 +13,8 @@
   reason: "Breaks label printing" # r.santos
   patches:
     - KB5990160 # .NET
-    - KB5990161
-  until: 2026-03-20
+    - KB5990170
+  until: 2026-04-01
 ---
 apiVersion: patchring/v1
 kind:   Recall
`);
    expect(findings(withWritten([FLEET, HOLDS], written))).toEqual([]);
  });

  it("a value on one line is replaced alone, whatever the layout around it", () => {
    const order: StatementOrder<"Hold"> = {
      kind: "Hold",
      name: "scanner",
      spec: { patches: ["KB1", "KB2"], until: "2026-04-01" },
    };
    expect(writeStatement(order, [HOLDS]).after).toBe(
      HOLDS.text.replace(
        "patches: [KB1], reason: x, until: 2026-03-20",
        'patches: [KB1, KB2], reason: x, until: "2026-04-01"',
      ),
    );
  });

  it("null takes a key out; the first and the last document keep the others as they are", () => {
    const first = writeStatement({ kind: "Hold", name: "scanner", spec: { until: null } }, [HOLDS]).after;
    expect(first.split("---\n")).toEqual([
      expect.not.stringContaining("until") as string,
      ...HOLDS.text.split("---\n").slice(1),
    ]);
    expect(first.match(/# Printers, see the runbook/g)).toHaveLength(1);
    const last = writeStatement({ kind: "Recall", name: "label-printer", spec: { uninstall: true } }, [
      HOLDS,
    ]);
    expect(last.after).toContain("uninstall: true");
    expect(last.after.split("---\n").slice(0, 2)).toEqual(HOLDS.text.split("---\n").slice(0, 2));
  });

  it("what says the same already is not written", () => {
    const written = writeStatement({ kind: "Hold", name: "label-printer", spec: { until: "2026-03-20" } }, [
      HOLDS,
    ]);
    expect(written.after).toBe(written.before);
    expect(renderFileDiff(written)).toBe("");
  });
});

it("a diff of a hostile file is safe to print", () => {
  const shown = showFileDiff({ path: "a.yaml", before: null, after: "reason: \u001b[31mred\n" });
  expect(shown).toBe("--- /dev/null\n+++ b/a.yaml\n@@ -0,0 +1,1 @@\n+reason: \\x1b[31mred\n");
});
