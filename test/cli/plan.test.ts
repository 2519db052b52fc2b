import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { git, hashTree, makeFolder, run, writeInto } from "./cli.ts";
import { fleetYaml, makeFleet, RULES, snapshotText } from "./fleet.ts";

interface PlanJson {
  readonly format: string;
  readonly at: string;
  readonly policy: { readonly commit: string | null; readonly dirty: boolean };
  readonly actions: readonly { readonly device: string; readonly patch: string; readonly action: string }[];
}

const parsePlan = (text: string): PlanJson => JSON.parse(text) as PlanJson;
const short = (plan: PlanJson): string[] => plan.actions.map((a) => `${a.device} ${a.patch} ${a.action}`);
const EXPECTED = ["ws-1 KB1 approve", "ws-1 KB2 ignore", "ws-2 KB3 uninstall", "ws-3 KB3 ignore"];

it("shows what would change, answer first", async () => {
  const ran = await run(makeFleet(), ["plan"]);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toBe("");
  expect(ran.stdout.split("\n").slice(0, 3)).toMatchInlineSnapshot(`
    [
      "Would send 4 actions to 3 of 3 devices.",
      "  1 approve, 2 ignore, 0 do-nothing, 0 reprocess, 1 uninstall. 1 destructive.",
      "  Not sent now: 0 scheduled, 0 blocked, 2 waiting.",
    ]
  `);
});

it("prints the plan as JSON with format first", async () => {
  const ran = await run(makeFleet(), ["plan", "--json"]);
  const plan = parsePlan(ran.stdout);
  expect(Object.keys(plan)[0]).toBe("format");
  expect(plan).toMatchObject({ format: "patchring.plan/1", at: "2026-03-18T09:00:00Z" });
  expect(plan.policy).toMatchObject({ commit: null, dirty: false });
  expect(short(plan)).toEqual(EXPECTED);
});

it.each([
  ["md", /^#|<!--/],
  ["html", /^<!DOCTYPE html>/i],
  ["csv", /^section,name,count/],
  ["json", /^\{"format":"patchring\.plan\/1"/],
  ["text", /^Would send 4 actions/],
])("prints the plan as %s", async (format, start) => {
  const ran = await run(makeFleet(), ["plan", "--format", format]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toMatch(start);
});

it("saves the plan beside showing it", async () => {
  const folder = makeFleet();
  const ran = await run(folder, ["plan", "--save", "plan.json"]);
  expect(ran.stdout).toMatch(/^Would send/);
  expect(ran.stderr).toBe("patchring: plan saved to plan.json\n");
  const saved = parsePlan(readFileSync(join(folder, "plan.json"), "utf8"));
  expect(short(saved)).toEqual(EXPECTED);
});

it("writes the result to a file instead of stdout", async () => {
  const folder = makeFleet();
  const ran = await run(folder, ["plan", "--json", "--out", "out.json"]);
  expect(ran).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(short(parsePlan(readFileSync(join(folder, "out.json"), "utf8")))).toEqual(EXPECTED);
});

it("leaves the file of --out as it was when the command fails", async () => {
  const folder = makeFleet({ "out.json": "before", "rings.yaml": "kind: [" });
  const ran = await run(folder, ["plan", "--out", "out.json"]);
  expect(ran.code).toBe(3);
  expect(readFileSync(join(folder, "out.json"), "utf8")).toBe("before");
  expect(Object.keys(hashTree(folder)).filter((name) => name.includes(".tmp"))).toEqual([]);
});

it("says where a file cannot be written", async () => {
  const ran = await run(makeFleet(), ["plan", "--out", "no/such/folder/plan.txt"]);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatchInlineSnapshot(`
    "error: File cannot be written [cli/not-written]
      <cwd>/no/such/folder/plan.txt could not be written: the system says "ENOENT". A file that was there before is unchanged.
      Fix: check that the folder exists and who may write there.
    "
  `);
});

it("exits 2 for pending changes only when asked", async () => {
  const folder = makeFleet();
  expect((await run(folder, ["plan"])).code).toBe(0);
  expect((await run(folder, ["plan", "--detailed-exit-code"])).code).toBe(2);
  const nothing = makeFleet({ "inventory/fleet.ndjson": snapshotText([]) });
  expect((await run(nothing, ["plan", "--detailed-exit-code"])).code).toBe(0);
});

it("shows a tripped guard and exits as usual", async () => {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("observe", "actionsPerRun: 3") });
  const ran = await run(folder, ["plan"]);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain("A guard would stop the run.");
});

it("says first what is wrong with the policy, then with the file of --snapshot", async () => {
  const folder = makeFleet();
  const missing = await run(folder, ["plan", "--snapshot", "gone.ndjson"]);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain("[snapshot/unreadable]");
  writeInto(folder, "rules/wrong.yaml", "kind: Nothing\n");
  const both = await run(folder, ["plan", "--snapshot", "gone.ndjson"]);
  expect(both.code).toBe(3);
  expect(both.stderr).toContain("rules/wrong.yaml");
  expect(both.stderr).not.toContain("snapshot/");
});

it("refuses a wrong policy with exit 3, file, line and fix", async () => {
  const folder = makeFleet({
    "rings.yaml":
      "apiVersion: patchring/v1\nkind: Ring\nmetadata: { name: a }\nspec: { after: b, devices: {} }\n",
  });
  const ran = await run(folder, ["plan"]);
  expect(ran.code).toBe(3);
  expect(ran.stdout).toBe("");
  expect(ran.stderr).toMatchInlineSnapshot(`
    "rings.yaml:4:16: error: Unknown ring [policy/unknown-ring]
        4 | spec: { after: b, devices: {} }
          |                ^
      "a" comes after a ring named "b", but no policy defines it. Defined rings: a.
      Fix: Write one of the defined rings, or add a ring named "b".
    "
  `);
});

it("refuses a broken snapshot with exit 1 and the line", async () => {
  const folder = makeFleet({ "bad.ndjson": `${snapshotText()}{"record":"device","id":"ws-1"}\n` });
  const ran = await run(folder, ["plan", "--snapshot", "bad.ndjson"]);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/^bad\.ndjson:8:1: error: .* \[snapshot\/duplicate-device\]/);
});

it("opens no provider when a snapshot is given", async () => {
  const folder = makeFleet({ "fleet.yaml": fleetYaml().replace(/path: [^ ]+/, "path: not-there") });
  expect((await run(folder, ["plan"])).code).toBe(1);
  expect((await run(folder, ["plan", "--snapshot", "inventory/fleet.ndjson"])).code).toBe(0);
});

it("says what to do when there is nothing to read devices from", async () => {
  const folder = makeFleet({ "fleet.yaml": fleetYaml().replace(/ {2}provider.*\n/, "") });
  const ran = await run(folder, ["plan"]);
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain("[cli/no-provider]");
});

it("names a policy directory that is not there", async () => {
  const ran = await run(makeFolder(), ["-C", "nowhere", "plan"]);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatchInlineSnapshot(`
    "error: Policy directory cannot be read [cli/no-directory]
      The policy directory is "nowhere", but the system says "ENOENT".
      Fix: name the directory of the policy with \`-C\`.
    "
  `);
});

it("shows paths as they were typed", async () => {
  const folder = makeFolder();
  writeInto(folder, "policy/ring.yaml", "kind: Ring");
  const ran = await run(folder, ["-C", "policy", "plan"]);
  expect(ran.stderr).toContain("policy/ring.yaml:1:");
});

it("colours on a terminal, and not with NO_COLOR or elsewhere", async () => {
  const folder = makeFleet();
  const colored = async (words: readonly string[], tty: boolean, env = {}): Promise<boolean> =>
    (await run(folder, ["plan", ...words], { tty, env })).stdout.includes("\x1b[");
  expect(await colored([], true)).toBe(true);
  expect(await colored([], true, { NO_COLOR: "1" })).toBe(false);
  expect(await colored([], false)).toBe(false);
  expect(await colored(["--color", "always"], false)).toBe(true);
  expect(await colored(["--color", "never"], true)).toBe(false);
});

it("names the commit, and calls only policy files dirty", async () => {
  const folder = makeFleet({ ".gitignore": "secret/\n" });
  git(folder, "init", "-q");
  const identity = async (): Promise<PlanJson["policy"]> =>
    parsePlan((await run(folder, ["plan", "--json"])).stdout).policy;
  expect(await identity()).toMatchObject({ commit: null, dirty: false });
  git(folder, "add", ".");
  git(folder, "commit", "-q", "-m", "first");
  const commit = git(folder, "rev-parse", "HEAD");
  expect(await identity()).toMatchObject({ commit, dirty: false });
  writeInto(folder, "notes.txt", "not policy");
  writeInto(folder, "inventory/fleet.ndjson", snapshotText([]));
  writeInto(folder, "node_modules/x/y.yaml", "a: 1");
  expect(await identity()).toMatchObject({ commit, dirty: false });
  writeInto(folder, "secret/hold.yaml", RULES.replace("name: microsoft", "name: other"));
  expect(await identity()).toMatchObject({ commit, dirty: true });
  git(folder, "clean", "-fdxq", "secret");
  writeInto(folder, "rules/microsoft.yaml", `${RULES}# changed\n`);
  expect(await identity()).toMatchObject({ commit, dirty: true });
});

it("reads policy at a commit, and leaves the work tree alone", async () => {
  const folder = makeFleet();
  git(folder, "init", "-q");
  git(folder, "add", ".");
  git(folder, "commit", "-q", "-m", "first");
  git(folder, "tag", "v1");
  const commit = git(folder, "rev-parse", "HEAD");
  writeInto(folder, "rules/microsoft.yaml", RULES.replace("then: ignore", "then: manual"));
  const before = hashTree(folder);
  const plan = parsePlan((await run(folder, ["plan", "--json", "--ref", "v1"])).stdout);
  expect(plan.policy).toMatchObject({ commit, dirty: false });
  expect(short(plan)).toEqual(EXPECTED);
  const current = parsePlan((await run(folder, ["plan", "--json"])).stdout);
  expect(short(current)).not.toContain("ws-1 KB2 ignore");
  expect(hashTree(folder)).toEqual(before);
});

it.each(["nothing", "--upload-pack=x", "HEAD~9"])("refuses the revision %s", async (rev) => {
  const folder = makeFleet();
  git(folder, "init", "-q");
  git(folder, "add", ".");
  git(folder, "commit", "-q", "-m", "first");
  const ran = await run(folder, ["plan", `--ref=${rev}`]);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("[cli/unknown-revision]");
});

it("evaluates as if it were another time", async () => {
  const ran = await run(makeFleet(), ["plan", "--json", "--at", "2026-03-18T10:00:00+01:00"], {
    now: "2030-01-01T00:00:00Z",
  });
  expect(parsePlan(ran.stdout).at).toBe("2026-03-18T09:00:00Z");
});
