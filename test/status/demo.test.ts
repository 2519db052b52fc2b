import { it } from "vitest";
import { run, git } from "../cli/cli.ts";
import { fleetYaml, makeFleet } from "../cli/fleet.ts";
it("demo", async () => {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("apply") });
  git(folder, "init", "-q"); git(folder, "add", "-A"); git(folder, "commit", "-qm", "First policy");
  const a = await run(folder, ["status"]); console.log(a.stdout, a.stderr, a.code);
  for (const h of ["09:00", "09:30", "10:00"]) { const r = await run(folder, ["reconcile"], { now: `2026-03-18T${h}:00Z` }); console.log(r.code, r.stdout, r.stderr); }
  const b = await run(folder, ["status"], { now: "2026-03-18T10:10:00Z" }); console.log(b.stdout, b.stderr);
  const c = await run(folder, ["status", "--json"], { now: "2026-03-18T10:10:00Z" }); console.log(c.stdout);
});
