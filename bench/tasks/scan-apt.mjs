/**
 * Scans real roots with the real apt and dpkg, against `apt list --upgradable` on the same roots. The roots
 * are those of the tests (`test/provider/apt`), bundled here since Node runs no TypeScript. What was learned
 * of them is kept in a folder, as it is in use.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { median, timed } from "../statistics.mjs";

const WORLD = fileURLToPath(new URL("../../test/provider/apt/world.ts", import.meta.url));

async function loadWorld(folder) {
  const file = path.join(folder, "world.mjs");
  const build = await rolldown({ input: WORLD, platform: "node", external: /^[^./]/ });
  await build.write({ file, format: "esm" });
  return import(pathToFileURL(file).href);
}

function aptList(device) {
  return new Promise((resolve, reject) => {
    spawn("apt", ["list", "--upgradable"], { env: device.environment, stdio: "ignore" })
      .on("error", reject)
      .on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`apt list: exit code ${code}`))));
  });
}

async function each(items, limit, work) {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

/** Processor time in ms of this process, and of all that it has started and waited for. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1).split(" ");
  const TICK_MS = 10;
  return (user + system) / 1000 + (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

async function measured(work) {
  const before = cpuMs();
  const { ms, value } = await timed(work);
  return { ms, cpu: cpuMs() - before, value };
}

/** Longer than the scan mistrusts files that were just changed. */
const SETTLED_MS = 3500;

export default async function run({ roots, concurrency, repeats }) {
  const bundle = mkdtempSync(path.join(fileURLToPath(new URL("..", import.meta.url)), ".scan-"));
  let world = null;
  try {
    const { Fleet, World } = await loadWorld(bundle);
    world = new World();
    const devices = Array.from({ length: roots }, () => world.device());
    const fleet = new Fleet(
      devices.map((device, index) => device.host(`host-${index}`)),
      { concurrency, stateFolder: path.join(world.folder, "state") },
    );
    const list = () => each(devices, concurrency, aptList);
    const scan = async () => (await fleet.look()).snapshot.facts.length;
    // Changes the file's status for the scan, but not its time of writing: apt's own caches stay good for both.
    const touch = () => {
      for (const device of devices) chmodSync(device.path("var/lib/dpkg/status"), 0o644);
    };
    // Both warm apt's cache files first.
    await list();
    const first = await measured(scan);
    const [changed, same] = [[], []];
    for (let round = 0; round < repeats; round++) {
      touch();
      changed.push({ list: await measured(list), scan: await measured(scan) });
    }
    await sleep(SETTLED_MS);
    await scan();
    for (let round = 0; round < repeats; round++) {
      same.push({ list: await measured(list), scan: await measured(scan) });
    }
    for (const round of [...changed, ...same]) {
      if (round.scan.value !== first.value) throw new Error("two scans found different facts");
    }
    const sum = (rounds) => ({
      ratio: median(rounds.map(({ list, scan }) => scan.ms / list.ms)),
      cpuRatio: median(rounds.map(({ list, scan }) => scan.cpu / list.cpu)),
      listMs: median(rounds.map(({ list }) => list.ms)) / roots,
      scanMs: median(rounds.map(({ scan }) => scan.ms)) / roots,
      listCpuMs: median(rounds.map(({ list }) => list.cpu)) / roots,
      scanCpuMs: median(rounds.map(({ scan }) => scan.cpu)) / roots,
    });
    return { facts: first.value, firstMs: first.ms / roots, changed: sum(changed), same: sum(same) };
  } finally {
    world?.dispose();
    rmSync(bundle, { recursive: true, force: true });
  }
}
