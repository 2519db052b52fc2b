/**
 * The whole story on real hosts, by the command line alone: real apt and dpkg, a real bare repository with
 * the local forge, the store and the ledger on disk; only the clock is passed in.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunSummary } from "../../src/core/ledger.ts";
import type { TextSink } from "../../src/cli/io.ts";
import { main } from "../../src/main.ts";
import { openAptProvider } from "../../src/provider/apt/apt-provider.ts";
import type { AptHost } from "../../src/provider/apt/host.ts";
import type { AptSettings } from "../../src/provider/apt/settings.ts";
import { git, keepFolders, makeFolder, type Ran } from "../cli/cli.ts";
import type { TestDevice } from "../provider/apt/device.ts";
import { describeWithApt } from "../provider/apt/tools.ts";
import { World } from "../provider/apt/world.ts";

const DAY = 86_400;
const PILOTS = 2;
const HOSTS = 5;
const AGENT = "apt:acme-agent@2.0";

const POLICY: Readonly<Record<string, string>> = {
  ".gitignore": ".patchring/\n",
  "fleet.yaml": `apiVersion: patchring/v1
kind: Fleet
metadata: { name: hosts }
spec:
  mode: apply
  staleAfter: 30d
  provider: { kind: apt, inventory: inventory/hosts.inventory }
  forge: { kind: local, path: ../policy.git }
  limits: { actionsPerRun: 500, devicesPerRun: 100%, uninstallsPerRun: 10, fleetShrink: 10% }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: pilot }
spec: { devices: { tags: pilot } }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: production }
spec: { after: pilot, devices: { not: { tags: pilot } }, soak: { for: 7d }, gates: { installedPercent: 100 } }
`,
  "rules/agent.yaml": `apiVersion: patchring/v1
kind: ApprovalRules
metadata: { name: acme }
spec:
  rules:
    - { name: agent, patches: { id: "${AGENT}" }, then: approve, rationale: "Security fixes of the agent." }
`,
};

/** The provider that the Fleet names, with the story's clock instead of the machine's. */
const SETTINGS = (folder: string): Partial<AptSettings> => ({
  installSeconds: 60,
  listsMaxAge: 30 * DAY,
  stateFolder: join(folder, ".patchring/apt"),
});

describeWithApt("five Debian hosts, from missing to recalled", () => {
  let world: World;
  let devices: readonly TestDevice[];
  let clone = "";
  let release = (): void => undefined;
  let hosts: readonly AptHost[] = [];
  let aheadBy = 0;

  beforeAll(() => {
    world = new World();
    devices = Array.from({ length: HOSTS }, () => world.device());
    const root = makeFolder();
    clone = join(root, "clone");
    git(root, "init", "-q", "--bare", "-b", "main", "policy.git");
    git(root, "clone", "-q", "policy.git", "clone");
    git(clone, "config", "user.name", "Ann Lee");
    git(clone, "config", "user.email", "ann.lee@example.test");
    for (const [path, text] of Object.entries(POLICY)) put(path, text);
    hosts = devices.map((device, index) =>
      device.host(`host-${index}`, { tags: index < PILOTS ? ["pilot"] : [] }),
    );
    commit("First policy");
    release = keepFolders();
  });
  afterAll(() => {
    release();
    world.dispose();
  });

  function put(path: string, text: string): void {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  function commit(message: string): void {
    git(clone, "add", "-A");
    git(clone, "commit", "-q", "-m", message);
    git(clone, "push", "-q", "origin", "HEAD:main");
  }
  /** Seconds since 1970: the real clock, and the days that the story has skipped. */
  function clock(): number {
    return Math.floor(Date.now() / 1000) + aheadBy;
  }
  async function say(...words: readonly string[]): Promise<Ran> {
    const written = { stdout: "", stderr: "" };
    const sink = (into: keyof typeof written): TextSink => ({
      write: (text) => {
        written[into] += text;
      },
      isTTY: false,
      columns: undefined,
      closed: false,
    });
    const [stdout, stderr] = [sink("stdout"), sink("stderr")];
    const env = { PATH: process.env["PATH"], HOME: clone };
    const { reader, writer } = openAptProvider({ hosts, settings: SETTINGS(clone), clock });
    const code = await main(
      words,
      { stdout, stderr, env, cwd: clone, now: clock },
      {
        openReader: () => Promise.resolve({ port: reader }),
        openWriter: () => Promise.resolve({ port: writer }),
      },
    );
    return { code, ...written };
  }
  async function good(...words: readonly string[]): Promise<string> {
    const ran = await say(...words);
    expect(ran, `${words.join(" ")}: ${ran.stdout}${ran.stderr}`).toMatchObject({ code: 0 });
    return ran.stdout;
  }
  function agents(): readonly string[] {
    return devices.map((device) => device.stateOf("acme-agent"));
  }

  it("does what policy in Git says, and nothing before a person let it in", async () => {
    // Missing everywhere, approved in the pilot, installed there by apt.
    await good("validate");
    await good("reconcile");
    expect(agents()).toEqual(["ii 2.0", "ii 2.0", "ii 1.0", "ii 1.0", "ii 1.0"]);
    expect(await good("why", "host-4", AGENT)).toContain("production");

    // The soak: six days of runs change nothing, and nobody is asked.
    aheadBy = 6 * DAY;
    await good("reconcile");
    expect(agents().slice(PILOTS)).toEqual(["ii 1.0", "ii 1.0", "ii 1.0"]);
    expect(JSON.parse(await good("requests", "--json"))).toMatchObject({ requests: [] });

    // Seven days: the run opens the request; production still waits for a person.
    aheadBy = 7 * DAY + 600;
    await good("reconcile");
    expect(agents().slice(PILOTS)).toEqual(["ii 1.0", "ii 1.0", "ii 1.0"]);
    const { requests } = JSON.parse(await good("requests", "--json")) as { requests: unknown[] };
    expect(requests).toMatchObject([{ number: 1, state: "open" }]);
    await good("requests", "review", "1", "--approve");
    await good("requests", "merge", "1");
    git(clone, "pull", "-q", "--rebase", "origin", "main");
    aheadBy += 1800;
    await good("reconcile");
    expect(agents()).toEqual(Array(HOSTS).fill("ii 2.0"));

    // A recall: back to the version before, and pinned so that nobody's full upgrade brings it again.
    await good(
      "recall",
      AGENT,
      "--reason",
      "Breaks the agent",
      "--ticket",
      "INC-1",
      "--uninstall",
      "--write",
    );
    commit("Recall the agent");
    aheadBy += 1800;
    await good("reconcile");
    expect(agents()).toEqual(Array(HOSTS).fill("ii 1.0"));
    for (const cure of ["etc/acme-bad.ok", "etc/acme-stuck.ok"]) devices[4]!.write(cure, "");
    devices[4]!.run("apt-get", "-y", "-q", "full-upgrade");
    expect(devices[4]!.stateOf("acme-agent")).not.toBe("ii 2.0");

    // What the hosts show settles what was sent; then nothing is left to do.
    aheadBy += 1800;
    const last = JSON.parse(await good("reconcile", "--json")) as { readonly summary?: RunSummary };
    expect(JSON.stringify(last)).not.toContain('"unknown":1');
    expect(agents().slice(0, 4)).toEqual(Array(4).fill("ii 1.0"));
    expect(await good("ledger", "verify")).toMatch(/\d+ records/);
    expect(await good("history", "--patch", AGENT)).toContain("Promotion/");
  }, 120_000);
});
