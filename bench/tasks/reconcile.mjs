/** One run of the scheduled job, by the command itself, at an instant of the benchmark's world. */
import { openMain } from "../engine.mjs";

export default async function run({ folder, now, rows }) {
  const main = await openMain();
  let stdout = "";
  let stderr = "";
  const sink = (take) => ({ write: take, isTTY: false, columns: undefined, closed: false });
  const start = performance.now();
  const code = await main(
    ["reconcile", ...(rows === "all" ? ["--json"] : ["--max-rows", "10"]), "-C", folder],
    {
      stdout: sink((text) => (stdout += text)),
      stderr: sink((text) => (stderr += text)),
      env: {},
      cwd: folder,
      now: () => now,
    },
  );
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage();
  if (code !== 0) throw new Error(`exit ${code}: ${stderr.split("\n")[0]}`);
  const accepted = rows === "all" ? JSON.parse(stdout).sent.accepted : 0;
  return {
    ms,
    cpuMs: (user + system) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    accepted,
  };
}
