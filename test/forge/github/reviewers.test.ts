import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newRequest, Scene } from "./harness.ts";

let scene: Scene;
beforeAll(async () => (scene = await Scene.start()));
afterAll(() => scene.stop());
beforeEach(async () => {
  await scene.reset();
  await scene.forge().writer.openRequest(newRequest());
});
afterEach(() => expect(scene.server.violations).toEqual([]));

const NOT_OURS = expect.stringContaining("Reviews may only be requested from collaborators") as string;
const pull = () => scene.server.world.pulls[0]!;

describe("asking for reviews", () => {
  it("asks people and teams in one call, and writes nothing the second time", async () => {
    const { writer, reader } = scene.forge();
    const wanted = ["@ada", "@acme/patching", "Ada"];
    expect(await writer.askReviewers(1, wanted)).toEqual({ wrote: true, refused: [] });
    expect(pull()).toMatchObject({ reviewers: ["ada"], teams: ["patching"] });
    expect((await reader.readRequest(1)).askedReviewers).toEqual(["acme/patching", "ada"]);
    const before = structuredClone(pull());
    expect(await writer.askReviewers(1, wanted)).toEqual({ wrote: false, refused: [] });
    expect(pull()).toEqual(before);
    expect(pull().events.filter(({ event }) => event === "review_requested")).toHaveLength(2);
  });

  it("asks the others when one cannot be asked, and says who and why", async () => {
    const wanted = ["@ada", "@nobody", "@acme/gone", "@other/team", "@patch-bot"];
    const { wrote, refused } = await scene.forge().writer.askReviewers(1, wanted);
    expect(wrote).toBe(true);
    expect(pull().reviewers).toEqual(["ada"]);
    expect(refused).toEqual([
      { name: "other/team", why: "teams that can be asked belong to acme" },
      { name: "nobody", why: NOT_OURS },
      { name: "acme/gone", why: NOT_OURS },
      { name: "patch-bot", why: expect.stringContaining("pull request author") as string },
    ]);
  });

  it("asks nobody again who has reviewed, or whom a person took off", async () => {
    const { writer } = scene.forge();
    await writer.askReviewers(1, ["ada", "@acme/patching"]);
    await scene.server.as("ada", "POST", "/pulls/1/reviews", {
      event: "APPROVE",
      commit_id: await scene.head(),
    });
    pull().teams.length = 0;
    expect(await writer.askReviewers(1, ["ada", "@acme/patching"])).toEqual({ wrote: false, refused: [] });
    expect(pull()).toMatchObject({ reviewers: [], teams: [] });
  });

  it("fails when GitHub is down: that is no refusal", async () => {
    scene.server.resetCalls();
    scene.server.fault = { at: 1, kind: "reset", when: "before", isLasting: true, token: null };
    await expect(scene.forge().writer.askReviewers(1, ["ada"])).rejects.toMatchObject({
      code: "unreachable",
    });
  });
});
