/** promote: `promote` (candidates, gates, what it would open) against `plan` of the same facts, in a Git repository. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { bin } from "../engine.mjs";
import { ensurePolicy, ensureSnapshot } from "../files.mjs";
import { AT } from "../policy.mjs";
import { runProgram } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";
import { median } from "../statistics.mjs";

const WANTED = 1.2;

export function measure({ rounds, quick, log }) {
  const devices = quick ? 1000 : 10_000;
  const what = `promote over ${devices / 10_000} M facts, full policy, cold, against plan`;
  const snapshot = ensureSnapshot({ rules: 50, full: true, devices });
  const folder = makeRepository(ensurePolicy({ rules: 50, full: true }));
  try {
    const results = [];
    for (let round = 0; round < rounds; round++) {
      log(`promote and plan of ${devices} devices, round ${round + 1} of ${rounds}`);
      const run = (verb) => runProgram([bin, verb, "-C", folder, "--snapshot", snapshot, "--at", AT]);
      // In turns, so that neither always has the warmer file.
      const first = attempt(() => run(round % 2 === 0 ? "plan" : "promote"));
      const second = attempt(() => run(round % 2 === 0 ? "promote" : "plan"));
      if (first.error ?? second.error)
        return [skipped("promote", what, `≤ ${WANTED} ×`, first.error ?? second.error)];
      const [plan, promote] = round % 2 === 0 ? [first, second] : [second, first];
      results.push({ plan, promote });
    }
    const ratio = median(results.map(({ plan, promote }) => promote.ms / plan.ms));
    const ms = (name) => Math.round(median(results.map((result) => result[name].ms)));
    return [
      row("promote", what, `≤ ${WANTED} ×`, {
        measured: `${ratio.toFixed(2)} ×`,
        pass: ratio <= WANTED,
        note: `${ms("promote")} ms against ${ms("plan")} ms`,
        value: ratio,
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The policy, committed: `promote` reads it from the base branch and looks for requests. */
function makeRepository(policy) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "patchring-bench-"));
  cpSync(policy, folder, { recursive: true });
  const git = (...words) =>
    execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", ...words], {
      cwd: folder,
    });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Policy");
  return folder;
}
