import { describe, expect, it } from "vitest";
import { matchRule } from "../../src/core/match.ts";
import type { PolicySet, Rule } from "../../src/core/policy.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { makeMatchContext } from "../../src/report/match/context.ts";
import { renderMatchText } from "../../src/report/match/text.ts";
import { displayWidth } from "../../src/report/text/layout.ts";
import {
  ago,
  decideAt,
  decision,
  device,
  devices,
  fact,
  patch,
  patches,
  policy,
  ring,
  rule,
  snapshot,
} from "../core/builders.ts";
import { HOSTILE_STRINGS } from "./hostile-strings.ts";

interface Shown {
  readonly width?: number;
  readonly maxRows?: number | null;
  readonly set?: Partial<PolicySet>;
}

function render(snap: Snapshot, asked: Rule, { width = 100, maxRows = null, set = {} }: Shown = {}): string {
  const decided = decideAt(policy({ ...set, rules: [asked, ...(set.rules ?? [])] }), snap);
  const report = matchRule(decided, asked);
  return renderMatchText(report, makeMatchContext(decided), { width, maxRows, color: false });
}

const FLEET = snapshot(
  [
    patch("KB5990141", { title: "2026-03 Cumulative Update, Windows 11" }),
    patch("KB5988702", { title: "2026-02 Cumulative Update, Windows 11", releasedAt: ago("36d") }),
    patch("KB5990171", { title: "2026-03 Servicing Stack", severity: "moderate" }),
    patch("app:chrome@146.0.1", {
      title: "Google Chrome 146.0.1",
      vendor: "Google",
      releasedAt: undefined,
      firstSeenAt: ago("5d"),
    }),
    patch("KB5990999", { title: "2026-03 Cumulative Update, preview", supersedes: ["KB5988702"] }),
  ],
  [
    ...Array.from({ length: 12 }, (_, i) =>
      device(
        `ws-pilot-${String(i)}`,
        "pilot",
        fact("KB5990141", i < 10 ? "installed" : i === 10 ? "failed" : "reboot-required"),
        fact("app:chrome@146.0.1", "missing"),
        ...(i < 3 ? [fact("KB5988702", "missing"), fact("KB5990171", "missing")] : []),
        ...(i < 2 ? [fact("KB5990999", "installed")] : []),
      ),
    ),
    device("ws-lon-1", "production", fact("KB5990141", "missing")),
  ],
);

const SECURITY = rule("pilot/security", {
  patches: patches({ vendor: ["Microsoft", "Google"], severity: ["critical", "important"] }),
  rings: ["pilot"],
});

describe("screens", () => {
  it("a rule that matches, with what decides elsewhere and near misses", () => {
    const set = {
      decisions: [
        decision("chrome-by-hand", {
          action: "manual",
          patches: patches({ vendor: "Google" }),
          devices: devices({ id: "ws-pilot-0" }),
        }),
      ],
    };
    expect(render(FLEET, SECURITY, { set })).toMatchInlineSnapshot(`
      "4 patches on 12 of 13 devices match pilot/security (rules/pilot.yaml:5): 29 facts. On 26 this rule
      decides (approve), on 3 something else does.
      Nothing is changed by this command.

        patches   vendor in [Microsoft, Google] and severity in [critical, important]
        devices   anything
        rings     pilot
        then      approve
        seen      at 2026-03-18T09:00:00Z; snapshot taken 2026-03-18T08:30:00Z (30 min earlier)

        patch               severity  date        devices  decides  now
        KB5990141           critical  2026-03-10       12       12  10 installed, 1 failed, 1
                                                                    reboot-required
                            2026-03 Cumulative Update, Windows 11
        app:chrome@146.0.1  critical  2026-03-13       12       11  12 missing
                            Google Chrome 146.0.1
                            no release date: the date is when the backend first saw it
                            decided elsewhere: Decision/chrome-by-hand (manual) on 1 device
        KB5988702           critical  2026-02-10        3        1  3 missing
                            2026-02 Cumulative Update, Windows 11
                            decided elsewhere: superseded by KB5990999 on 2 devices
        KB5990999           critical  2026-03-10        2        2  2 installed
                            2026-03 Cumulative Update, preview

      Near misses: one clause away
        · KB5990171 (2026-03 Servicing Stack): fails severity in [critical, important]; 3 devices
      "
    `);
  });

  it("a rule that matches nothing: where the facts went", () => {
    const kiosk = rule("edge/kiosk-browsers", {
      patches: patches({ vendor: "Google" }),
      devices: devices({ tags: "pilots", type: "workstation" }),
      rings: ["pilot"],
    });
    expect(render(FLEET, kiosk)).toMatchInlineSnapshot(`
      "No patch on any device matches edge/kiosk-browsers (rules/edge.yaml:5): the rule decides nothing
      now.
      Nothing is changed by this command.

        patches   vendor = Google
        devices   tags = pilots and type = workstation
        rings     pilot
        then      approve
        seen      at 2026-03-18T09:00:00Z; snapshot taken 2026-03-18T08:30:00Z (30 min earlier)

      Where the facts went, clause by clause
        33  all facts of the snapshot
        12  patch vendor = Google
         0  device tags = pilots ◀ nothing is left after this. Nothing has tags "pilots"; did you mean
            "pilot"?
         0  device type = workstation
         0  ring in [pilot]
      "
    `);
  });
});

describe("an empty match", () => {
  it.each([
    [
      { patches: patches({ severity: "critcal" }) },
      'Nothing has severity "critcal"; did you mean "critical"?',
    ],
    [{ rings: ["pilto"] }, 'Nothing has ring "pilto"; did you mean "pilot"?'],
    [{ devices: devices({ os: "Windows 11 24H1" }) }, 'did you mean "Windows 11 24H2"?'],
  ] as const)("offers what was meant: %j", (more, hint) => {
    const text = render(FLEET, rule("a/b", more));
    expect(text.replace(/\n +/g, " ")).toContain(hint);
    expect(text).toContain("the rule decides nothing now");
    expect(text).toContain("Nothing is changed by this command.");
  });

  it("marks one clause only", () => {
    const text = render(FLEET, rule("a/b", { patches: patches({ vendor: "x", severity: "y" }) }));
    expect(text.match(/◀/g)).toHaveLength(1);
  });

  it("says when the snapshot has no patches", () => {
    expect(render(snapshot([], []), rule("a/b"))).toContain("The snapshot has no patches");
  });
});

describe("many patches and hostile text", () => {
  it("says what it leaves out, with counts", () => {
    const text = render(FLEET, SECURITY, { maxRows: 1 });
    expect(text).toContain("… and 3 more patches with 17 facts: not shown (--max-rows).");
    expect(text).toContain("4 patches on 12 of 13 devices match pilot/security");
  });

  it.each(HOSTILE_STRINGS)("is harmless and fits: %j", (hostile) => {
    const snap = snapshot(
      [
        patch("KB1", { title: hostile, severity: hostile }),
        patch("KB2", { title: hostile, severity: "low" }),
      ],
      [device("d", "pilot", fact("KB1", "missing"), fact("KB2", "missing"))],
    );
    const asked = rule("a/b", { patches: patches({ vendor: "Microsoft", severity: "low" }) });
    for (const text of [
      render(snap, asked, { width: 60 }),
      render(snap, rule("a/b"), { width: 60, set: { rings: [ring("pilot")] } }),
      render(snap, rule("a/b", { patches: patches({ title: hostile, id: "none" }) }), { width: 60 }),
    ]) {
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}](?<!\n)/u);
      expect(text).not.toMatch(/^\s*::/m);
      for (const row of text.split("\n")) expect(displayWidth(row)).toBeLessThanOrEqual(60);
    }
  });
});
