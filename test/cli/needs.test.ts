/** Through the front door: `status`, the site's Today, `plan` and the messages of a run name the same numbers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FLEETS } from "../../scripts/fleet/build.mjs";
import { root } from "../examples/policy-files.ts";
import { openHttpSink } from "../notify/http-sink.ts";
import { run, writeInto, type RunOptions } from "./cli.ts";
import { fleetYaml, makeFleet } from "./fleet.ts";
import { fleetFile, ForgeWorld } from "./forge-world.ts";

interface Need {
  readonly level: string;
  readonly kind: string;
  /** What is the matter, and the command that goes on from there. */
  readonly what: string;
  readonly next: string;
}

interface NoticeJson extends Omit<Need, "what"> {
  readonly text: string;
  readonly facts?: number;
  readonly installed?: number;
  readonly key: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" };

function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => ENTITIES[name]!)
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The items of Today as a reader sees them. */
function todayOf(html: string): Need[] {
  const list = /<ul class="attention">(.*?)<\/ul>/s.exec(html)?.[1] ?? "";
  return [...list.matchAll(/<li class="item (\w+)" data-kind="([\w-]+)">(.*?)<\/li>/gs)].map(
    ([, level, kind, body]) => ({
      level: level!,
      kind: kind!,
      what: textOf(/<p class="what">(.*?)<\/p>/s.exec(body!)![1]!),
      next: textOf(/<code class="command">(.*?)<\/code>/s.exec(body!)![1]!),
    }),
  );
}

const LEVELS: Readonly<Record<string, string>> = { page: "now", ticket: "today", digest: "later" };

function needsOf(notices: readonly NoticeJson[]): Need[] {
  return notices.map(({ level, kind, text, next }) => ({
    level: LEVELS[level]!,
    kind,
    what: text.slice(0, text.indexOf(" To act")),
    next,
  }));
}

async function statusNotices(folder: string, words: readonly string[], options: RunOptions = {}) {
  const ran = await run(folder, ["status", "--json", ...words], options);
  expect(ran.code).toBe(0);
  return (JSON.parse(ran.stdout) as { readonly notices: readonly NoticeJson[] }).notices;
}

async function today(folder: string, words: readonly string[], options: RunOptions = {}): Promise<Need[]> {
  const ran = await run(folder, ["report", "site", ...words], options);
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  const found = todayOf(ran.stdout);
  const heading = /<p class="answer">(.*?)<\/p>/.exec(ran.stdout)![1]!;
  expect(heading).toContain(
    found.length === 0 ? "Nothing needs a person." : `Needs a person: ${found.length} (`,
  );
  return found;
}

const SNAPSHOT = ["--snapshot", "inventory/fleet.ndjson.gz"];

it.each([
  ...FLEETS.map(({ folder, at }) => [folder, ["--at", at]] as const),
  ...FLEETS.slice(0, 1).map(({ folder, at }) => [folder, ["--at", at, ...SNAPSHOT]] as const),
])("%s %j has one list of what needs a person", async (folder, words) => {
  const path = join(root, folder);
  const notices = await statusNotices(path, words);
  expect(await today(path, words)).toEqual(needsOf(notices));
  expect(notices.length).toBeGreaterThan(3);
  const plan = JSON.parse((await run(path, ["plan", "--json", ...words])).stdout) as {
    readonly verdicts: { readonly manual: number };
  };
  const decide = notices.find(({ kind }) => kind === "decide");
  expect((decide?.facts ?? 0) + (decide?.installed ?? 0)).toBe(plan.verdicts.manual);
});

it("an installed patch waits for nobody's decision: 89 of the 92 with the verdict manual do", async () => {
  const notices = await statusNotices(join(root, "policies"), ["--at", "2026-06-17T09:00:00Z"]);
  expect(notices.find(({ kind }) => kind === "decide")).toMatchObject({ facts: 89, installed: 3 });
});

const CHANNEL = "  notices: { channels: [{ name: ops, kind: webhook, urlEnv: OPS_URL }] }\n";

it("a run tells by message what status and Today then show: a guard", async () => {
  const folder = makeFleet({
    "fleet.yaml": fleetYaml("apply", "actionsPerRun: 1, devicesPerRun: 3") + CHANNEL,
  });
  const sink = await openHttpSink();
  const options = { env: { OPS_URL: sink.url } };
  expect((await run(folder, ["reconcile"], options)).code).toBe(5);
  await sink.close();
  const { notices } = JSON.parse(sink.posted[0]!.body) as { readonly notices: readonly NoticeJson[] };
  const shown = await statusNotices(folder, [], options);
  expect(shown).toEqual(notices);
  expect(shown.map(({ kind }) => kind)).toEqual(["guard"]);
  expect(await today(folder, [], options)).toEqual(needsOf(notices));
});

const DEADLINES = `  deadlines:
    profiles: [house]
    warnBefore: 5d
    own:
      - { name: house, title: House rule, tiers: [{ name: all, within: 7d }] }
`;

it("and a request that waits, with its merge-by time, deadlines and what is on the way", async () => {
  const world = new ForgeWorld({ "fleet.yaml": fleetFile("apply") + DEADLINES + CHANNEL });
  world.soak();
  const sink = await openHttpSink();
  const options = { now: new Date(world.now * 1000).toISOString(), env: { OPS_URL: sink.url } };
  await run(world.clone, ["reconcile"], options);
  await sink.close();
  const { notices } = JSON.parse(sink.posted[0]!.body) as { readonly notices: readonly NoticeJson[] };
  const shown = await statusNotices(world.clone, [], options);
  expect(shown.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["promotion-waits", "deadline"]));
  expect(needsOf(shown)).toEqual(needsOf(notices));
  expect(await today(world.clone, [], options)).toEqual(needsOf(shown));
});

it("a forge that cannot be asked is reported, and the site is written all the same", async () => {
  const world = new ForgeWorld();
  world.soak();
  const fleet = readFileSync(join(world.clone, "fleet.yaml"), "utf8");
  const github = fleet.replace(/forge: .*/, "forge: { kind: github, repository: acme/patch-policy }");
  writeInto(world.clone, "fleet.yaml", github);
  const options = { now: new Date(world.now * 1000).toISOString() };
  const ran = await run(world.clone, ["report", "site"], options);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain("does not know which requests are open");
  const shown = todayOf(ran.stdout);
  expect(shown.map(({ kind }) => kind)).toContain("promotion-waits");
  expect(shown).toEqual(needsOf(await statusNotices(world.clone, [], options)));
});
