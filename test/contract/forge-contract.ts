/** What every forge must do, on the state of the world and not on the calls made. */
import { beforeEach, describe, expect, it } from "vitest";
import { BOT } from "../repo/git-fixture.ts";
import { describeForgeCrashes } from "./forge-crash-contract.ts";
import { describeForgeDetails } from "./forge-detail-contract.ts";
import { describeForgeMerges } from "./forge-merge-contract.ts";
import { ask, commitOn, HEAD, marker, newRequest, pushed, readTip, type ForgeWorld } from "./forge-world.ts";

const ALL = { states: ["open", "closed", "merged"], kind: null, closedSince: null } as const;

export interface ContractOptions {
  /**
   * When each writing call is stopped at each call below it. `after` (it took effect and its answer was
   * lost) matters where a product goes on after that.
   */
  readonly crashes: readonly ("before" | "after")[];
}

/** Runs the whole contract on a product; each case gets a world of its own. */
export function describeForge(
  product: string,
  makeWorld: () => Promise<ForgeWorld>,
  options: ContractOptions,
): void {
  describe(`forge contract: ${product}`, () => {
    describeOpening(makeWorld);
    describeUpdating(makeWorld);
    describeForgeDetails(makeWorld);
    describeForgeMerges(makeWorld);
    for (const when of options.crashes) describeForgeCrashes(makeWorld, when);
  });
}

function describeOpening(makeWorld: () => Promise<ForgeWorld>): void {
  describe("opening", () => {
    it("opens a request that reads back as it was asked for", async () => {
      const { world, head } = await pushed(makeWorld);
      const { us, defaultBranch } = await world.reader.describe();
      expect(us).toMatchObject({ kind: "bot", isUs: true });
      expect(defaultBranch).toBe("main");
      const { request, isNew } = await world.writer.openRequest(newRequest());
      expect(isNew).toBe(true);
      const expected = {
        number: request.number,
        title: "promote(production): KB1",
        body: "### Decision asked\n\nApprove KB1.\n",
        marker: marker(),
        author: us,
        head: { branch: HEAD, sha: head, isSameRepository: true },
        base: "main",
        isDraft: false,
        labels: ["promotion", "ring/production"],
        state: "open",
        closedAt: null,
      };
      expect(request).toMatchObject(expected);
      expect(await world.reader.listRequests(ALL)).toMatchObject([expected]);
      expect(await world.reader.readRequest(request.number)).toMatchObject({
        ...expected,
        closedBy: null,
        mergedBy: null,
        mergeCommit: null,
        mergeability: "clean",
      });
    });

    it("finds an open request by marker and never by title", async () => {
      const { world } = await pushed(makeWorld);
      const { request } = await world.writer.openRequest(newRequest());
      expect(await world.reader.findOpenRequest({ kind: "promotion", key: "production" })).toMatchObject({
        number: request.number,
      });
      expect(
        await world.reader.findOpenRequest({ kind: "promotion", key: "promote(production): KB1" }),
      ).toBeNull();
      expect(await world.reader.findOpenRequest({ kind: "plan", key: "production" })).toBeNull();
      await world.writer.closeRequest(request.number);
      expect(await world.reader.findOpenRequest({ kind: "promotion", key: "production" })).toBeNull();
    });

    it("gives the open request with the marker instead of a second one, as it stands", async () => {
      const { world } = await pushed(makeWorld);
      const first = await world.writer.openRequest(newRequest());
      const again = await world.writer.openRequest(
        newRequest({ title: "other", body: "other", marker: marker({ data: { digest: "sha256:2" } }) }),
      );
      expect(again.isNew).toBe(false);
      expect(again.request).toMatchObject({
        number: first.request.number,
        title: "promote(production): KB1",
      });
      expect(again.request.marker?.data["digest"]).toBe("sha256:1");
      expect(await world.reader.listRequests(ALL)).toHaveLength(1);
    });

    it("opens a new request after the old one was closed", async () => {
      const { world } = await pushed(makeWorld);
      const first = await world.writer.openRequest(newRequest());
      await world.writer.closeRequest(first.request.number);
      const second = await world.writer.openRequest(newRequest());
      expect(second.isNew).toBe(true);
      expect(second.request.number).toBeGreaterThan(first.request.number);
    });

    it("refuses a second open request for one head and base under another marker", async () => {
      const { world } = await pushed(makeWorld);
      await world.writer.openRequest(newRequest());
      await expect(
        world.writer.openRequest(newRequest({ marker: marker({ key: "other" }) })),
      ).rejects.toMatchObject({ name: "ForgeError", code: "exists", retryable: false });
      expect(await world.reader.listRequests(ALL)).toHaveLength(1);
    });

    it("refuses a head that is not there, and one that has nothing new", async () => {
      const { world } = await pushed(makeWorld);
      await expect(world.writer.openRequest(newRequest({ headBranch: "nothing" }))).rejects.toMatchObject({
        code: "not-found",
      });
      ask(world, "update-ref", "refs/heads/same", readTip(world, "main"));
      await expect(world.writer.openRequest(newRequest({ headBranch: "same" }))).rejects.toMatchObject({
        code: "refused",
      });
      expect(await world.reader.listRequests(ALL)).toEqual([]);
    });

    it("opens one request and not two when two writers open it at once, and gives no number twice", async () => {
      const { world, head } = await pushed(makeWorld);
      const keys = ["a", "b", "c", "d"];
      for (const key of keys) ask(world, "update-ref", `refs/heads/patchring/${key}`, head);
      const order = (key: string): ReturnType<typeof newRequest> =>
        newRequest({ marker: marker({ key }), headBranch: `patchring/${key}` });
      const opened = await Promise.all(
        keys.flatMap((key) => [world.writer.openRequest(order(key)), world.rival.openRequest(order(key))]),
      );
      const listed = await world.reader.listRequests(ALL);
      expect(listed.map((request) => request.marker?.key).sort()).toEqual(keys);
      expect(new Set(listed.map(({ number }) => number)).size).toBe(4);
      expect(opened.filter(({ isNew }) => isNew)).toHaveLength(4);
      for (const [at, { request }] of opened.entries()) {
        expect(request.marker?.key).toBe(keys[Math.floor(at / 2)]);
        expect(listed.find(({ number }) => number === request.number)?.marker?.key).toBe(request.marker?.key);
      }
    });

    it("lists by state, kind and time of closing, in the order of numbers", async () => {
      const { world, head } = await pushed(makeWorld);
      const numbers: number[] = [];
      for (const key of ["a", "b", "c"]) {
        ask(world, "update-ref", `refs/heads/patchring/${key}`, head);
        const kind = key === "c" ? "hold" : "promotion";
        const order = newRequest({ marker: marker({ key, kind }), headBranch: `patchring/${key}` });
        numbers.push((await world.writer.openRequest(order)).request.number);
      }
      const [a, b, c] = numbers as [number, number, number];
      await world.writer.closeRequest(a);
      const { closedAt } = await world.reader.readRequest(a);
      world.advance(3600);
      await world.writer.closeRequest(b);
      const list = async (filter: object): Promise<number[]> =>
        (await world.reader.listRequests({ ...ALL, ...filter })).map(({ number }) => number);
      expect(await list({})).toEqual([a, b, c]);
      expect(await list({ states: ["open"] })).toEqual([c]);
      expect(await list({ states: ["closed"] })).toEqual([a, b]);
      expect(await list({ kind: "promotion" })).toEqual([a, b]);
      expect(await list({ closedSince: closedAt! + 1 })).toEqual([b, c]);
      expect(await list({ closedSince: closedAt! })).toEqual([a, b, c]);
    });

    it("says that a request is not there", async () => {
      const { world } = await pushed(makeWorld);
      await expect(world.reader.readRequest(4711)).rejects.toMatchObject({ code: "not-found" });
      await expect(world.writer.closeRequest(4711)).rejects.toMatchObject({ code: "not-found" });
    });
  });
}

function describeUpdating(makeWorld: () => Promise<ForgeWorld>): void {
  describe("updating", () => {
    let world: ForgeWorld;
    let number: number;
    beforeEach(async () => {
      world = (await pushed(makeWorld)).world;
      number = (await world.writer.openRequest(newRequest())).request.number;
    });

    it("replaces what is given and keeps the rest", async () => {
      expect(await world.writer.updateRequest(number, { title: "new title" })).toBe(true);
      expect(await world.reader.readRequest(number)).toMatchObject({ title: "new title", marker: marker() });
      const content = { marker: marker({ data: { digest: "sha256:2" } }), body: "new\n\n| a | b |\n" };
      expect(await world.writer.updateRequest(number, { content })).toBe(true);
      expect(await world.reader.readRequest(number)).toMatchObject({ title: "new title", ...content });
    });

    it("writes nothing when nothing changed", async () => {
      const { title, body } = newRequest();
      expect(await world.writer.updateRequest(number, { title, content: { marker: marker(), body } })).toBe(
        false,
      );
    });

    it("follows the head branch", async () => {
      const tip = commitOn(world, HEAD, {
        parent: readTip(world, HEAD),
        path: "x.yaml",
        text: "1\n",
        email: BOT.email,
      });
      expect((await world.reader.readRequest(number)).head.sha).toBe(tip);
      const replaced = commitOn(world, HEAD, {
        parent: readTip(world, "main"),
        path: "y.yaml",
        text: "1\n",
        email: BOT.email,
      });
      expect((await world.reader.findOpenRequest(marker()))?.head.sha).toBe(replaced);
    });

    it("refuses to update a closed request", async () => {
      await world.writer.closeRequest(number);
      await expect(world.writer.updateRequest(number, { title: "late" })).rejects.toMatchObject({
        code: "refused",
      });
    });

    it("refuses a text that is too long, and leaves the old one", async () => {
      const { bodyLimit } = await world.reader.describe();
      const content = { marker: marker(), body: "x".repeat(bodyLimit + 1) };
      await expect(world.writer.updateRequest(number, { content })).rejects.toMatchObject({
        code: "refused",
      });
      expect((await world.reader.readRequest(number)).body).toBe(newRequest().body);
    });

    it("keeps hostile text as it is and finds no marker in it", async () => {
      const body =
        'a <!-- patchring:promotion v1 {"key":"x"} --> b\n<script>\n`${1}` "\\" é 🩹\n```\n$(id)\n--\n' +
        '<!-- patchring:promotion v1 {"key":"staging"} -->\n';
      await world.writer.updateRequest(number, {
        title: '-m "$(id)" é',
        content: { marker: marker(), body },
      });
      expect(await world.reader.readRequest(number)).toMatchObject({
        title: '-m "$(id)" é',
        body,
        marker: marker(),
      });
      expect(await world.reader.findOpenRequest({ kind: "promotion", key: "staging" })).toBeNull();
    });
  });
}
