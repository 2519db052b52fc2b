import { describe, expect, it } from "vitest";
import { explain } from "../../src/core/explain.ts";
import type { PolicySet } from "../../src/core/policy.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { makeWhyContext } from "../../src/report/why/context.ts";
import { renderWhyText } from "../../src/report/why/text.ts";
import { displayWidth } from "../../src/report/text/layout.ts";
import {
  ago,
  CAPABILITIES,
  decideAt,
  decision,
  device,
  devices,
  fact,
  freeze,
  NOW,
  patch,
  patches,
  policy,
  recall,
  ring,
  rule,
  schedule,
  snapshot,
  type DeviceLine,
} from "../core/builders.ts";
import { REASON_WORLDS } from "../core/reasons.ts";
import { HOSTILE_STRINGS } from "./hostile-strings.ts";

function render(policySet: PolicySet, snap: Snapshot, id: string, width: number = 100): string {
  const decided = decideAt(policySet, snap);
  const index = snap.devices.id.indexOf(id);
  const explanation = explain(decided, index, 0)!;
  const context = makeWhyContext(decided, index, 0, explanation.supersededThrough[0] ?? null);
  return renderWhyText(explanation, context, { width, color: false });
}

/** One device in a first ring. */
function one(line: DeviceLine, more: Partial<PolicySet> = {}, capabilities = CAPABILITIES): string {
  return render(policy(more), snapshot([patch("KB1")], [line], capabilities), line.id);
}

/** The answer: what stands before the first empty line, on one line. */
function answer(text: string): string {
  return text.slice(0, text.indexOf("\n\n")).replaceAll("\n", " ");
}

describe("the answer", () => {
  it("is one plain sentence for each reason, and what would be sent", () => {
    const answers = REASON_WORLDS.map((world) =>
      answer(render(world.policy, snapshot(world.patches, world.devices), world.device)),
    );
    expect(answers.join("\n")).toMatchInlineSnapshot(`
      "LEAVE (NO_RING). lost-1 is in no ring, so no policy speaks of KB1 there: hands off, and the backend's own rules decide. Nothing would be sent: nothing is in force there, and hands off.
      LEAVE (NO_RULE). No statement of the policy speaks of KB1 on pilot-1 (ring pilot): hands off, and the backend's own rules decide. Nothing would be sent: nothing is in force there, and hands off.
      UNINSTALL (RECALLED). KB1 is recalled (Recall/pull): it must not be installed on pilot-1, now or later. Would send - ignore now.
      IGNORE (DECIDED). A person decided (Decision/cnc) that KB1 must not be installed on pilot-1 until 2026-03-20T09:00:00Z (in 2 d). Would send - ignore now.
      MANUAL (RULE). Rule base/ask leaves KB1 to a person: it must not be installed on pilot-1 before somebody decides in Git. Nothing would be sent: no approval is in force there, and none should be.
      WAIT (HELD). KB1 is held on pilot-1 (Hold/label) until 2026-03-18T21:00:00Z (in 12 h); it must not be installed before. Nothing would be sent: no approval is in force there, and none should be.
      SUPERSEDED. KB1 is not needed on pilot-1: KB3 covers it and is installed there. Nothing would be sent: no approval is in force there, and none should be.
      APPROVE (EMERGENCY). KB1 should be installed on prod-1: Emergency/cve skips the promotion until 2026-03-19T09:00:00Z (in 1 d). Would send + approve now; the backend installs it at once.
      WAIT (NO_DATE). KB1 waits on pilot-1: it has no date, so the delay of base/all cannot run and never ends by itself. Nothing would be sent: no approval is in force there, and none should be.
      WAIT (DELAY). KB1 waits on pilot-1 for the delay of base/all until 2026-03-24T09:00:00Z (in 6 d); then it is approved without anybody's help. Nothing would be sent: no approval is in force there, and none should be.
      APPROVE (APPROVED). KB1 should be installed on pilot-1: base/all approves it, and no delay is left. Would send + approve now; the backend installs it at once.
      APPROVE (PROMOTED). KB1 should be installed on prod-1: base/all approves it and its promotion to ring production is merged. Would send + approve now; the backend installs it at once.
      WAIT (NOT_INSTALLED_YET). KB1 waits on prod-1: ring pilot has not installed it far enough to start the soak. Shut gates: quorum, soak, installed, promotion. Nothing would be sent: no approval is in force there, and none should be.
      WAIT (SOAK). KB1 waits on prod-1 for its soak in ring pilot until 2026-03-23T09:00:00Z (in 5 d); after that a merged promotion to ring production lets it through. Shut gates: soak, promotion. Nothing would be sent: no approval is in force there, and none should be.
      WAIT (INSTALLED_PERCENT). KB1 waits on prod-1: too little of ring pilot has it installed. Time alone does not open this gate. Shut gates: installed, promotion. Nothing would be sent: no approval is in force there, and none should be.
      WAIT (FAILURES). KB1 waits on prod-1: it failed on too many devices of ring pilot. Time alone does not open this gate. Shut gates: failures, promotion. Nothing would be sent: no approval is in force there, and none should be.
      WAIT (COVERAGE). KB1 waits on prod-1: ring pilot has not tried it on every kind of device that ring production has. Shut gates: coverage, promotion. Nothing would be sent: no approval is in force there, and none should be.
      WAIT (PROMOTION_REJECTED). KB1 waits on prod-1: there is a promotion file for ring production, but it is not valid, so it has no effect. Nothing would be sent: no approval is in force there, and none should be.
      WAIT (PROMOTION). KB1 waits on prod-1 only for its promotion to ring production to be merged; all other gates are open. Nothing would be sent: no approval is in force there, and none should be."
    `);
  });

  it.each(REASON_WORLDS)("$reason says what a person would write", (world) => {
    const text = render(world.policy, snapshot(world.patches, world.devices), world.device);
    const ways = text.slice(text.indexOf("To change this"), text.indexOf("\nPolicy "));
    expect(ways).toContain("  · ");
    expect(ways).not.toMatch(/\b(button|click|undefined|null)\b/);
  });
});

describe("what would happen", () => {
  const decide = (...list: Parameters<typeof decision>[]): Partial<PolicySet> => ({
    decisions: list.map((args) => decision(...args)),
  });
  const nothing = (status: Parameters<typeof fact>[1], more = {}): DeviceLine =>
    device("d", "pilot", fact("KB1", status, more));

  it.each([
    [
      "missing, approved",
      nothing("missing"),
      {},
      "Would send + approve now; the backend installs it at once.",
    ],
    ["pending", nothing("pending"), {}, "it is approved already and waits for its install"],
    ["installing", nothing("installing"), {}, "it is being installed or removed now"],
    [
      "installed",
      nothing("installed"),
      {},
      "KB1 is installed on d already. Policy says: KB1 should be installed",
    ],
    ["reboot", nothing("reboot-required"), {}, "KB1 is installed on d and needs a reboot to complete."],
    ["ignore of missing", nothing("missing"), decide(["no", {}]), "Would send - ignore now."],
    ["ignored", nothing("ignored"), decide(["no", {}]), "Nothing would be sent: it is ignored already."],
    [
      "manual of pending",
      nothing("pending"),
      decide(["ask", { action: "manual" }]),
      "Would send ~ do-nothing (release: the backend's own rules decide again) now.",
    ],
    [
      "removal",
      nothing("installed"),
      { recalls: [recall("pull", { uninstall: true })] },
      "Would send ✗ uninstall now.",
    ],
    [
      "removal that needs a reboot",
      nothing("reboot-required"),
      { recalls: [recall("pull", { uninstall: true })] },
      "Would send ✗ uninstall, but is blocked by REBOOT_FIRST: the device must be rebooted first.",
    ],
    [
      "freeze",
      nothing("missing"),
      { freezes: [freeze("f")] },
      "FROZEN: a freeze covers the device; that ends at 2026-03-19T09:00:00Z (in 1 d).",
    ],
    [
      "retries used",
      nothing("failed", { attempts: 3 }),
      {},
      "Would send ↻ reprocess, but is blocked by RETRIES_USED: all retries of the fleet are used.",
    ],
    [
      "left alone",
      nothing("pending", { approvalBy: "person" }),
      { rules: [] },
      "Nothing would be sent: what is in force there is not ours to take back.",
    ],
    ["left, nothing in force", nothing("missing"), { rules: [] }, "Nothing would be sent: "],
  ] as const)("%s", (_, line, more, sentence) => {
    expect(answer(one(line, more))).toContain(sentence);
  });

  it("says when the backend installs in its own window", () => {
    const text = one(nothing("missing"), {}, { ...CAPABILITIES, schedules: "backend" });
    expect(answer(text)).toContain("the backend installs it in its own window");
    expect(text).toContain("Windows      the backend installs in its own windows");
  });

  it("says loudly that a device is stale, and what follows", () => {
    const text = answer(one({ ...nothing("missing"), scannedAt: ago("4d") }));
    expect(text).toContain("STALE DEVICE: its last scan was 2026-03-14T09:00:00Z (4 d earlier)");
    expect(text).toContain("the fleet allows 3d");
    expect(one({ ...nothing("missing"), scannedAt: undefined })).toContain("no time of a last scan");
    expect(one(nothing("missing"))).not.toContain("STALE");
  });

  it("offers a recall where the patch is installed", () => {
    expect(one(nothing("installed"))).toContain("uninstall: true");
    expect(one(nothing("missing"))).not.toContain("uninstall: true");
  });
});

describe("text from the backend", () => {
  it.each(HOSTILE_STRINGS)("is harmless and fits: %j", (hostile) => {
    const line = {
      ...device("d", "pilot", fact("KB1", "failed", { error: hostile })),
      name: hostile,
      client: hostile,
      site: hostile,
      os: { family: "windows", name: hostile },
      timezone: hostile,
    };
    const snap = snapshot([patch("KB1", { title: hostile, severity: hostile })], [line]);
    const rings = [ring("pilot", { schedule: "n" })];
    const schedules = [schedule("n", { timezone: "device" })];
    const text = render(policy({ rings, schedules }), snap, "d", 60);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}](?<!\n)/u);
    expect(text).not.toMatch(/^\s*::/m);
    for (const row of text.split("\n")) expect(displayWidth(row)).toBeLessThanOrEqual(60);
  });

  it.each(REASON_WORLDS)("no line is wider than the terminal: $reason", (world) => {
    for (const width of [60, 100, 200]) {
      const text = render(world.policy, snapshot(world.patches, world.devices), world.device, width);
      for (const row of text.split("\n")) {
        expect(displayWidth(row)).toBeLessThanOrEqual(Math.min(100, width));
        expect(row).toBe(row.trimEnd());
      }
    }
  });
});

describe("screens", () => {
  it("a server in production waits for its soak, and one pilot device failed", () => {
    const pilots = Array.from({ length: 10 }, (_, i) =>
      device(
        `srv-pilot-${String(i)}`,
        "pilot",
        i < 9
          ? fact("KB5990155", "installed", { installedAt: ago("6d") })
          : fact("KB5990155", "failed", { attempts: 1, error: "0x800f0922" }),
      ),
    );
    const target = {
      ...device("srv-fin-02", "production", fact("KB5990155", "missing", { detectedAt: ago("7d") })),
      client: "Harbor Dental",
      site: "London",
      type: "server",
    };
    const snap = snapshot(
      [patch("KB5990155", { title: "2026-03 Cumulative Update, Server 2022" })],
      [...pilots, target],
    );
    const set = policy({
      rings: [ring("pilot"), ring("production", { after: "pilot", schedule: "weeknights" })],
      schedules: [schedule("weeknights")],
      rules: [
        rule("microsoft/security", { patches: patches({ severity: "critical" }) }),
        rule("microsoft/rest", { patches: patches({ vendor: "Microsoft" }), priority: -1 }),
      ],
    });
    expect(render(set, snap, "srv-fin-02").replace(/sha256:[0-9a-f]+/g, "sha256:…")).toMatchInlineSnapshot(`
      "WAIT (SOAK). KB5990155 waits on srv-fin-02 for its soak in ring pilot until 2026-03-19T09:00:00Z (in
      1 d); after that a merged promotion to ring production lets it through. Shut gates: soak, failures,
      promotion.
      Nothing would be sent: no approval is in force there, and none should be.

        patch    KB5990155; 2026-03 Cumulative Update, Server 2022; critical; released
                 2026-03-10T09:00:00Z (8 d earlier)
        device   srv-fin-02; Harbor Dental / London; server; Windows 11 24H2; ring production; scanned
                 2026-03-18T08:00:00Z (1 h earlier)
        backend  missing; no decision in force; detected 2026-03-11T09:00:00Z (7 d earlier)

      Decision path
        1  recalls       no match     0 of 0 recalls name this patch here
        2  ring          passes       production rings/production.yaml:3: in ring production
        3  decisions     no match     0 of 0 decisions in force name this patch here
        4  emergencies   no match     0 of 0 emergencies in force name this patch here
        5  rules         passes       microsoft/security rules/microsoft.yaml:5: then approve, priority 0;
                                      wins over microsoft/rest
        6  holds         no match     0 of 0 holds in force name this patch here
        7  supersedence  no match     no patch of the snapshot supersedes it
        8  gates         decides      ◀ wait, SOAK; see the gates

      Gates: 3 of 6 shut
        [open] quorum      clock: 80 % of pilot installed, that is 8 of 10; reached 2026-03-12T09:00:00Z
        [shut] soak        7d from 2026-03-12T09:00:00Z; opens 2026-03-19T09:00:00Z (in 1 d)
        [open] installed   9 of 10 (90 %) of pilot installed, needs 90 %
        [shut] failures    1 failed in pilot, allows 0 and 100 %
        [open] coverage    every os that needs it was seen in pilot
        [shut] promotion   no promotion file for production is merged

      Windows      schedule weeknights, time zone Europe/London
                   2026-03-18T22:00:00Z (in 13 h) to 2026-03-19T02:00:00Z (in 17 h)
                   2026-03-19T22:00:00Z (in 1 d 13 h) to 2026-03-20T02:00:00Z (in 1 d 17 h)

      To change this
        · Then: merge the promotion of KB5990155 to ring production, which is offered when every gate is
          open.
        · To skip the gate: an Emergency for patches [KB5990155] with skip: [promotion], a reason, a
          ticket and an end within 72 h.
        · To keep it off: a Decision for patches [KB5990155] and devices { id: srv-fin-02 } with action:
          ignore, a reason and expires.

      Policy       sha256:…
      Snapshot     taken 2026-03-18T08:30:00Z (30 min earlier),
                   sha256:…
      Seen from    2026-03-18T09:00:00Z
      "
    `);
  });

  it("an old patch on a machine that a person decided about", () => {
    const snap = snapshot(
      [
        patch("KB2724197", {
          title: "Windows Kernel",
          severity: "important",
          releasedAt: "2012-10-09T17:00:00Z",
        }),
        patch("KB2799494", { supersedes: ["KB2724197"] }),
      ],
      [
        {
          ...device("cnc-plant-001", "pilot", fact("KB2724197", "pending", { approvalBy: "patchring" })),
          client: "Northwind",
          site: "plant",
          scannedAt: ago("5d"),
        },
      ],
    );
    const set = policy({
      decisions: [
        decision("ignore-kb2724197-on-cnc", {
          patches: patches({ id: "KB2724197" }),
          devices: devices({ client: "northwind", site: "plant" }),
          reason: "Breaks the CNC driver until 4.2",
          expires: NOW + 300 * 86_400,
        }),
      ],
    });
    expect(render(set, snap, "cnc-plant-001").replace(/sha256:[0-9a-f]+/g, "sha256:…"))
      .toMatchInlineSnapshot(`
      "IGNORE (DECIDED). A person decided (Decision/ignore-kb2724197-on-cnc) that KB2724197 must not be
      installed on cnc-plant-001 until 2027-01-12T09:00:00Z (in 300 d).
      Would send - ignore now.
      STALE DEVICE: its last scan was 2026-03-13T09:00:00Z (5 d earlier); the fleet allows 3d. What the
      backend says of it may be wrong. It would get only ignore and do-nothing until it is scanned again.

        patch    KB2724197; Windows Kernel; important; released 2012-10-09T17:00:00Z (4907 d 16 h earlier)
        device   cnc-plant-001; Northwind / plant; workstation; Windows 11 24H2; ring pilot; scanned
                 2026-03-13T09:00:00Z (5 d earlier)
        backend  pending; approve in force (set by patchring, implied by the status)

      Decision path
        1  recalls       no match     0 of 0 recalls name this patch here
        2  ring          passes       pilot rings/pilot.yaml:3: in ring pilot
        3  decisions     decides      ◀ ignore, DECIDED; Decision/ignore-kb2724197-on-cnc
                                      decisions/ignore-kb2724197-on-cnc.yaml:3: ignore for site: Breaks
                                      the CNC driver until 4.2
        4  emergencies   not reached
        5  rules         not reached
        6  holds         not reached
        7  supersedence  not reached
        8  gates         not reached

      Windows      none asked for: always open

      To change this
        · First of all: bring cnc-plant-001 back and have it scanned.
        · To install it here: a narrower Decision for patches [KB2724197] and devices { id: cnc-plant-001
          } with action: approve, or change Decision/ignore-kb2724197-on-cnc
          (decisions/ignore-kb2724197-on-cnc.yaml:3). A locked decision is not overridden.
        · To end it sooner: delete Decision/ignore-kb2724197-on-cnc
          (decisions/ignore-kb2724197-on-cnc.yaml:3); to keep it longer: move its expires.

      Policy       sha256:…
      Snapshot     taken 2026-03-18T08:30:00Z (30 min earlier),
                   sha256:…
      Seen from    2026-03-18T09:00:00Z
      "
    `);
  });

  it("a chain of patches", () => {
    const world = REASON_WORLDS.find(({ reason }) => reason === "SUPERSEDED")!;
    const text = render(world.policy, snapshot(world.patches, world.devices), world.device);
    expect(text).toContain("Superseded   KB1 ← KB2 ← KB3 (installed here)");
    expect(text).not.toContain("Gates");
  });
});
