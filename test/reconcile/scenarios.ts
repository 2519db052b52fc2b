/** Worlds that stand just before a run that writes to the forge, one for each thing that a run can do. */
import type { Instant } from "../../src/core/model.ts";
import { parseInstant } from "../../src/core/time.ts";
import { fleetFiles, type FleetOptions } from "./fleet-files.ts";
import { GitWorld } from "./git-world.ts";
import { ModelBackend, type ModelPatch } from "./model-backend.ts";

export const DAY = 86_400;
export const MONDAY: Instant = parseInstant("2026-03-09T08:00:00Z")!;

export const DEVICES: readonly { readonly id: string; readonly tags?: readonly string[] }[] = [
  ...["p1", "p2", "p3", "p4"].map((id) => ({ id, tags: ["pilot"] })),
  ...["w1", "w2", "w3"].map((id) => ({ id })),
];

export function patch(id: string, more: Partial<ModelPatch> = {}): ModelPatch {
  return { id, title: `Update ${id}`, vendor: "Microsoft", revision: 1, uninstallable: "yes", ...more };
}

/** Patches that went out in pilot and were installed there on the same day; `now` is that day. */
export async function startWorld(
  ids: readonly (string | ModelPatch)[],
  options: FleetOptions = {},
): Promise<GitWorld> {
  const backend = new ModelBackend(DEVICES);
  for (const id of ids) backend.release(typeof id === "string" ? patch(id) : id, MONDAY);
  const world = await GitWorld.make(fleetFiles(options), backend, MONDAY);
  await world.run();
  return world;
}

export function breakInPilot(world: GitWorld, id: string): void {
  const broken = { status: "failed", approval: "approve", attempts: 3, error: "0x800f0922" };
  Object.assign(world.backend.fact("p3", id)!, broken);
}

export async function review(
  world: GitWorld,
  number: number,
  state: "approved" | "changes-requested" | "commented" = "approved",
): Promise<void> {
  const { head } = await world.reader().readRequest(number);
  await world.ann().review(number, { state, headSha: head.sha, body: "Looked at it." });
}

async function opened(ids: readonly (string | ModelPatch)[], options: FleetOptions = {}): Promise<GitWorld> {
  const world = await startWorld(ids, options);
  world.now = MONDAY + 4 * DAY;
  await world.run();
  return world;
}

/** By what the run to come has to do. */
export const SCENARIOS: Readonly<Record<string, () => Promise<GitWorld>>> = {
  "opens a request": async () => {
    const world = await startWorld(["KB1", "KB2"], { reviewers: '[ann, "@acme/patching"]' });
    world.now = MONDAY + 4 * DAY;
    return world;
  },
  "lets a newcomer join": async () => {
    const world = await startWorld(["KB1"]);
    world.now = MONDAY + 2 * DAY;
    world.backend.release(patch("KB2"), world.now);
    await world.run();
    world.now = MONDAY + 4 * DAY;
    await world.run();
    world.now = MONDAY + 6 * DAY;
    return world;
  },
  "takes a failed patch out of an approved request": async () => {
    const world = await opened(["KB1", "KB2"]);
    await review(world, 1);
    breakInPilot(world, "KB2");
    world.now += DAY;
    return world;
  },
  "closes a request that has nothing left": async () => {
    const world = await opened(["KB1"]);
    breakInPilot(world, "KB1");
    world.now += DAY;
    return world;
  },
  "opens one for an exploited patch beside the rolling one": async () => {
    const world = await startWorld(["KB1", patch("KB2", { kev: { dueOn: "2026-03-30" } })]);
    world.now = MONDAY + 4 * DAY;
    return world;
  },
  "merges by itself": async () => {
    const world = await opened(["KB1"], { by: "auto" });
    world.now += 3600;
    return world;
  },
};
