import { expect, it } from "vitest";
import { git, hashTree, writeInto, type Ran } from "./cli.ts";
import { ForgeWorld } from "./forge-world.ts";

/** A world with one open promotion request. */
async function asked(): Promise<ForgeWorld> {
  const world = new ForgeWorld().soak();
  expect((await world.run("promote", "--open")).code).toBe(0);
  return world;
}

async function refused(world: ForgeWorld, ...words: readonly string[]): Promise<Ran> {
  const before = hashTree(world.root);
  const ran = await world.run(...words);
  expect(hashTree(world.root)).toEqual(before);
  expect(ran.stdout).toBe("");
  return ran;
}

it("lists requests, and shows one", async () => {
  const world = await asked();
  const before = hashTree(world.root);
  const listed = await world.run("requests");
  expect(listed.stdout).toMatchInlineSnapshot(`
    "1  open  promote(production): KB1, KB2
        by patchring, patchring/promote/production into main, opened 2026-03-13T08:00:00Z (now)
    "
  `);
  const shown = await world.run("requests", "show", "1");
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(
    shown.stdout
      .split("\n")
      .slice(0, 14)
      .join("\n")
      .replace(/\b[0-9a-f]{12}\b/g, "<commit>"),
  ).toMatchInlineSnapshot(`
    "Request 1: promote(production): KB1, KB2
    open: it can be merged, by patchring, opened 2026-03-13T08:00:00Z (now)
    patchring/promote/production at <commit> into main; labels: promotion, ring/production

    Checks
      ✓ success patchring / evidence: 2 patches: every gate is open and every file holds

    Commits
      <commit> patchring: Promote KB1, KB2 into production

    Files
      added    promotions/production/kb1.yaml
      added    promotions/production/kb2.yaml
    "
  `);
  expect(hashTree(world.root)).toEqual(before);
  expect(await world.json("requests")).toMatchObject({
    format: "patchring.requests/1",
    requests: [{ number: 1, state: "open", author: "patchring", base: "main" }],
  });
  expect(await world.json("requests", "show", "1")).toMatchObject({
    format: "patchring.request/1",
    mergeability: "clean",
    files: [{ path: "promotions/production/kb1.yaml" }, { path: "promotions/production/kb2.yaml" }],
  });
});

it("is reviewed and merged at its head by a person, and then production is approved", async () => {
  const world = await asked();
  const approved = await world.run("requests", "review", "1", "--approve");
  expect(approved.stdout).toMatch(/^Approved request 1 at [0-9a-f]{12}, as Ann Lee\.\n$/);
  const frozen = await world.run("promote");
  expect(frozen.stdout).toContain("unchanged  request 1");
  expect(frozen.stdout).toContain("under review");
  const merged = await world.run("requests", "merge", "1");
  expect(merged).toMatchObject({ code: 0, stderr: "" });
  expect(merged.stdout).toContain("approved by Ann Lee");
  expect(world.git("log", "-1", "--format=%an%n%B", "main")).toContain("Patchring-Request: 1");
  expect(world.git("log", "-1", "--format=%B", "main")).toContain("Reviewed-by: Ann Lee");
  world.pull();
  world.apply();
  expect(world.backend.fact("w1", "KB1")?.status).toBe("installed");
  expect((await refused(world, "requests", "merge", "1")).stderr).toContain("is merged already");
  expect((await world.run("requests")).stdout).toBe("No open requests.\n");
  expect((await world.run("requests", "--state", "merged")).stdout).toContain("1  merged");
});

it("is closed, which holds its patches until it is reopened", async () => {
  const world = await asked();
  expect((await world.run("requests", "close", "1")).stdout).toMatch(/^Request 1 is closed\./);
  expect((await world.run("requests", "close", "1")).stdout).toBe("Request 1 was closed already.\n");
  const left = await world.run("promote", "--open");
  expect(left.stdout).toContain("KB1  left out: request 1 was closed without merging");
  expect((await refused(world, "requests", "merge", "1")).code).toBe(5);
  expect((await world.run("requests", "reopen", "1")).stdout).toBe("Request 1 is reopened.\n");
  expect((await world.run("requests", "merge", "1")).code).toBe(0);
});

it("refuses to merge what a failed check stands against: a promotion forged by hand", async () => {
  const world = await asked();
  const branch = "patchring/promote/production";
  git(world.clone, "fetch", "-q", "origin", branch);
  git(world.clone, "switch", "-q", "--detach", "FETCH_HEAD");
  writeInto(world.clone, "promotions/production/forged.yaml", "kind: Promotion\n");
  git(world.clone, "add", "-A");
  git(world.clone, "commit", "-q", "-m", "one more");
  git(world.clone, "push", "-q", "origin", `HEAD:${branch}`);
  git(world.clone, "switch", "-q", "-");
  expect((await world.run("promote", "--open")).code).toBe(0);
  const ran = await refused(world, "requests", "merge", "1");
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain("failed checks: patchring / evidence");
});

it("refuses a head that was not looked at", async () => {
  const world = await asked();
  const head = world.git("rev-parse", "patchring/promote/production");
  const ran = await refused(world, "requests", "merge", "1", "--head", "0".repeat(12));
  expect(ran.code).toBe(5);
  expect(ran.stderr).toContain(`is at ${head.slice(0, 12)} now`);
});

it.each([
  ["a number that no request has", ["show", "9"], 64, "There is no request 9"],
  ["no number", ["merge"], 64, "takes the number of a request"],
  ["a word for a number", ["show", "1; rm"], 64, "takes the number of a request"],
  ["an unknown action", ["delete", "1"], 64, "`requests` knows no"],
  ["a review without a verdict", ["review", "1"], 64, "takes one of"],
  ["a refusal without words", ["review", "1", "--request-changes"], 64, "--message"],
])("refuses %s", async (_situation, words, code, said) => {
  const ran = await refused(await asked(), "requests", ...words);
  expect(ran.code).toBe(code);
  expect(ran.stderr).toContain(said);
});

it("does nothing for the program itself, or for nobody", async () => {
  const world = await asked();
  world.configure("patchring");
  const program = await refused(world, "requests", "review", "1", "--approve");
  expect(program.code).toBe(4);
  expect(program.stderr).toContain("the name of the program itself");
});
