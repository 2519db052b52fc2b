/** What only a real repository shows: conflicts with the base branch, and what a person pushes. */
import { expect, it } from "vitest";
import { breakInPilot, DAY, MONDAY, review, startWorld } from "./scenarios.ts";

const PATH = "promotions/production/kb1.yaml";
const BROKEN = "apiVersion: patchring/v1\nkind: Promotion\nmetadata: { name: x }\nspec: {}\n";

it("a request that conflicts is built anew on the base branch, unless people look at it", async () => {
  for (const isReviewed of [false, true]) {
    const world = await startWorld(["KB1"]);
    world.now = MONDAY + 4 * DAY;
    await world.run();
    if (isReviewed) await review(world, 1);
    await world.commit([{ kind: "put", path: PATH, content: BROKEN }], "A promotion by hand");
    expect(await world.reader().readRequest(1)).toMatchObject({ mergeability: "conflict" });
    const { results } = await world.run();
    if (isReviewed) {
      expect(results.map(({ outcome }) => outcome.kind)).toEqual(["stalled"]);
      continue;
    }
    expect(results.map(({ outcome }) => outcome.kind)).toEqual(["done"]);
    expect(await world.reader().readRequest(1)).toMatchObject({ state: "open", mergeability: "clean" });
    expect(await world.approveAndMerge(1)).toMatchObject({ kind: "merged" });
    await world.run();
    expect(world.backend.fact("w1", "KB1")!.status).toBe("installed");
  }
});

it("an approval survives until the head that it saw changes, and the removal is a commit on top", async () => {
  const world = await startWorld(["KB1", "KB2"]);
  world.now = MONDAY + 4 * DAY;
  await world.run();
  await review(world, 1);
  const before = await world.reader().readRequest(1);
  world.now += DAY;
  await world.run();
  expect((await world.reader().readRequest(1)).head.sha).toBe(before.head.sha);
  breakInPilot(world, "KB2");
  await world.run();
  const commits = await world.reader().listCommits(1);
  expect(commits.map(({ isOurs }) => isOurs)).toEqual([true, true]);
  expect(commits[0]!.sha).toBe(before.head.sha);
  expect(await world.reader().listReviews(1)).toMatchObject([
    { state: "approved", headSha: before.head.sha },
  ]);
});

it("leftovers of a merged request are taken for the next one", async () => {
  const world = await startWorld(["KB1"]);
  world.now = MONDAY + 4 * DAY;
  await world.run();
  await world.approveAndMerge(1);
  const { backend } = world;
  backend.release({ id: "KB2", vendor: "Microsoft", revision: 1 }, world.now);
  await world.run();
  world.now += 4 * DAY;
  await world.run();
  expect(await world.reader().readRequest(2)).toMatchObject({
    state: "open",
    head: { branch: "patchring/promote/production" },
  });
  expect((await world.reader().listChangedFiles(2)).files.map(({ path }) => path)).toEqual([
    "promotions/production/kb2.yaml",
  ]);
});
