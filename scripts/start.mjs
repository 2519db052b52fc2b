// `npm start`: the policies of this repository on their fleet, at the day they were written for.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const AT = ["--at", "2026-06-17T09:00:00Z"];
const COMMANDS = [
  ["validate", "-C", "policies", ...AT],
  ["plan", "-C", "policies", ...AT, "--max-rows", "12"],
  ["why", "acme-hq-ws-005", "KB5094126", "-C", "policies", ...AT],
];
const NEXT = [
  "npx patchring why acme-wh-ws-001 app:label-print@5.4.1 -C policies --at 2026-06-17T09:00:00Z",
  "npx patchring plan -C policies --at 2026-06-17T09:00:00Z --format html --out plan.html",
  "npx patchring verdicts -C policies --at 2026-06-17T09:00:00Z --ring pilot --verdict wait",
  "npx patchring match microsoft/security -C policies --at 2026-06-17T09:00:00Z",
  "npx patchring explain SOAK",
  "npx patchring --help",
];

for (const words of COMMANDS) {
  console.log(`\n$ npx patchring ${words.join(" ")}\n`);
  const { status } = spawnSync(process.execPath, ["bin/patchring.js", ...words], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    break;
  }
}
if (process.exitCode === undefined) {
  console.log(`\nTry next:\n${NEXT.map((line) => `  ${line}`).join("\n")}`);
}
