import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { formatInstant, parseInstant } from "../../src/core/time.ts";
import { openHttpSink } from "../notify/http-sink.ts";
import { run } from "./cli.ts";
import { fleetFile, ForgeWorld } from "./forge-world.ts";

const DEADLINES = `  deadlines:
    profiles: [house]
    warnBefore: 5d
    own:
      - { name: house, title: House rule, tiers: [{ name: all, within: 7d }] }
  notices: { channels: [{ name: ops, kind: webhook, urlEnv: OPS_URL }] }
`;

interface Found {
  readonly candidates: readonly { readonly mergeBy: { readonly at: string } | null }[];
}
interface Sla {
  readonly profiles: readonly { readonly totals: Record<string, number> }[];
}
interface Message {
  readonly notices: readonly { readonly kind: string; readonly by: string | null; readonly level: string }[];
}

it("tells by when a request must be merged and what is at risk, and measures the same as sla and promote", async () => {
  const world = new ForgeWorld({ "fleet.yaml": fleetFile() + DEADLINES });
  world.soak();
  const { candidates } = (await world.json("promote")) as unknown as Found;
  const times = candidates.flatMap(({ mergeBy }) => (mergeBy === null ? [] : [mergeBy.at])).sort();
  expect(times).toEqual([expect.any(String), expect.any(String)]);
  const sink = await openHttpSink();
  const options = { now: formatInstant(world.now), env: { OPS_URL: sink.url } };
  const ran = await run(world.clone, ["reconcile", "--metrics-file", "patchring.prom"], options);
  await sink.close();
  expect(ran.code).toBe(0);
  const metrics = readFileSync(join(world.clone, "patchring.prom"), "utf8");
  const at = parseInstant(times[0]!)!;
  expect(metrics).toContain(`patchring_promotion_merge_by_timestamp_seconds{pr="1"} ${at}\n`);
  const { notices } = JSON.parse(sink.posted[0]!.body) as Message;
  expect(notices.find(({ kind }) => kind === "promotion-waits")).toMatchObject({ by: times[0] });
  expect(notices.find(({ kind }) => kind === "deadline")).toMatchObject({ level: "ticket" });
  const { totals } = ((await world.json("sla")) as unknown as Sla).profiles[0]!;
  expect(totals["atRisk"]).toBe(6);
  for (const [state, key] of [
    ["ok", "ok"],
    ["at_risk", "atRisk"],
    ["overdue", "overdue"],
  ] as const) {
    expect(metrics).toContain(`patchring_obligations{profile="house",state="${state}"} ${totals[key]}\n`);
  }
  expect(metrics).toContain('patchring_obligations_without_window{profile="house"} 0\n');
  const verb = (await world.run("metrics")).stdout;
  expect(verb).toContain(`patchring_obligations{profile="house",state="at_risk"} ${totals["atRisk"]}\n`);
});

it("why shows the deadline of the fact, and nothing of deadlines where the Fleet names none", async () => {
  const world = new ForgeWorld({ "fleet.yaml": fleetFile() + DEADLINES });
  world.soak();
  const { stdout } = await world.run("why", "w1", "KB1");
  expect(stdout.replaceAll(/\n {11}/g, " ")).toContain(
    "\n  deadline at risk (due soon); house: due 2026-03-16T08:00:00Z (in 3 d), 7d from release; next window open now\n",
  );
  expect((await world.json("why", "w1", "KB1"))["deadline"]).toMatchObject({
    state: "at-risk",
    risk: "due-soon",
    profile: "house",
    dueAt: "2026-03-16T08:00:00Z",
    others: [],
    nextWindow: { opensAt: "2026-03-13T08:00:00Z" },
  });
  const without = new ForgeWorld();
  expect((await without.run("why", "w1", "KB1")).stdout).not.toContain("deadline");
  expect(await without.json("why", "w1", "KB1")).not.toHaveProperty("deadline");
});
