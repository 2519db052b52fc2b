/** `sla` and what it adds to `promote`, through the front door. */
import { describe, expect, it } from "vitest";
import { makeFolder, run } from "./cli.ts";
import { fleetYaml, RINGS, RULES, snapshotText } from "./fleet.ts";

const DEADLINES = "  deadlines: { profiles: [cyber-essentials, pci-dss], assume: { scan: 6h } }\n";

function folder(more = DEADLINES, rules = RULES, snapshot = snapshotText()) {
  return makeFolder({
    "fleet.yaml": fleetYaml() + more,
    "rings.yaml": RINGS,
    "rules.yaml": rules,
    "inventory/fleet.ndjson": snapshot,
  });
}

describe("sla", () => {
  it("says what is late, the longest way, and what would make it fit", async () => {
    const { code, stdout, stderr } = await run(folder(), ["sla", "--quiet"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatchInlineSnapshot(`
      "Every path fits cyber-essentials, pci-dss.

      Profiles
        cyber-essentials  Cyber Essentials 3.3, no exceptions: 0 of 4 measured in time; 4 overdue, 2 not
              measured (2 no install date)
        pci-dss           PCI DSS 4.0.1: asks for nothing here

      Now, the strictest of all: 0 of 4 measured in time; 4 overdue, 2 not measured (2 no install date);
            snapshot taken 2026-03-18T08:30:00Z (30 min earlier).
        ✗ overdue  KB1 on 2 devices, such as ws-1
            cyber-essentials: due 2026-03-15T00:00:00Z (3 d 9 h earlier), 14d from release
        ✗ overdue  KB2 on 1 device, such as ws-1
            cyber-essentials: due 2026-03-15T00:00:00Z (3 d 9 h earlier), 14d from release
        ✗ overdue  KB3 on 1 device, such as ws-3
            cyber-essentials: due 2026-03-15T00:00:00Z (3 d 9 h earlier), 14d from release

      The longest way to a device, by policy

      microsoft/security in production: 10 d 8 h at worst
        ✓ fits  cyber-essentials 14d (fourteen-days)
        ✓ fits  pci-dss 1 month (critical)

      microsoft/security in pilot: 1 d 7 h at worst
        ✓ fits  cyber-essentials 14d (fourteen-days)
        ✓ fits  pci-dss 1 month (critical)

      What is assumed is a default: say how long it takes with you under \`deadlines.assume\` of the Fleet.
      "
    `);
  });

  it("has the same totals in text, Markdown and JSON", async () => {
    const cwd = folder();
    const [text, md, json] = await Promise.all(
      ["text", "md", "json"].map((format) => run(cwd, ["sla", "--format", format, "--quiet"])),
    );
    const read = JSON.parse(json!.stdout) as {
      format: string;
      totals: Record<string, number>;
      profiles: { name: string; totals: Record<string, number> }[];
      paths: { rule: string; ring: string; limits: { fits: boolean }[] }[];
      assume: Record<string, { seconds: number; stated: boolean }>;
    };
    expect(read.format).toBe("patchring.sla/1");
    const { inTime, measured, overdue } = read.totals;
    for (const { stdout } of [text!, md!]) {
      expect(stdout).toContain(`${inTime!} of ${measured!} measured in time`);
      expect(stdout).toContain(`${overdue!} overdue`);
    }
    expect(read.profiles.map(({ name, totals }) => [name, totals["obligations"]])).toEqual([
      ["cyber-essentials", 6],
      ["pci-dss", 0],
    ]);
    expect(read.assume["scan"]).toEqual({ seconds: 6 * 3600, stated: true });
    expect(read.assume["review"]).toEqual({ seconds: 24 * 3600, stated: false });
  });

  it("exits with 2 only when asked, and only when a path can be too slow", async () => {
    const slow = folder(DEADLINES, RULES.replace("then: approve", "soak: 60d\n      then: approve"));
    expect((await run(slow, ["sla"])).code).toBe(0);
    expect((await run(slow, ["sla", "--detailed-exit-code"])).code).toBe(2);
    expect((await run(folder(), ["sla", "--detailed-exit-code"])).code).toBe(0);
    expect((await run(folder(), ["sla", "essential-eight-ml1", "--detailed-exit-code"])).code).toBe(2);
  });

  it("looks at the policy alone where there is nothing to read devices from", async () => {
    const cwd = makeFolder({
      "fleet.yaml": "apiVersion: patchring/v1\nkind: Fleet\nspec: {}\n",
      "rings.yaml": RINGS,
      "rules.yaml": RULES,
    });
    const { code, stdout, stderr } = await run(cwd, ["sla", "pci-dss", "--json"]);
    expect(code).toBe(0);
    expect(stderr).toContain("only the policy is looked at");
    expect(JSON.parse(stdout)).toMatchObject({ snapshot: null, totals: null, late: null });
  });

  it("takes `house` where the Fleet names nothing, and says so", async () => {
    const { stdout, stderr } = await run(folder(""), ["sla"]);
    expect(stdout).toContain("house");
    expect(stderr).toContain("so this is `house`");
  });

  it("offers the near name of an unknown profile", async () => {
    const { code, stderr } = await run(folder(), ["sla", "cyber-esentials"]);
    expect(code).toBe(64);
    expect(stderr).toContain("write `cyber-essentials`");
  });

  it("shows hostile ids as text, in every format", async () => {
    const hostile = snapshotText().replaceAll("KB1", "<img src=x>|`").replaceAll("ws-2", "::stop::x");
    for (const format of ["text", "md"]) {
      const { code, stdout } = await run(folder(DEADLINES, RULES, hostile), [
        "sla",
        "--format",
        format,
        "--at",
        "2026-05-18T09:00:00Z",
        "--max-rows",
        "0",
      ]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/^::/m);
      if (format === "md") expect(stdout).not.toContain("<img");
    }
  });
});

describe("promote", () => {
  it("says until when to merge where the Fleet names deadlines, and nothing where not", async () => {
    const withThem = await run(folder(), ["promote", "--quiet"]);
    const without = await run(folder(""), ["promote", "--quiet"]);
    expect(withThem.stdout).toContain("merge ");
    expect(without.stdout).not.toContain("merge ");
    const added = withThem.stdout.split("\n").filter((line) => !without.stdout.includes(line));
    expect(added.join("\n")).toMatchInlineSnapshot(`
      "      merge now: too late for 1 device all the same (cyber-essentials: due 2026-03-15T00:00:00Z (3 d
                  9 h earlier), 14d from release)"
    `);
    const json = await run(folder(""), ["promote", "--json", "--quiet"]);
    expect(json.stdout).not.toContain("mergeBy");
  });

  it("has it in JSON", async () => {
    const { stdout } = await run(folder(), ["promote", "--json", "--quiet"]);
    const { candidates } = JSON.parse(stdout) as { candidates: { patch: string; mergeBy: object | null }[] };
    expect(candidates.map(({ patch, mergeBy }) => [patch, mergeBy])).toMatchInlineSnapshot(`
      [
        [
          "KB1",
          {
            "at": null,
            "clock": "release",
            "devices": 0,
            "dueAt": "2026-03-15T00:00:00Z",
            "lost": 1,
            "profile": "cyber-essentials",
            "startedAt": "2026-03-01T00:00:00Z",
            "tier": "fourteen-days",
            "window": null,
          },
        ],
      ]
    `);
  });
});

it("verdicts and plans do not depend on it", async () => {
  for (const verb of ["verdicts", "plan"]) {
    const args = [verb, "--json", "--quiet"];
    const strip = (text: string): string => text.replace(/"sha256:[0-9a-f]{64}"/g, '"sha256"');
    expect(strip((await run(folder(), args)).stdout)).toBe(strip((await run(folder(""), args)).stdout));
  }
});
