/** What a run does to requests (design 4.3), on the state that it leaves. */
import { describe, expect, it } from "vitest";
import type { PromotionRun } from "../../src/reconcile/promote/promote.ts";
import { fleetFiles, holdText, type FleetOptions } from "./fleet-files.ts";
import { MemoryWorld } from "./memory-world.ts";
import { ModelBackend, type ModelPatch } from "./model-backend.ts";
import { DAY, DEVICES, MONDAY, patch } from "./scenarios.ts";

const BRANCH = "patchring/promote/production";

/** Patches that were installed in pilot on Monday; now is `day` days later, before the run. */
async function worldOn(
  day: number,
  ids: readonly (string | ModelPatch)[],
  options: FleetOptions = {},
): Promise<MemoryWorld> {
  const backend = new ModelBackend(DEVICES);
  for (const id of ids) backend.release(typeof id === "string" ? patch(id) : id, MONDAY);
  const world = new MemoryWorld(fleetFiles(options), backend, MONDAY);
  await world.run();
  world.now = MONDAY + day * DAY;
  return world;
}

function breakInPilot(world: MemoryWorld, id: string): void {
  Object.assign(world.backend.fact("p3", id)!, { status: "failed", approval: "approve", attempts: 3 });
}

/** What each request asks for, by number. */
function asked(world: MemoryWorld): Record<number, string> {
  return Object.fromEntries(
    world.forge.requests.map(({ number, state, marker }) => [
      number,
      `${state} ${(marker!.data["patches"] as readonly string[]).join(" ")}`.trim(),
    ]),
  );
}

function promotionFiles(world: MemoryWorld, branch = BRANCH): string[] {
  return [...world.forge.files(branch).keys()].filter((path) => path.startsWith("promotions/"));
}

function outcomes(run: PromotionRun): string[] {
  return run.results.map(({ outcome }) => outcome.kind);
}

function whyOut(run: PromotionRun, id: string): string | undefined {
  return run.plan.leftOut.find(({ candidate }) => candidate.patch.id === id)?.reason.kind;
}

describe("a rolling request", () => {
  it("is opened once, and nothing is written while nothing changes", async () => {
    const world = await worldOn(4, ["KB1"]);
    await world.run();
    const { title, body, head } = world.forge.requests[0]!;
    const tip = world.forge.branches.get(BRANCH);
    for (const hours of [1, 24, 48]) {
      world.now = MONDAY + 4 * DAY + hours * 3600;
      const run = await world.run();
      expect(run.plan.requests.flatMap(({ steps }) => steps)).toEqual([]);
    }
    expect(world.forge.branches.get(BRANCH)).toBe(tip);
    expect(world.forge.requests).toMatchObject([{ title, body, head }]);
  });

  it("is joined by what becomes due, keeping the files that it has", async () => {
    const world = await worldOn(1, ["KB1"]);
    world.backend.release(patch("KB2"), world.now);
    await world.run();
    world.now = MONDAY + 4 * DAY;
    await world.run();
    const first = world.forge.files(BRANCH).get("promotions/production/kb1.yaml");
    expect(asked(world)).toEqual({ 1: "open KB1" });
    world.now = MONDAY + 5 * DAY;
    await world.run();
    expect(asked(world)).toEqual({ 1: "open KB1 KB2" });
    expect(world.forge.files(BRANCH).get("promotions/production/kb1.yaml")).toBe(first);
  });

  it("writes a file anew when the policy asks for more than it claims", async () => {
    const world = await worldOn(4, ["KB1"]);
    await world.run();
    world.now += DAY;
    const stricter = fleetFiles()["rings/rings.yaml"]!.replace("for: 4d", "for: 5d");
    world.forge.commit("main", [{ kind: "put", path: "rings/rings.yaml", content: stricter }]);
    await world.run();
    expect(world.forge.files(BRANCH).get("promotions/production/kb1.yaml")).toContain("for: 5d");
    world.forge.merge(1);
    await world.run();
    expect(world.backend.fact("w1", "KB1")!.status).toBe("installed");
  });

  it("takes no more patches than the ring says; the others join the next one", async () => {
    const world = await worldOn(4, ["KB1", "KB2", "KB3"], { maxPatches: 2 });
    expect(whyOut(await world.run(), "KB3")).toBe("full");
    expect(asked(world)).toEqual({ 1: "open KB1 KB2" });
    world.forge.merge(1);
    await world.run();
    expect(asked(world)).toEqual({ 1: "merged KB1 KB2", 2: "open KB3" });
  });

  it("loses a patch whose gate shut, and is closed when nothing is left; nobody holds them then", async () => {
    const world = await worldOn(4, ["KB1", "KB2"]);
    await world.run();
    breakInPilot(world, "KB2");
    await world.run();
    expect(asked(world)).toEqual({ 1: "open KB1" });
    expect(promotionFiles(world)).toEqual(["promotions/production/kb1.yaml"]);
    breakInPilot(world, "KB1");
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed" });
    expect(world.forge.comments.map(({ marker }) => marker.key)).toEqual(["KB2", "KB1"]);
    for (const id of ["KB1", "KB2"])
      Object.assign(world.backend.fact("p3", id)!, { status: "installed", installedAt: world.now - 5 * DAY });
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed", 2: "open KB1 KB2" });
  });

  it("puts back what the base branch has, instead of withdrawing it", async () => {
    const world = await worldOn(4, ["KB1", "KB2"]);
    const old =
      "# an old promotion that is not valid any more\napiVersion: patchring/v1\nkind: Promotion\nmetadata: { name: old }\nspec: {}\n";
    world.forge.commit("main", [{ kind: "put", path: "promotions/production/kb1.yaml", content: old }]);
    await world.run();
    expect(asked(world)).toEqual({ 1: "open KB1 KB2" });
    breakInPilot(world, "KB1");
    await world.run();
    expect(asked(world)).toEqual({ 1: "open KB2" });
    expect(world.forge.files(BRANCH).get("promotions/production/kb1.yaml")).toBe(old);
  });

  it("is found by its marker whatever its title says, and by its branch when the marker is gone", async () => {
    const world = await worldOn(4, ["KB1"]);
    await world.run();
    Object.assign(world.forge.requests[0]!, { title: "Please do not merge", marker: null });
    await world.run();
    expect(asked(world)).toEqual({ 1: "open KB1" });
    expect(world.forge.requests).toHaveLength(1);
  });

  it("opens nothing while the whole ring is frozen, and still takes out what failed", async () => {
    const freeze = (to: string): string =>
      `apiVersion: patchring/v1\nkind: Freeze\nmetadata: { name: close }\nspec: { from: 2026-03-12T00:00:00Z, to: ${to}, reason: Close }\n`;
    const world = await worldOn(4, ["KB1"]);
    world.forge.commit("main", [
      { kind: "put", path: "freeze.yaml", content: freeze("2026-03-20T00:00:00Z") },
    ]);
    const run = await world.run();
    expect(run.candidates[0]!.state.kind).toBe("frozen");
    expect(asked(world)).toEqual({});
    world.forge.commit("main", [
      { kind: "put", path: "freeze.yaml", content: freeze("2026-03-12T01:00:00Z") },
    ]);
    await world.run();
    world.forge.commit("main", [
      { kind: "put", path: "freeze.yaml", content: freeze("2026-03-20T00:00:00Z") },
    ]);
    expect((await world.run()).plan.requests.flatMap(({ steps }) => steps)).toEqual([]);
    breakInPilot(world, "KB1");
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed" });
  });
});

describe("after the first review or commit of a person", () => {
  it("nothing joins; a failed patch is taken out on top of what was reviewed, with a comment", async () => {
    const world = await worldOn(1, ["KB1", "KB2"]);
    world.backend.release(patch("KB3"), world.now);
    await world.run();
    world.now = MONDAY + 4 * DAY;
    await world.run();
    world.forge.review(1);
    world.now = MONDAY + 5 * DAY;
    const run = await world.run();
    expect(whyOut(run, "KB3")).toBe("under-review");
    expect(run.plan.requests.flatMap(({ steps }) => steps)).toEqual([]);
    breakInPilot(world, "KB2");
    await world.run();
    expect(asked(world)).toEqual({ 1: "open KB1" });
    expect(world.forge.comments).toMatchObject([{ number: 1, marker: { key: "KB2" } }]);
    expect(world.forge.comments[0]!.body).toContain("1 failed, allows 0");
    world.forge.merge(1);
    await world.run();
    expect(asked(world)).toEqual({ 1: "merged KB1", 2: "open KB3" });
  });

  it("a file that is not enough any more is taken out, not written anew", async () => {
    const world = await worldOn(4, ["KB1", "KB2"]);
    await world.run();
    world.forge.review(1);
    world.now += DAY;
    const rules = fleetFiles()["rings/rings.yaml"]!.replace("for: 4d", "for: 5d");
    world.forge.commit("main", [{ kind: "put", path: "rings/rings.yaml", content: rules }]);
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed" });
    expect(world.forge.comments[0]!.body).toContain("its evidence is not enough (soak)");
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed", 2: "open KB1 KB2" });
  });

  it("what a person took out stays out without a comment, and a forged file turns the check red", async () => {
    const world = await worldOn(4, ["KB1", "KB2"]);
    await world.run();
    const forged = world.forge.files(BRANCH).get("promotions/production/kb1.yaml")!.replaceAll("KB1", "KB9");
    world.forge.commit(BRANCH, [
      { kind: "delete", path: "promotions/production/kb2.yaml" },
      { kind: "put", path: "promotions/production/kb9.yaml", content: forged },
    ]);
    await world.run();
    expect(asked(world)).toEqual({ 1: "open KB1" });
    expect(world.forge.comments).toEqual([]);
    const head = world.forge.branches.get(BRANCH)!;
    const checks = await world.forge.ports().forge.listChecks(head);
    expect(checks).toMatchObject([{ name: "patchring / evidence", state: "failure" }]);
    expect(promotionFiles(world)).toEqual([
      "promotions/production/kb1.yaml",
      "promotions/production/kb9.yaml",
    ]);
    world.forge.merge(1);
    await world.run();
    expect(world.backend.fact("w1", "KB1")!.status).toBe("installed");
  });

  it("a review between looking and pushing stops the push", async () => {
    const world = await worldOn(1, ["KB1"]);
    world.backend.release(patch("KB2"), world.now);
    await world.run();
    world.now = MONDAY + 4 * DAY;
    await world.run();
    world.now = MONDAY + 5 * DAY;
    const ports = world.forge.ports();
    let looks = 0;
    const original = world.forge.ports().forge;
    ports.write.reader.listReviews = (number) => {
      looks += 1;
      if (looks === 2) world.forge.review(number);
      return original.listReviews(number);
    };
    const tip = world.forge.branches.get(BRANCH);
    world.forge.ports = () => ports;
    expect(outcomes(await world.run())).toEqual(["waiting"]);
    expect(world.forge.branches.get(BRANCH)).toBe(tip);
    expect(asked(world)).toEqual({ 1: "open KB1" });
  });
});

describe("closed without merging", () => {
  it("holds those patches in those revisions; others go on", async () => {
    const world = await worldOn(1, ["KB1"]);
    world.backend.release(patch("KB2"), world.now);
    await world.run();
    world.now = MONDAY + 4 * DAY;
    await world.run();
    world.forge.close(1);
    expect(whyOut(await world.run(), "KB1")).toBe("closed");
    expect(asked(world)).toEqual({ 1: "closed KB1" });
    world.now = MONDAY + 5 * DAY;
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed KB1", 2: "open KB2" });
    world.backend.release(patch("KB1", { revision: 2 }), MONDAY);
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed KB1", 2: "open KB1 KB2" });
  });

  it("is lifted when the file of a hold that names it is edited, and by reopening", async () => {
    const world = await worldOn(4, ["KB1"]);
    await world.run();
    world.forge.close(1);
    world.now += 3600;
    world.forge.commit("main", [
      { kind: "put", path: "holds/other.yaml", content: holdText("other", "KB7") },
    ]);
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed KB1" });
    world.forge.commit("main", [{ kind: "put", path: "holds/kb1.yaml", content: holdText("kb1", "KB1") }]);
    expect((await world.run()).candidates[0]!.state.kind).toBe("held");
    const over = holdText("kb1", "KB1", "2026-03-01");
    world.forge.commit("main", [{ kind: "put", path: "holds/kb1.yaml", content: over }]);
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed KB1", 2: "open KB1" });
    world.forge.close(2);
    await world.run();
    await world.forge.ports().write.writer.reopenRequest(2);
    await world.run();
    expect(asked(world)).toEqual({ 1: "closed KB1", 2: "open KB1" });
  });
});

describe("requests of their own", () => {
  it("an exploited and an expedited patch get one each, beside the rolling one", async () => {
    const moreRules = "    - { name: fast, patches: { id: KB3 }, then: approve, soak: 1d, priority: 1 }\n";
    const world = await worldOn(4, ["KB1", patch("KB2", { kev: {} }), "KB3"], { moreRules });
    await world.run();
    expect(asked(world)).toEqual({ 1: "open KB2", 2: "open KB3", 3: "open KB1" });
    expect(world.forge.requests.map(({ head }) => head.branch)).toEqual([
      "patchring/expedite/production/kb2",
      "patchring/expedite/production/kb3",
      BRANCH,
    ]);
    expect((await world.run()).plan.requests.flatMap(({ steps }) => steps)).toEqual([]);
  });

  it("a patch that becomes exploited moves out of a rolling request, and stays in one under review", async () => {
    for (const isReviewed of [false, true]) {
      const world = await worldOn(4, ["KB1", "KB2"]);
      await world.run();
      if (isReviewed) world.forge.review(1);
      world.backend.release(patch("KB2", { kev: {} }), MONDAY);
      await world.run();
      await world.run();
      expect(asked(world)).toEqual(isReviewed ? { 1: "open KB1 KB2" } : { 1: "open KB1", 2: "open KB2" });
    }
  });
});

describe("promotion.by: auto", () => {
  it("merges in a later run, when our check was seen on the head and nobody objects", async () => {
    const world = await worldOn(4, ["KB1"], { by: "auto" });
    await world.run();
    expect(asked(world)).toEqual({ 1: "open KB1" });
    expect(outcomes(await world.run())).toEqual(["done"]);
    expect(asked(world)).toEqual({ 1: "merged KB1" });
    await world.run();
    expect(world.backend.fact("w1", "KB1")!.status).toBe("installed");
  });

  it("does not merge against a red check, a person who asks for changes, or a person's commit", async () => {
    for (const object of ["check", "review", "commit"] as const) {
      const world = await worldOn(4, ["KB1"], { by: "auto" });
      await world.run();
      const head = world.forge.branches.get(BRANCH)!;
      const red = { name: "ci / test", state: "failure", description: "", url: null, summary: null } as const;
      if (object === "check") await world.forge.ports().write.writer.setCheck(head, red);
      if (object === "review") world.forge.review(1, "changes-requested");
      if (object === "commit") world.forge.commit(BRANCH, [{ kind: "put", path: "notes.md", content: "x" }]);
      await world.run();
      await world.run();
      expect(asked(world), object).toEqual({ 1: "open KB1" });
    }
  });
});

it("a promotion that is withdrawn is proposed again, and installed devices stay", async () => {
  const world = await worldOn(4, ["KB1"]);
  await world.run();
  world.forge.merge(1);
  await world.run();
  world.backend.devices.push({ id: "w9" });
  world.backend.facts.set("w9", new Map([["KB1", { status: "missing" }]]));
  world.forge.commit("main", [{ kind: "delete", path: "promotions/production/kb1.yaml" }]);
  world.now += DAY;
  await world.run();
  expect(world.backend.fact("w1", "KB1")!.status).toBe("installed");
  expect(world.backend.fact("w9", "KB1")!.status).toBe("missing");
  expect(asked(world)).toEqual({ 1: "merged KB1", 2: "open KB1" });
});

it("a ring that is gone closes its requests", async () => {
  const world = await worldOn(4, ["KB1"]);
  await world.run();
  const rings = fleetFiles()["rings/rings.yaml"]!.split("---\n")[0]!;
  world.forge.commit("main", [{ kind: "put", path: "rings/rings.yaml", content: rings }]);
  await world.run();
  expect(asked(world)).toEqual({ 1: "closed" });
});

it("a backend that stopped half way, or shows no device, changes no request", async () => {
  const world = await worldOn(4, ["KB1"]);
  await world.run();
  const { devices, facts } = world.backend;
  const kept = devices.splice(0);
  expect(outcomes(await world.run())).toEqual(["waiting"]);
  devices.push(...kept);
  for (const id of ["p1", "p2", "p3"]) facts.get(id)!.clear();
  world.backend.isComplete = false;
  expect(outcomes(await world.run())).toEqual(["waiting"]);
  expect(asked(world)).toEqual({ 1: "open KB1" });
});

describe("reviewers of the ring", () => {
  it("are asked once, those who are added later too, and keep nothing from its merge", async () => {
    const reviewers = '["@ann", "@acme/patching"]';
    const world = await worldOn(4, ["KB1"], { reviewers });
    await world.run();
    expect(world.forge.requests[0]!.askedReviewers).toEqual(["ann", "acme/patching"]);
    expect((await world.run()).plan.requests[0]!.steps).toEqual([]);
    const content = fleetFiles({ reviewers: "[ann, ben]" })["rings/rings.yaml"]!;
    world.forge.commit("main", [{ kind: "put", path: "rings/rings.yaml", content }]);
    expect((await world.run()).plan.requests[0]!.steps).toEqual([
      { kind: "ask-reviewers", reviewers: ["ben"] },
    ]);
    expect(world.forge.requests[0]!.askedReviewers).toEqual(["ann", "acme/patching", "ben"]);
  });

  it("are not asked for a ring that names none", async () => {
    const world = await worldOn(4, ["KB1"]);
    expect((await world.run()).plan.requests[0]!.steps.map(({ kind }) => kind)).not.toContain(
      "ask-reviewers",
    );
  });
});
