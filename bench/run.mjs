/**
 * The benchmark: `npm run bench [-- --only a,b,c] [-- --quick]`. Prints a table and then the same rows as JSON
 * lines. Exit 1 when a goal is missed; what could not be measured here is named and does not count as held.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure as measureSpeed } from "./goals/a-b-speed.mjs";
import { measure as measurePlan } from "./goals/c-plan.mjs";
import { measure as measureScale } from "./goals/d-scale.mjs";
import { measure as measureChanges } from "./goals/e-changes.mjs";
import { measure as measureLoad } from "./goals/f-load.mjs";
import { measure as measureStore } from "./goals/g-store.mjs";

const GOALS = [
  { letters: ["a", "b"], measure: measureSpeed },
  { letters: ["c"], measure: measurePlan },
  { letters: ["d"], measure: measureScale },
  { letters: ["e"], measure: measureChanges },
  { letters: ["f"], measure: measureLoad },
  { letters: ["g"], measure: measureStore },
];

const log = (text) => process.stderr.write(`${text}\n`);

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "a,b,c,d,e,f,g" },
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
    },
  });
  const goals = new Set(values.only.split(",").map((goal) => goal.trim()));
  for (const goal of goals) {
    if (!GOALS.some(({ letters }) => letters.includes(goal)))
      throw new Error(`no goal "${goal}"; there are a to g`);
  }
  return { goals, quick: values.quick, rounds: Number(values.rounds ?? (values.quick ? 2 : 5)), log };
}

function describeMachine() {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? "unknown",
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    load: os.loadavg().map((load) => Number(load.toFixed(2))),
  };
}

function ensurePeers(goals) {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  if (!goals.has("b") || existsSync(new URL("node_modules", import.meta.url))) return;
  log("installing the engines to compare with");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function printTable(rows) {
  const columns = ["goal", "what", "target", "measured", "result"];
  const widths = columns.map((name) => Math.max(name.length, ...rows.map((row) => row[name].length)));
  const line = (cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]))
      .join("  ")
      .trimEnd();
  console.log(line(columns));
  console.log(line(widths.map((width) => "-".repeat(width))));
  for (const row of rows) {
    console.log(line(columns.map((name) => row[name])));
    if (row.note) console.log(`      ${row.note}`);
  }
}

const options = readOptions();
const machine = describeMachine();
const { cpu, cores, memoryGiB, node, load } = machine;
console.log(
  `${cores} × ${cpu}, ${memoryGiB} GiB, Node ${node}, load ${load.join(" ")}, ${options.rounds} rounds${options.quick ? " (quick: fewer facts than the goals are about)" : ""}\n`,
);
ensurePeers(options.goals);
const rows = GOALS.filter(({ letters }) => letters.some((letter) => options.goals.has(letter))).flatMap(
  ({ measure }) => measure(options),
);
printTable(rows);
console.log();
console.log(JSON.stringify({ record: "machine", ...machine, rounds: options.rounds, quick: options.quick }));
for (const row of rows) console.log(JSON.stringify({ record: "goal", ...row }));
const unmeasured = rows.filter((row) => row.result === "NOT MEASURED");
for (const { goal, what, note } of unmeasured) log(`NOT MEASURED: ${goal}, ${what}: ${note}`);
process.exitCode = rows.some((row) => row.result === "MISS") ? 1 : 0;
