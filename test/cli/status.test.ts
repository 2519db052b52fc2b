import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { git, hashTree, run, writeInto, type RunOptions } from "./cli.ts";
import { DEVICES, fleetYaml, makeFleet, ringsFile, snapshotText } from "./fleet.ts";

const at = (time: string): RunOptions => ({ now: `2026-03-18T${time}:00Z` });

function makeRepository(files: Readonly<Record<string, string>> = {}): string {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("apply"), ...files });
  git(folder, "init", "-q");
  git(folder, "add", "-A");
  git(folder, "commit", "-qm", "First policy");
  return folder;
}

/** Without the breaks of lines. */
const flat = (text: string): string => text.replace(/\n {4,}/g, " ");

const withoutDerived = (totals: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(totals).filter(([key]) => key !== "measured" && key !== "inTime"));

interface StatusJson {
  readonly notices: readonly { readonly kind: string; readonly next: string; readonly level: string }[];
  readonly store: string;
  readonly troubles: readonly { readonly part: string }[];
  readonly runs: { readonly inDay: object; readonly nextAt: string } | null;
  readonly actions: object | null;
  readonly failing: readonly object[];
  readonly deadlines: { readonly totals: Record<string, number> } | null;
  readonly drift: { readonly actions: object } | null;
  readonly snapshot: { readonly devices: object } | null;
  readonly guards: readonly object[];
}

async function statusOf(folder: string, options: RunOptions = {}): Promise<StatusJson> {
  return JSON.parse((await run(folder, ["status", "--json"], options)).stdout) as StatusJson;
}

describe("status", () => {
  it("says how an empty world stands, and writes nothing", async () => {
    const folder = makeRepository();
    const before = hashTree(folder);
    const ran = await run(folder, ["status"]);
    expect(hashTree(folder)).toEqual(before);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout.replace(/policy [0-9a-f]{12}/, "policy <commit>")).toBe(
      `acme: mode apply, policy <commit>, 2026-03-18T09:00:00Z

Nothing needs a person.

  Runs             none recorded yet: \`patchring reconcile\` records them in the store
  Snapshot         taken 2026-03-18T08:30:00Z (30 min ago); 3 of 3 devices measured
                   patch level: 1 of 3 measured devices lack no security patch; policy and backend
                   agree on 2 of 6 facts
  Drift            1 approve, 2 ignore, 1 uninstall on 3 devices until the backend is as policy
                   wants it, 1 destructive
  Ring pilot       1 device; 1 patch under way, 0 of 1 installed
  Ring production  2 devices; 1 patch under way, 1 of 2 installed; from pilot: 1 behind another gate
  Failing          nothing
  Stops            Recall/pull-kb3 without an end, "Data loss" (recalls/kb3.yaml:3)
  Exceptions       none
  Budget           actionsPerRun 4 of 500, devicesPerRun 2 of 3, uninstallsPerRun 1 of 10,
                   recallMaxDevices:pull-kb3 1 of 1
  Backend          file: can do every action; windows are kept by patchring
`,
    );
  });

  it("knows the rhythm of real runs, what is on the way, and what `plan` counts", async () => {
    const folder = makeRepository();
    for (const time of ["09:00", "09:30", "10:00"]) await run(folder, ["reconcile"], at(time));
    const { stdout } = await run(folder, ["status"], at("10:10"));
    expect(stdout).toContain("last 2026-03-18T10:00:00Z (10 min ago): ok in 0 s, nothing changed\n");
    expect(stdout).toContain("next due 2026-03-18T10:30:00Z (in 20 min), one every 30 min\n");
    expect(stdout).toContain("3 of 3 runs in 24 h: 2 heartbeats, 1 with changes\n");
    expect(stdout).toContain("4 on the way; the oldest sent 2026-03-18T09:00:00Z (1 h 10 min ago)\n");
    const found = await statusOf(folder, at("10:10"));
    expect(found.runs!.inDay).toEqual({ runs: 3, quiet: 2, changed: 1, troubled: 0, unfinished: 0 });
    expect(found.actions).toMatchObject({ onTheWay: 4, unknown: 0, unverified: 0 });
    const plan = JSON.parse((await run(folder, ["plan", "--json"], at("10:10"))).stdout) as {
      summary: { actions: object };
      guards: readonly { guard: string }[];
    };
    expect(found.drift!.actions).toEqual(plan.summary.actions);
    expect(found.guards).toEqual(expect.arrayContaining([...plan.guards]));
  });

  it("says when nobody starts runs any more", async () => {
    const folder = makeRepository();
    for (const time of ["09:00", "09:30", "10:00"]) await run(folder, ["reconcile"], at(time));
    const { stdout } = await run(folder, ["status"], at("15:00"));
    expect(stdout).toContain("! ");
    expect(stdout).toContain("next was due 2026-03-18T10:30:00Z (4 h 30 min ago)");
    expect(stdout).toMatch(/! +3 of 12 runs in 24 h.*longest gap 5 h, from/);
  });

  it("puts a tripped guard first, by the same list that people are told", async () => {
    const folder = makeRepository({ "fleet.yaml": fleetYaml("apply", "actionsPerRun: 1, devicesPerRun: 3") });
    expect((await run(folder, ["reconcile"])).code).toBe(5);
    const { stdout } = await run(folder, ["status"], at("09:10"));
    const lines = stdout.split("\n");
    expect(lines[2]).toBe("Needs a person: 1 (1 today)");
    expect(lines[3]).toMatch(/^ {2}1 {2}today {2}The guard actionsPerRun stops the run: 4, limit 1/);
    expect(stdout).toContain("TRIPPED actionsPerRun 4 of 1");
    expect(flat(stdout)).toContain("exit 5 in 0 s, something changed; none has succeeded");
    const observing = makeRepository({ "fleet.yaml": fleetYaml("observe", "actionsPerRun: 1") });
    expect((await statusOf(observing)).notices).toEqual([]);
  });

  it("goes on without a snapshot and with a damaged store, and names both", async () => {
    const folder = makeRepository({ "inventory/fleet.ndjson": "" });
    mkdirSync(join(folder, ".patchring"));
    writeFileSync(join(folder, ".patchring/state.db"), "no database".repeat(500));
    const ran = await run(folder, ["status"]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/! Runs +could not be read: .*/);
    expect(ran.stdout).toMatch(/\[store\//);
    expect(ran.stdout).toMatch(/! Snapshot +could not be read: /);
    const found = await statusOf(folder);
    expect(found.troubles.map(({ part }) => part).sort()).toEqual(["snapshot", "store"]);
    expect(found).toMatchObject({ store: "unreadable", snapshot: null, runs: null });
  });

  it.each([
    ["2026-03-22T09:00:00Z", "older than `staleAfter`"],
    ["2026-03-18T07:00:00Z", "later than now"],
  ])("marks a snapshot that at %s is %s", async (now) => {
    expect((await run(makeRepository(), ["status"], { now })).stdout).toMatch(
      /! Snapshot +taken 2026-03-18T08:30/,
    );
  });

  it("opens no store with --snapshot", async () => {
    const folder = makeRepository();
    await run(folder, ["reconcile"]);
    expect((await statusOf(folder)).store).toBe("read");
    const ran = await run(folder, ["status", "--snapshot", "inventory/fleet.ndjson"]);
    expect(ran.stdout).toContain("not looked at: with --snapshot no store is opened");
  });

  it("shows deadlines where the Fleet has some, and where to go on", async () => {
    const fleet = `${fleetYaml("apply")}  deadlines: { profiles: [house] }\n`;
    const folder = makeRepository({ "fleet.yaml": fleet });
    const found = await statusOf(folder, { now: "2026-06-18T09:00:00Z" });
    const sla = JSON.parse(
      (await run(folder, ["sla", "--json"], { now: "2026-06-18T09:00:00Z" })).stdout,
    ) as {
      totals: Record<string, number>;
    };
    expect(found.deadlines!.totals).toMatchObject(withoutDerived(sla.totals));
    const due = await statusOf(folder, { now: "2026-03-18T09:00:00Z" });
    const all = [...found.notices, ...due.notices].filter(({ kind }) => kind === "deadline");
    expect(all.length).toBeGreaterThan(0);
    for (const { next } of all) expect(next).toBe("patchring sla house");
  });

  it("exits with 3 for a policy that is wrong", async () => {
    expect((await run(makeRepository({ "rings.yaml": "kind: Ring\n" }), ["status"])).code).toBe(3);
  });
});

const HOSTILE = "\u001b[31m::error::x\u202e\u0007";

function hostileFleet(): string {
  const devices = DEVICES.map((one) => (one.id === "ws-1" ? { ...one, facts: { KB1: "failed" } } : one));
  const text = snapshotText(devices, { provider: HOSTILE }).replace(
    '"status":"failed"',
    `"status":"failed","attempts":9,"error":${JSON.stringify(HOSTILE)}`,
  );
  const hold = `apiVersion: patchring/v1
kind: Hold
metadata: { name: stop-kb1, owner: ops }
spec: { patches: [KB1], until: "2026-03-25T00:00:00Z", reason: ${JSON.stringify(HOSTILE)} }
`;
  return makeRepository({ "inventory/fleet.ndjson": text, "holds/kb1.yaml": hold });
}

describe("the screen", () => {
  it("lets no text of a backend or of policy act on a terminal", async () => {
    const { stdout, code } = await run(hostileFleet(), ["status"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Hold/stop-kb1 until 2026-03-25T00:00:00Z (in 6 d 15 h)");
    expect(flat(stdout)).toMatch(/KB1 on 1 device such as ws-1, .* on 1, all retries used on 1/);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    expect(stdout).not.toMatch(/^\s*::/m);
  });

  it.each([40, 60, 80, 100, 200])("fits into %i columns, and at least 60", async (columns) => {
    const { stdout } = await run(hostileFleet(), ["status"], { tty: true, columns, env: { NO_COLOR: "1" } });
    const most = Math.min(100, Math.max(60, columns));
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(most);
  });

  it("says the same without colour", async () => {
    const folder = hostileFleet();
    const plain = await run(folder, ["status"]);
    const painted = await run(folder, ["status", "--color", "always"]);
    expect(painted.stdout).not.toBe(plain.stdout);
    expect(painted.stdout.replace(/\u001b\[\d+m/g, "")).toBe(plain.stdout);
  });

  it("asks for a request that waits, with its number and the command", async () => {
    const folder = makeRepository({ "fleet.yaml": fleetYaml("propose") });
    writeInto(folder, "rings.yaml", READY_RINGS);
    git(folder, "commit", "-qam", "Short soak");
    writeInto(folder, "inventory/fleet.ndjson", READY);
    expect((await run(folder, ["promote", "--open"])).code).toBe(0);
    const found = await statusOf(folder);
    expect(found.notices).toMatchObject([
      { kind: "promotion-waits", level: "ticket", next: "patchring requests show 1" },
    ]);
    const { stdout } = await run(folder, ["status"]);
    expect(flat(stdout)).toContain("1 ready to promote (KB1), request 1 open");
    expect(flat(stdout)).toContain("Next: patchring requests show 1");
  });
});

const READY_RINGS = ringsFile(", soak: { for: 1h }");

const READY = snapshotText(
  DEVICES.map((one) => (one.id === "ws-1" ? { ...one, facts: { KB1: "installed" } } : one)),
).replace(
  '{"record":"device","id":"ws-1","tags":["pilot"],"scannedAt":"2026-03-18T08:00:00Z","facts":[{"patch":"KB1","status":"installed"}]}',
  `{"record":"device","id":"ws-1","tags":["pilot"],"scannedAt":"2026-03-18T08:00:00Z","facts":[{"patch":"KB1","status":"installed","installedAt":"2026-03-17T08:00:00Z"}]}`,
);
