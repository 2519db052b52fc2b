/**
 * Weeks of simulated days over random fleets. What must hold is worked out here from the log of the
 * model backend alone, not from the code under test.
 */
import fc from "../property.ts";
import { expect, it } from "vitest";
import type { ForgeRequest } from "../../src/forge/forge.ts";
import { fleetFiles } from "./fleet-files.ts";
import { MemoryWorld } from "./memory-world.ts";
import { ModelBackend, type Behaviour } from "./model-backend.ts";
import { DAY, MONDAY, patch } from "./scenarios.ts";

const SOAK = 4 * DAY;
const QUORUM = 75;
const MIN_DEVICES = 2;
const INSTALLED_PERCENT = 75;

interface PatchStory {
  readonly releasedOn: number;
  /** Per pilot device: days until it installs; negative: it fails on that day after release. */
  readonly pilot: readonly number[];
  readonly isExploited: boolean;
}

interface Story {
  readonly pilots: number;
  readonly others: number;
  readonly patches: readonly PatchStory[];
  /** What a person does on each day with each open request. */
  readonly people: readonly ("merge" | "review" | "close" | "nothing")[];
  readonly maxPatches: number;
}

const patchStory: fc.Arbitrary<PatchStory> = fc.record({
  releasedOn: fc.integer({ min: 0, max: 8 }),
  pilot: fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 4 }) },
      { weight: 1, arbitrary: fc.integer({ min: -7, max: -1 }) },
    ),
    {
      minLength: 6,
      maxLength: 6,
    },
  ),
  isExploited: fc.boolean(),
});

const story: fc.Arbitrary<Story> = fc.record({
  pilots: fc.integer({ min: 1, max: 6 }),
  others: fc.integer({ min: 1, max: 4 }),
  patches: fc.array(patchStory, { minLength: 1, maxLength: 5 }),
  people: fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant("nothing" as const) },
      { weight: 3, arbitrary: fc.constant("merge" as const) },
      { weight: 2, arbitrary: fc.constant("review" as const) },
      { weight: 1, arbitrary: fc.constant("close" as const) },
    ),
    { minLength: 24, maxLength: 24 },
  ),
  maxPatches: fc.integer({ min: 1, max: 6 }),
});

const DAYS = 24;

/** One life of a fleet, with a log of its own. */
class Life {
  readonly world: MemoryWorld;
  readonly ids: string[];
  readonly pilots: string[];
  readonly others: string[];
  /** First install of each patch on each pilot device. */
  readonly installedAt: Map<string, Map<string, number>> = new Map<string, Map<string, number>>();
  readonly mergedAt: Map<string, number> = new Map<string, number>();
  readonly closed: Set<string> = new Set<string>();
  readonly proposedOn: Map<string, number> = new Map<string, number>();
  readonly approvedOn: Map<string, number> = new Map<string, number>();
  readonly story: Story;

  constructor(story: Story) {
    this.story = story;
    this.pilots = Array.from({ length: story.pilots }, (_, at) => `p${at}`);
    this.others = Array.from({ length: story.others }, (_, at) => `w${at}`);
    this.ids = story.patches.map((_, at) => `KB${at}`);
    const backend = new ModelBackend([
      ...this.pilots.map((id) => ({ id, tags: ["pilot"] })),
      ...this.others.map((id) => ({ id })),
    ]);
    backend.behaviour = this.behaviour;
    const files = fleetFiles({
      maxPatches: story.maxPatches,
      gates: `{ installedPercent: ${INSTALLED_PERCENT}, failedDevices: 0, coverage: [os] }`,
    });
    this.world = new MemoryWorld(files, backend, MONDAY);
  }

  get day(): number {
    return (this.world.now - MONDAY) / DAY;
  }

  readonly behaviour: Behaviour = (device, id) => {
    const at = this.pilots.indexOf(device);
    if (at < 0) return "install";
    const { releasedOn, pilot } = this.story.patches[this.ids.indexOf(id)]!;
    const days = pilot[at]!;
    if (days < 0) return this.day >= releasedOn - days ? "fail" : "later";
    return this.day >= releasedOn + days ? "install" : "later";
  };

  async liveDay(day: number): Promise<void> {
    const { world, story } = this;
    world.now = MONDAY + day * DAY;
    story.patches.forEach(({ releasedOn, isExploited }, at) => {
      if (releasedOn !== day) return;
      world.backend.release(patch(`KB${at}`, isExploited ? { kev: {} } : {}), world.now);
    });
    const due = this.ids.filter((id) => this.isDue(id));
    const failed = new Set(this.ids.filter((id) => this.failures(id) > 0));
    const before = this.rolling();
    await world.run();
    this.checkApprovals();
    // A request that lost its last patch is closed in this run; the next one is opened in the next run.
    const isClosedNow = before !== undefined && before.number !== this.rolling()?.number;
    this.checkProposals(due, failed, isClosedNow);
    for (const id of this.asked()) if (!this.proposedOn.has(id)) this.proposedOn.set(id, day);
    this.logInstalls();
  }

  logInstalls(): void {
    for (const id of this.ids) {
      for (const device of this.pilots) {
        const fact = this.world.backend.fact(device, id);
        const log = this.installedAt.get(id) ?? new Map<string, number>();
        this.installedAt.set(id, log);
        if (fact?.status === "installed" && !log.has(device)) log.set(device, this.world.now);
      }
    }
  }

  /** When the quorum of the pilot had it, by the log; null when it has not. */
  quorumAt(id: string): number | null {
    const needed = Math.max(MIN_DEVICES, Math.ceil((QUORUM * this.pilots.length) / 100));
    const dates = [...(this.installedAt.get(id)?.values() ?? [])].sort((a, b) => a - b);
    return dates[needed - 1] ?? null;
  }

  failures(id: string): number {
    return this.pilots.filter((device) => this.world.backend.fact(device, id)?.status === "failed").length;
  }

  isDue(id: string): boolean {
    const quorumAt = this.quorumAt(id);
    if (quorumAt === null || this.world.now < quorumAt + SOAK || this.failures(id) > 0) return false;
    const installed = this.installedAt.get(id)!.size;
    if (100 * installed < INSTALLED_PERCENT * this.pilots.length) return false;
    return !this.mergedAt.has(id) && !this.closed.has(id);
  }

  asked(): string[] {
    return this.world.forge.requests
      .filter(({ state }) => state === "open")
      .flatMap(({ marker }) => [...(marker!.data["patches"] as readonly string[])]);
  }

  /** Never early: quorum, soak and merge came before. */
  checkApprovals(): void {
    for (const id of this.ids) {
      const touched = this.others.some((device) =>
        ["pending", "installed"].includes(this.world.backend.fact(device, id)?.status ?? "missing"),
      );
      if (!touched || this.approvedOn.has(id)) continue;
      this.approvedOn.set(id, this.day);
      const quorumAt = this.quorumAt(id);
      expect(quorumAt, `${id} without a quorum`).not.toBeNull();
      expect(this.mergedAt.has(id), `${id} without a merge`).toBe(true);
      expect(this.mergedAt.get(id)!).toBeGreaterThanOrEqual(quorumAt! + SOAK);
      expect(this.world.now).toBeGreaterThanOrEqual(this.mergedAt.get(id)!);
    }
  }

  /** The open request that newcomers join. */
  rolling(): ForgeRequest | undefined {
    return this.world.forge.requests.find(
      ({ state, head }) => state === "open" && head.branch === "patchring/promote/production",
    );
  }

  /**
   * Never starved: what is due is asked for, or waits behind a request that people are looking at, a full
   * one, or one that ended in this very run.
   */
  checkProposals(due: readonly string[], failed: ReadonlySet<string>, isClosedNow: boolean): void {
    const asked = new Set(this.asked());
    const open = this.world.forge.requests.filter(({ state }) => state === "open");
    const rolling = this.rolling();
    const isFrozen = rolling !== undefined && this.reviewed.has(rolling.number);
    const isFull =
      rolling !== undefined &&
      (rolling.marker!.data["patches"] as readonly string[]).length >= this.story.maxPatches;
    for (const id of due) {
      if (asked.has(id)) continue;
      const isOwn = this.story.patches[this.ids.indexOf(id)]!.isExploited;
      expect(
        !isOwn && (isFrozen || isFull || isClosedNow),
        `${id} is due on day ${this.day} and nobody asks for it`,
      ).toBe(true);
    }
    for (const id of asked) expect(failed, "a failed patch is asked for").not.toContain(id);
    expect(asked.size, "a patch is asked for twice").toBe(this.asked().length);
    expect(new Set(open.map(({ head }) => head.branch)).size, "two requests on one branch").toBe(open.length);
  }

  readonly reviewed: Set<number> = new Set<number>();

  /** What a person does in the evening. */
  actInTheEvening(): void {
    const { forge } = this.world;
    this.world.now += 3600;
    const what = this.story.people[this.day < DAYS ? Math.floor(this.day) : 0]!;
    for (const { number, state, marker } of [...forge.requests]) {
      if (state !== "open" || what === "nothing") continue;
      const patches = marker!.data["patches"] as readonly string[];
      if (what === "review") {
        forge.review(number, "commented");
        this.reviewed.add(number);
      } else if (what === "merge") {
        forge.merge(number);
        for (const id of patches) this.mergedAt.set(id, this.world.now);
      } else {
        forge.close(number);
        for (const id of patches) this.closed.add(id);
      }
    }
  }

  async live(): Promise<this> {
    for (let day = 0; day < DAYS; day += 1) {
      await this.liveDay(day);
      this.actInTheEvening();
    }
    return this;
  }
}

/** KB0 fails while people look at it: its request ends on day 14, and KB1, which waited behind it, is next. */
const behindTheLast: Story = {
  pilots: 6,
  others: 1,
  patches: [
    { releasedOn: 7, pilot: [0, 0, -6, 0, 0, 1], isExploited: false },
    { releasedOn: 5, pilot: [0, 0, 3, 0, 0, 3], isExploited: false },
  ],
  people: Array.from({ length: DAYS }, (_, day) => (day === 13 ? "review" : "nothing")),
  maxPatches: 1,
};

it("asks for the next one in the run after a request lost its last patch", async () => {
  const life = await new Life(behindTheLast).live();
  expect([...life.proposedOn]).toEqual([
    ["KB0", 12],
    ["KB1", 15],
  ]);
});

it("nothing is early, nothing due is forgotten, and what failed is not asked for", async () => {
  let approved = 0;
  let proposed = 0;
  await fc.assert(
    fc.asyncProperty(story, async (one) => {
      const life = await new Life(one).live();
      approved += life.approvedOn.size;
      proposed += life.proposedOn.size;
    }),
    { numRuns: 60 },
  );
  expect(proposed).toBeGreaterThan(30);
  expect(approved).toBeGreaterThan(15);
});

it("a new patch never delays another one", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(story, patchStory, async (one, extra) => {
      const people = one.people.map(() => "merge" as const);
      const prompt: Story = { ...one, people, maxPatches: 50 };
      const alone = await new Life(prompt).live();
      const beside = await new Life({ ...prompt, patches: [...prompt.patches, extra] }).live();
      for (const id of alone.ids) {
        expect(beside.proposedOn.get(id)).toBe(alone.proposedOn.get(id));
        expect(beside.approvedOn.get(id)).toBe(alone.approvedOn.get(id));
        compared += alone.proposedOn.has(id) ? 1 : 0;
      }
    }),
    { numRuns: 25 },
  );
  expect(compared).toBeGreaterThan(10);
});
