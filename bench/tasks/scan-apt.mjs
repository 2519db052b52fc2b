/**
 * Scans real roots with the real apt and dpkg, against `apt list --upgradable` on the same roots. The roots
 * are those of the tests (`test/provider/apt`), bundled here since Node runs no TypeScript.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
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
      .on("exit", resolve);
  });
}

async function each(items, limit, work) {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

export default async function run({ roots, concurrency, repeats }) {
  const bundle = mkdtempSync(path.join(fileURLToPath(new URL("..", import.meta.url)), ".scan-"));
  let world = null;
  try {
    const { Fleet, World } = await loadWorld(bundle);
    world = new World();
    const devices = Array.from({ length: roots }, () => world.device());
    const fleet = new Fleet(
      devices.map((device, index) => device.host(`host-${index}`)),
      { concurrency },
    );
    const list = () => each(devices, concurrency, aptList);
    // Both warm apt's cache files first.
    await list();
    const first = await timed(() => fleet.look());
    const rounds = [];
    for (let round = 0; round < repeats; round++) {
      rounds.push({ list: (await timed(list)).ms, scan: (await timed(() => fleet.look())).ms });
    }
    return {
      facts: first.value.snapshot.facts.length,
      ratio: median(rounds.map(({ list, scan }) => scan / list)),
      listMs: median(rounds.map(({ list }) => list)) / roots,
      scanMs: median(rounds.map(({ scan }) => scan)) / roots,
      firstMs: first.ms / roots,
    };
  } finally {
    world?.dispose();
    rmSync(bundle, { recursive: true, force: true });
  }
}
