/**
 * The process is stopped at every single forge and Git call of a run that promotes, and run again:
 * one request, one branch, no lost approval, and nothing left to do (design 4.3).
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openPromotions, type PromoteOptions } from "../../src/reconcile/promote/promote.ts";
import { openPlumbing } from "../../src/repo/plumbing.ts";
import { openLocalReader, openLocalWriter } from "../../src/forge/local/local-forge.ts";
import { openRepository } from "../../src/repo/repository.ts";
import { git, GIT_ENV, makeFolder } from "../repo/git-fixture.ts";
import { Crash, Fuse, fused, fusePorts, isWriting } from "./crash.ts";
import type { GitWorld } from "./git-world.ts";
import { type WorldPorts } from "./git-world.ts";
import { SCENARIOS } from "./scenarios.ts";

/** A few at a time: most of the time is spent waiting for Git. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all([worker(), worker(), worker()]);
}

async function copyWorld(world: GitWorld, folder: string, turn: string): Promise<GitWorld> {
  const directory = join(folder, turn);
  cpSync(world.repository.gitDirectory, directory, { recursive: true });
  return world.at(await openRepository({ directory, env: GIT_ENV }));
}

/** Everything that people and later runs can see. */
async function describeState(world: GitWorld): Promise<unknown> {
  const reader = world.reader();
  const listed = await reader.listRequests({
    states: ["open", "closed", "merged"],
    kind: null,
    closedSince: null,
  });
  const requests = [];
  for (const { number } of listed) {
    const request = await reader.readRequest(number);
    requests.push({
      request,
      reviews: await reader.listReviews(number),
      comments: await reader.listComments(number),
      files: await reader.listChangedFiles(number),
      checks: await reader.listChecks(request.head.sha),
      tree: git(world.repository.gitDirectory, "ls-tree", "-r", request.head.sha),
    });
  }
  const branches = git(
    world.repository.gitDirectory,
    "for-each-ref",
    "refs/heads",
    "--format=%(refname) %(tree)",
  );
  const main = git(world.repository.gitDirectory, "ls-tree", "-r", "main");
  return { requests, branches, main };
}

async function crashAt(world: GitWorld, options: PromoteOptions, fuse: Fuse): Promise<boolean> {
  try {
    await openPromotions(fusePorts(world.ports(), fuse), options);
    return false;
  } catch (error) {
    if (error instanceof Crash) return true;
    throw error;
  }
}

/** Crashes inside the writing calls too: every Git operation of the local forge. */
function plumbedPorts(world: GitWorld, fuse: Fuse): WorldPorts {
  const ports = world.ports();
  const plumbing = fused("plumbing", openPlumbing(world.repository), fuse);
  const reader = openLocalReader({ ...world.forge(), git: plumbing });
  const writer = openLocalWriter({ ...world.forge(), git: plumbing });
  return { ...ports, forge: reader, write: { ...ports.write, reader, writer } };
}

describe.each(Object.entries(SCENARIOS))("a run that %s", (_, make) => {
  it("ends in the same state wherever it was stopped", async () => {
    const start = await make();
    const folder = makeFolder();
    const options = await start.options();
    const whole = await copyWorld(start, folder, "whole");
    const counting = new Fuse(Infinity, "before");
    expect(await crashAt(whole, options, counting)).toBe(false);
    const wanted = await describeState(whole);
    expect(counting.calls.filter(isWriting).length).toBeGreaterThan(0);
    const settled = await whole.promote();
    expect(settled.plan.requests.flatMap(({ steps }) => steps)).toEqual([]);
    const points = counting.calls.flatMap((call, index) =>
      (isWriting(call) ? (["before", "after"] as const) : (["before"] as const)).map((when) => ({
        call,
        index,
        when,
      })),
    );
    await inTurns(points, async ({ call, index, when }) => {
      const world = await copyWorld(start, folder, `${index}-${when}`);
      expect(await crashAt(world, options, new Fuse(index + 1, when))).toBe(true);
      await openPromotions(world.ports(), await world.options());
      expect(await describeState(world), `${when} call ${index}: ${call}`).toEqual(wanted);
    });
  });
});

describe.each(["opens a request", "takes a failed patch out of an approved request", "merges by itself"])(
  "inside the local forge, a run that %s",
  (name) => {
    it("ends in the same state wherever Git was stopped", async () => {
      const start = await SCENARIOS[name]!();
      const folder = makeFolder();
      const options = await start.options();
      const whole = await copyWorld(start, folder, "whole");
      const counting = new Fuse(Infinity, "before");
      await openPromotions(plumbedPorts(whole, counting), options);
      const wanted = await describeState(whole);
      const points = counting.calls.flatMap((call, index) =>
        isWriting(call) ? (["before", "after"] as const).map((when) => ({ call, index, when })) : [],
      );
      await inTurns(points, async ({ call, index, when }) => {
        const world = await copyWorld(start, folder, `${index}-${when}`);
        const fuse = new Fuse(index + 1, when);
        await expect(openPromotions(plumbedPorts(world, fuse), options)).rejects.toThrow(Crash);
        await openPromotions(world.ports(), await world.options());
        expect(await describeState(world), `${when} call ${index}: ${call}`).toEqual(wanted);
      });
    });
  },
);

it("writes nothing when the base branch moved after its policy was read", async () => {
  const world = await SCENARIOS["opens a request"]!();
  const options = await world.options();
  await world.commit([{ kind: "put", path: "notes.md", content: "Moved.\n" }], "Notes");
  const before = await describeState(world);
  const { results } = await openPromotions(world.ports(), options);
  expect(results.map(({ outcome }) => outcome.kind)).toEqual(["waiting"]);
  expect(await describeState(world)).toEqual(before);
});
