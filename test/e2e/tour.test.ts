/** `npm run tour` tells the seven days to their end, on the built command. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const IS_BUILT = existsSync(`${ROOT}/dist/main.js`);

it("CI has built the command", () => {
  expect(IS_BUILT || process.env["CI"] === undefined, "run `npm run build` first").toBe(true);
});

it.skipIf(!IS_BUILT)("goes from pilot to production and back", { timeout: 60_000 }, () => {
  const told = execFileSync(process.execPath, ["scripts/tour.mjs"], { cwd: ROOT, encoding: "utf8" });
  const sent = [...told.matchAll(/\(sent: (.*)\)/g)].map((match) => match[1]);
  expect(sent).toEqual([
    "8 approve, 0 ignore, 0 uninstall",
    "6 approve, 0 ignore, 0 uninstall",
    "0 approve, 0 ignore, 10 uninstall",
    "0 approve, 0 ignore, 0 uninstall",
  ]);
  expect(told).toContain("opened  request 1 on patchring/promote/production: KB5990141, KB5990160\n");
  expect(told).toContain("(taken out KB5990160)");
  expect(told).toContain("approved by Ben Fox");
  expect(told.trimEnd().split("$ patchring plan").at(-1)).toContain("Would change nothing now.");
});
