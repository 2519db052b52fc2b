/** One run of the scheduled job, by the command itself, at an instant of the benchmark's world. */
import { openMain } from "../engine.mjs";

const HEAD_CHARACTERS = 65_536;

export default async function run({ folder, now, rows }) {
  const main = await openMain();
  let stdout = "";
  let stderr = "";
  // As a pipe does, it takes the text and forgets it: of a list of all actions only the head is looked at.
  const keep = (text) => {
    if (stdout.length < HEAD_CHARACTERS) stdout += text;
  };
  const sink = (take) => ({ write: take, isTTY: false, columns: undefined, closed: false });
  const start = performance.now();
  const code = await main(
    ["reconcile", ...(rows === "all" ? ["--json"] : ["--max-rows", "10"]), "-C", folder],
    {
      stdout: sink(keep),
      stderr: sink((text) => (stderr += text)),
      env: {},
      cwd: folder,
      now: () => now,
    },
  );
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage();
  if (code !== 0) throw new Error(`exit ${code}: ${stderr.split("\n")[0]}`);
  const accepted = rows === "all" ? Number(/"sent":\{"accepted":(\d+)/.exec(stdout)[1]) : 0;
  return {
    ms,
    cpuMs: (user + system) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    accepted,
  };
}
