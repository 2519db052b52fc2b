import { describe, expect, it } from "vitest";
import { hashTree, run, writeInto } from "./cli.ts";
import { makeFleet } from "./fleet.ts";
import { fleetFile, ForgeWorld, POLICY } from "./forge-world.ts";

const HASHES = /\b[0-9a-f]{12}\b/g;

describe("patchring promote", () => {
  it("shows every candidate with its gates and numbers, and writes nothing", async () => {
    const world = new ForgeWorld().soak();
    Object.assign(world.backend.fact("p3", "KB2")!, { status: "failed", attempts: 3, error: "0x800f0922" });
    world.observe();
    const before = hashTree(world.root);
    const ran = await world.run("promote");
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    expect(ran.stdout.replace(HASHES, "<commit>")).toMatchInlineSnapshot(`
      "2 candidates: 1 with every gate open, 1 that \`--open\` would ask for.
      Policy of main at <commit>, snapshot taken 2026-03-13T08:00:00Z (now).

      production, after pilot
        KB1  ready: every gate is open
            First update
            3 devices would get it
          ✓ open  clock     4 of 4 installed in pilot, the clock needs 4 dated installs
          ✓ open  soak      4d soak, over at 2026-03-13T08:00:00Z (now)
          ✓ open  installed 4 of 4 (100 %) installed, needs 80 %
          ✓ open  failures  0 failed, allows 0 and 100 %
          ✓ open  coverage  every os that needs it was seen
            next: \`patchring promote --open\` asks for it
        KB2  left out: too few installs in the ring before, so no soak runs yet
            Second update
            3 devices would get it
          ✗ shut  clock     3 of 4 installed in pilot, the clock needs 4 dated installs
          ✗ shut  soak      4d soak, the clock has not started
          ✗ shut  installed 3 of 4 (75 %) installed, needs 80 %
          ✗ shut  failures  1 failed, allows 0 and 100 %
          · later coverage  os: asked when the other gates are open
            next: more installs in pilot

      Requests
        would open  request on patchring/promote/production: KB1
      "
    `);
    expect(hashTree(world.root)).toEqual(before);
    for (const line of ran.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("works without Git, and says that no requests are shown", async () => {
    const ran = await run(makeFleet(), ["promote"]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("no Git repository with a base branch here");
    expect(ran.stdout).toContain("KB1  waiting: too few installs in the ring before");
    expect(ran.stdout).not.toContain("Requests");
  });

  it("reads gates from the base branch, whatever stands in the work tree", async () => {
    const world = new ForgeWorld().soak();
    writeInto(world.clone, "rings/rings.yaml", POLICY["rings/rings.yaml"]!.replace("for: 4d", "for: 9d"));
    expect((await world.json("promote"))["candidates"]).toMatchObject([
      { patch: "KB1", asked: true, soak: "4d" },
      { patch: "KB2", asked: true, soak: "4d" },
    ]);
  });
});

describe("patchring promote --open", () => {
  it("opens one request, and repeated writes nothing", async () => {
    const world = new ForgeWorld().soak();
    const ran = await world.run("promote", "--open");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("opened  request 1 on patchring/promote/production: KB1, KB2\n");
    expect(world.git("ls-tree", "-r", "--name-only", "patchring/promote/production", "promotions/")).toBe(
      "promotions/production/kb1.yaml\npromotions/production/kb2.yaml",
    );
    expect(world.git("show", "patchring/promote/production:promotions/production/kb1.yaml")).toContain(
      't0: "2026-03-09T08:00:00Z"',
    );
    const before = hashTree(world.root);
    const again = await world.json("promote", "--open");
    expect(again["requests"]).toMatchObject([
      { number: 1, steps: [], outcome: { kind: "done", wrote: false } },
    ]);
    expect(hashTree(world.root)).toEqual(before);
  });

  it("says when a merge would reach the devices, and until when it counts for that window", async () => {
    const rings = POLICY["rings/rings.yaml"]!.replace("after: pilot", "after: pilot\n  schedule: nights");
    const nights = `apiVersion: patchring/v1
kind: Schedule
metadata: { name: nights }
spec:
  timezone: Europe/London
  windows: [{ days: [mon, tue, wed, thu, fri], start: "20:00", duration: 4h }]
`;
    const world = new ForgeWorld({ "rings/rings.yaml": rings, "schedules/nights.yaml": nights }).soak();
    await world.run("promote", "--open");
    const { stdout } = await world.run("requests", "show", "1");
    const lines = stdout.replace(/\s+/g, " ");
    expect(lines).toContain(
      "each device gets its approval when `nights` (Europe/London) opens: 2026-03-13T20:00:00Z (in 12 h) until 2026-03-14T00:00:00Z",
    );
    expect(lines).toContain("| Merge by | **2026-03-13T20:00:00Z**; later, and it is 2026-03-16T20:00:00Z |");
  });

  it("takes a patch out whose gate has failed", async () => {
    const world = new ForgeWorld().soak();
    await world.run("promote", "--open");
    Object.assign(world.backend.fact("p3", "KB2")!, { status: "failed", attempts: 3, error: "0x800f0922" });
    world.observe();
    const preview = await world.run("promote");
    expect(preview.stdout).toContain(
      "would update  request 1 on patchring/promote/production: KB1 (taken out KB2)\n",
    );
    const ran = await world.run("promote", "--open");
    expect(ran.stdout).toContain("updated  request 1 on patchring/promote/production: KB1 (taken out KB2)\n");
  });

  it("leaves the checks of the last head alone when the request ends, and takes those of older heads away", async () => {
    const world = new ForgeWorld().soak();
    await world.run("promote", "--open");
    Object.assign(world.backend.fact("p3", "KB2")!, { status: "failed", attempts: 3, error: "0x800f0922" });
    world.observe();
    await world.run("promote", "--open");
    const checks = (): string[] =>
      world.git("for-each-ref", "--format=%(refname)", "refs/patchring/checks").split("\n");
    expect(checks()).toHaveLength(2);
    const head = world.git("rev-parse", "patchring/promote/production");
    expect((await world.run("requests", "close", "1")).code).toBe(0);
    expect(checks()).toEqual([`refs/patchring/checks/${head}`]);
    expect((await world.run("requests", "show", "1")).stdout).toContain("✓ success patchring / evidence");
  });

  it("refuses with 4 in mode observe and says what to change", async () => {
    const world = new ForgeWorld({ "fleet.yaml": fleetFile("observe") }).soak();
    const before = hashTree(world.root);
    const ran = await world.run("promote", "--open");
    expect(ran).toMatchObject({ code: 4, stdout: "" });
    expect(ran.stderr).toContain("write `mode: propose`");
    expect(hashTree(world.root)).toEqual(before);
  });

  it.each([
    ["a revision", ["--ref", "main"], 64, "leave `--ref` out"],
    ["another time", ["--at", "2026-06-01T00:00:00Z"], 64, "evidence of now"],
    ["no repository", ["-C", ".."], 1, "[cli/"],
  ])("refuses with %s", async (_situation, words, code, said) => {
    const world = new ForgeWorld().soak();
    const ran = await world.run("promote", "--open", ...words);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(said);
    expect(world.git("for-each-ref", "refs/patchring")).toBe("");
  });

  it("finds its forge although another file of the work tree is wrong, and refuses where the Fleet is", async () => {
    const world = new ForgeWorld().soak();
    writeInto(world.clone, "rules/security.yaml", "kind: [\n");
    const ran = await world.run("promote", "--open");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("opened  request 1");
    writeInto(world.clone, "fleet.yaml", fleetFile().replace("kind: local", "kind: lokal"));
    expect(await world.run("promote", "--open")).toMatchObject({ code: 3, stdout: "" });
    expect(await world.run("requests")).toMatchObject({ code: 3, stdout: "" });
  });

  it("refuses a forge that is set up wrong; a preview goes on without it", async () => {
    const forge = "{ kind: github, tokenEnv: PATCH_TOKEN }";
    const files = { "fleet.yaml": fleetFile().replace("{ kind: local, path: ../policy.git }", forge) };
    const world = new ForgeWorld(files).soak();
    const ran = await world.run("promote", "--open");
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("error: Forge names no repository [forge/github-repository]");
    expect(ran.stderr).toContain("error: Secret is not set [forge/github-token-missing]");
    const preview = await world.run("promote");
    expect(preview.code).toBe(0);
    expect(preview.stderr).toContain("warning: Forge names no repository");
    expect(preview.stdout).toContain("KB1  ready: every gate is open");
  });
});
