/** Measurements in processes of their own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cacheFolder } from "./files.mjs";

const child = fileURLToPath(new URL("child.mjs", import.meta.url));
const usage = pathToFileURL(fileURLToPath(new URL("usage.mjs", import.meta.url))).href;

/** The answer of a task; throws with the last lines of its error output when it fails. */
export function runTask(task, options) {
  const result = spawnSync(
    process.execPath,
    ["--max-old-space-size=8192", child, task, JSON.stringify(options)],
    {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    },
  );
  if (result.status !== 0) throw new Error(`${task}: ${explain(result)}`);
  return JSON.parse(result.stdout);
}

function explain({ stderr, signal }) {
  const line = stderr.split("\n").find((text) => /^\w*Error\b/.test(text));
  return line?.replace(/ imported from .*/, "") ?? (stderr.trim().split("\n").at(-1) || `ended by ${signal}`);
}

/** Runs a Node program from start to end, output to a file: wall time, peak memory in bytes and exit code. */
export function runProgram(args) {
  mkdirSync(cacheFolder, { recursive: true });
  const peakFile = path.join(cacheFolder, "peak");
  const out = openSync(path.join(cacheFolder, "output"), "w");
  rmSync(peakFile, { force: true });
  const env = { ...process.env, PATCHRING_BENCH_USAGE: peakFile };
  const start = performance.now();
  const result = spawnSync(process.execPath, ["--import", usage, ...args], {
    env,
    stdio: ["ignore", out, "pipe"],
  });
  const ms = performance.now() - start;
  closeSync(out);
  if (result.status !== 0) {
    throw new Error(
      `exit ${result.status}: ${explain({ stderr: result.stderr.toString(), signal: result.signal })}`,
    );
  }
  return { ms, peakBytes: existsSync(peakFile) ? Number(readFileSync(peakFile, "utf8")) : NaN };
}
