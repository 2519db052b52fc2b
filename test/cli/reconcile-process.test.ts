/** `reconcile` as a process that is killed, or asked to stop. Needs `npm run build`; `npm test` builds first. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatInstant } from "../../src/core/time.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { checkJournal } from "../reconcile/run/run-world.ts";
import { run, writeInto } from "./cli.ts";
import { fleetYaml, makeFleet } from "./fleet.ts";

const BIN = fileURLToPath(new URL("../../bin/patchring.js", import.meta.url));
const BUILT = existsSync(fileURLToPath(new URL("../../dist/main.js", import.meta.url)));
const OUTBOX = "inventory/fleet.ndjson.outbox.ndjson";
const DEVICES = 100;

/** 200 actions: each device has a patch to approve and one to ignore; `taken` ones are in force. */
function snapshotAt(at: number, taken: ReadonlySet<string>): string {
  const time = formatInstant(at);
  const actions = ["approve", "ignore", "do-nothing", "reprocess", "uninstall"];
  const capabilities = { actions, holdIsSafe: true, schedules: "reconciler" };
  const header = { record: "header", format: "patchring.snapshot/1", takenAt: time, capabilities };
  const patch = (id: string, category: string) => ({
    record: "patch",
    id,
    category,
    releasedAt: "2026-01-01T00:00:00Z",
  });
  const devices = Array.from({ length: DEVICES }, (_, i) => {
    const id = `ws-${i}`;
    const fact = (name: string, action: string, status: string) =>
      taken.has(`${id} ${name} ${action}`)
        ? { patch: name, status, approval: action, approvalBy: "patchring" }
        : { patch: name, status: "missing" };
    const facts = [fact("KB1", "approve", "pending"), fact("KB2", "ignore", "ignored")];
    return { record: "device", id, tags: ["pilot"], scannedAt: time, facts };
  });
  const lines = [{ ...header, complete: true }, patch("KB1", "security"), patch("KB2", "driver"), ...devices];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function outbox(folder: string): string[] {
  if (!existsSync(join(folder, OUTBOX))) return [];
  const lines = readFileSync(join(folder, OUTBOX), "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const { device, patch, action } = JSON.parse(line) as Record<string, string>;
    return `${device} ${patch} ${action}`;
  });
}

function makeWorld(): string {
  const now = Math.floor(Date.now() / 1000);
  return makeFleet({
    "fleet.yaml": fleetYaml("apply", "devicesPerRun: 100"),
    "inventory/fleet.ndjson": snapshotAt(now - 60, new Set()),
  });
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills it some time after it has begun to write its store. */
async function killAfter(folder: string, ms: number): Promise<void> {
  const child = spawn(process.execPath, [BIN, "reconcile", "--quiet"], { cwd: folder, stdio: "ignore" });
  const gone = once(child, "exit");
  const store = join(folder, ".patchring/state.db");
  const wal = `${store}-wal`;
  const isWriting = (): boolean => existsSync(store) && existsSync(wal) && statSync(wal).size > 0;
  while (child.exitCode === null && !isWriting()) await wait(1);
  await wait(ms);
  child.kill("SIGKILL");
  await gone;
}

describe.runIf(BUILT)("a process that is killed", () => {
  it.each([0, 10, 25, 45, 70, 110])(
    "%i ms after its first write leaves what the next run mends",
    async (ms) => {
      const folder = makeWorld();
      await killAfter(folder, ms);
      const sent = outbox(folder);
      // The backend has worked the outbox off, and an hour later it is read again.
      const later = Math.floor(Date.now() / 1000) + 3600;
      writeInto(folder, "inventory/fleet.ndjson", snapshotAt(later - 60, new Set(sent)));
      const ran = await run(folder, ["reconcile"], { now: formatInstant(later) });
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      const all = outbox(folder);
      expect(all).toHaveLength(2 * DEVICES);
      expect(new Set(all).size).toBe(2 * DEVICES);
      const verified = await run(folder, ["ledger", "verify"]);
      expect([verified.code, verified.stderr]).toEqual([0, ""]);
      const store = await openSqliteStore({ path: join(folder, ".patchring/state.db"), scope: null });
      await checkJournal(store.reader);
      expect(await store.reader.check()).toEqual([]);
      await store.reader.close();
    },
    60_000,
  );
});

describe.runIf(BUILT)("a process that is asked to stop", () => {
  it("between two runs of --every ends with 0 and gives the lease back", async () => {
    const folder = makeWorld();
    const child = spawn(process.execPath, [BIN, "reconcile", "--every", "30m", "--json"], { cwd: folder });
    const gone = once(child, "exit") as Promise<[number | null, string | null]>;
    await once(child.stdout, "data");
    await wait(300);
    child.kill("SIGTERM");
    expect(await gone).toEqual([0, null]);
    const store = await openSqliteStore({ path: join(folder, ".patchring/state.db"), scope: null });
    expect(await store.reader.readLease()).toBeNull();
    await store.reader.close();
    expect(outbox(folder)).toHaveLength(2 * DEVICES);
  }, 60_000);

  it("survives a policy that is wrong for one run of --every, and goes on when it is mended", async () => {
    const folder = makeWorld();
    const rules = readFileSync(join(folder, "rules/microsoft.yaml"), "utf8");
    const child = spawn(process.execPath, [BIN, "reconcile", "--every", "1m"], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(HASTE)}` },
    });
    const gone = once(child, "exit") as Promise<[number | null, string | null]>;
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const runs = (): number => stdout.split("\nRun run-").length - 1;
    const until = async (is: () => boolean): Promise<void> => {
      while (!is() && child.exitCode === null) await wait(20);
    };
    await until(() => runs() > 0);
    writeInto(folder, "rules/microsoft.yaml", `${rules}bogus: true\n`);
    await until(() => stderr.includes("rules/microsoft.yaml"));
    const before = runs();
    const errors = stderr;
    await until(() => stderr.length > errors.length);
    expect(runs()).toBe(before);
    writeInto(folder, "rules/microsoft.yaml", rules);
    await until(() => runs() > before + 1);
    child.kill("SIGTERM");
    expect(await gone).toEqual([0, null]);
    expect(errors).toMatch(/rules\/microsoft\.yaml:\d+:\d+: error: /);
    expect(outbox(folder)).toHaveLength(2 * DEVICES);
    const store = await openSqliteStore({ path: join(folder, ".patchring/state.db"), scope: null });
    expect(await store.reader.readLease()).toBeNull();
    const [newest] = await store.reader.listRuns({ limit: 1 });
    expect(newest!.summary).toMatchObject({ exitCode: 0, changed: false });
    await store.reader.close();
    expect(
      (await run(folder, ["ledger", "verify"], { now: formatInstant(Math.floor(Date.now() / 1000)) })).code,
    ).toBe(0);
  }, 60_000);
});

/** A minute of waiting passes in 150 ms: the loop waits a minute at least. */
const HASTE = `
  const slow = globalThis.setTimeout;
  globalThis.setTimeout = (work, ms, ...rest) => slow(work, ms > 10_000 ? 150 : ms, ...rest);
`;
