// Measures the scan of real roots against `apt list --upgradable` on the same roots.
// node scripts/apt/measure.mjs PROVIDER.mjs CONCURRENCY ROOT…
// PROVIDER.mjs is the built src/provider/apt/apt-provider.ts; each ROOT is an isolated root (see docs/apt.md).
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";

const [provider, concurrencyText, ...roots] = process.argv.slice(2);
const { openAptProvider } = await import(pathToFileURL(provider).href);
const concurrency = Number(concurrencyText);

function aptList(root) {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      APT_CONFIG: `${root}/apt.conf`,
      DPKG_ADMINDIR: `${root}/var/lib/dpkg`,
      LC_ALL: "C.UTF-8",
    };
    spawn("apt", ["list", "--upgradable"], { env, stdio: ["ignore", "ignore", "ignore"] }).on(
      "exit",
      resolve,
    );
  });
}

async function each(items, limit, work) {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

async function time(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const hosts = roots.map((path, index) => ({
  ...{
    id: `host-${index}`,
    name: null,
    client: null,
    site: null,
    type: "server",
    tags: [],
    apps: [],
    timezone: null,
  },
  ...{ critical: null, exposed: "unknown", contact: null, ssh: null, root: { path, mode: "isolated" } },
}));
const { reader } = openAptProvider({ hosts, settings: { concurrency } });
let facts = 0;
const scan = async () => {
  const { snapshot } = await reader.readSnapshot();
  facts = snapshot.facts.length;
};
const list = () => each(roots, concurrency, aptList);

// Both warm apt's cache files first.
await list();
const first = await time(scan);
const rounds = [];
for (let round = 0; round < 5; round += 1) rounds.push([await time(list), await time(scan)]);
const median = (column) => rounds.map((row) => row[column]).sort((a, b) => a - b)[2];
const [listMs, scanMs] = [median(0), median(1)];
console.log(
  `${roots.length} roots, ${concurrency} at once, ${facts} facts; medians of 5, then the first scan of all`,
);
console.log(
  `apt list --upgradable  ${listMs.toFixed(0)} ms  ${(listMs / roots.length).toFixed(1)} ms a root`,
);
console.log(
  `patchring scan         ${scanMs.toFixed(0)} ms  ${(scanMs / roots.length).toFixed(1)} ms a root  ${(scanMs / listMs).toFixed(2)} x`,
);
console.log(
  `first scan             ${first.toFixed(0)} ms  ${(first / roots.length).toFixed(1)} ms a root  ${(first / listMs).toFixed(2)} x`,
);
