/** What every forge must do, on the state of the world and not on the calls made. */
import { beforeEach, describe, expect, it } from "vitest";
import { BOT, MARCH } from "../repo/git-fixture.ts";
import { describeForgeCrashes } from "./forge-crash-contract.ts";
import { describeForgeMerges } from "./forge-merge-contract.ts";
import { ask, commitOn, HEAD, marker, newRequest, readTip, type ForgeWorld } from "./forge-world.ts";

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
    describeLabels(makeWorld);
    describeComments(makeWorld);
    describeReviews(makeWorld);
    describeContent(makeWorld);
    describeChecks(makeWorld);
    describeForgeMerges(makeWorld);
    for (const when of options.crashes) describeForgeCrashes(makeWorld, when);
  });
}

/** A world in which the head branch has been pushed by us. */
async function pushed(makeWorld: () => Promise<ForgeWorld>): Promise<{ world: ForgeWorld; head: string }> {
  const world = await makeWorld();
  const head = commitOn(world, HEAD, {
    parent: readTip(world, "main"),
    path: "promotions/production/kb1.yaml",
    text: "kind: Promotion\n",
    email: BOT.email,
  });
  return { world, head };
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

function describeLabels(makeWorld: () => Promise<ForgeWorld>): void {
  describe("labels, three ways", () => {
    it("adds and takes off our own, and never fights people", async () => {
      const { world } = await pushed(makeWorld);
      const { number } = (await world.writer.openRequest(newRequest({ labels: ["promotion", "due"] })))
        .request;
      const labels = async (): Promise<readonly string[]> => (await world.reader.readRequest(number)).labels;
      const ann = world.person("ann");
      await ann.addLabel(number, "urgent");
      expect(await world.writer.ensureLabels(number, ["promotion", "ring/a"])).toBe(true);
      expect(await labels()).toEqual(["promotion", "ring/a", "urgent"]);
      await ann.removeLabel(number, "ring/a");
      expect(await world.writer.ensureLabels(number, ["promotion", "ring/a"])).toBe(false);
      expect(await labels()).toEqual(["promotion", "urgent"]);
      await ann.addLabel(number, "ring/a");
      expect(await world.writer.ensureLabels(number, [])).toBe(true);
      expect(await labels()).toEqual(["ring/a", "urgent"]);
    });
  });
}

function describeComments(makeWorld: () => Promise<ForgeWorld>): void {
  describe("comments", () => {
    it("has one comment a marker, edited in place, and leaves those of others alone", async () => {
      const { world } = await pushed(makeWorld);
      const { number } = (await world.writer.openRequest(newRequest())).request;
      const plan = marker({ kind: "plan", key: "main", data: { digest: "sha256:1" } });
      expect(await world.writer.ensureComment(number, plan, "235 decisions\n")).toBe(true);
      const [written] = await world.listComments(number);
      await world.person("ann").comment(number, `${written!.text}forged`);
      await world.writer.ensureComment(number, { ...plan, key: "other" }, "other");
      expect(await world.writer.ensureComment(number, plan, "235 decisions\n")).toBe(false);
      const next = { ...plan, data: { digest: "sha256:2" } };
      expect(await world.writer.ensureComment(number, next, "236 decisions\n")).toBe(true);
      const comments = await world.listComments(number);
      expect(comments).toHaveLength(3);
      expect(comments[0]!.text).toContain("236 decisions");
      expect(comments[0]!.text).toContain("sha256:2");
      expect(comments[1]).toEqual({ login: "ann", text: `${written!.text}forged` });
      expect(comments[2]!.text).toContain("other");
    });
  });
}

function describeReviews(makeWorld: () => Promise<ForgeWorld>): void {
  describe("reviews", () => {
    it("gives author, state, head and time, oldest first; a moved head makes them stale and loses none", async () => {
      const { world, head } = await pushed(makeWorld);
      const { number } = (await world.writer.openRequest(newRequest())).request;
      expect(await world.reader.listReviews(number)).toEqual([]);
      await world.person("ann").review(number, "changes-requested", head);
      world.advance(60);
      await world.person("ann").review(number, "approved", head);
      world.advance(60);
      await world.person("ben").review(number, "commented", head);
      const moved = commitOn(world, HEAD, { parent: head, path: "x.yaml", text: "1\n", email: BOT.email });
      const reviews = await world.reader.listReviews(number);
      expect(reviews.map(({ author, state, headSha }) => [author.login, state, headSha])).toEqual([
        ["ann", "changes-requested", head],
        ["ann", "approved", head],
        ["ben", "commented", head],
      ]);
      expect(reviews.every(({ author }) => author.kind === "person" && !author.isUs)).toBe(true);
      expect(reviews.every(({ isInsider }) => isInsider)).toBe(true);
      expect(reviews[2]!.at - reviews[0]!.at).toBe(120);
      expect((await world.reader.readRequest(number)).head.sha).toBe(moved);
      await world.writer.updateRequest(number, { title: "after the reviews" });
      expect(await world.reader.listReviews(number)).toEqual(reviews);
    });
  });
}

function describeContent(makeWorld: () => Promise<ForgeWorld>): void {
  describe("what is asked for", () => {
    it("tells our commits from human ones, oldest first", async () => {
      const { world, head } = await pushed(makeWorld);
      const { number } = (await world.writer.openRequest(newRequest())).request;
      const human = commitOn(world, HEAD, {
        parent: head,
        path: "x.yaml",
        text: "1\n",
        email: "ann@example.test",
        subject: "by hand",
      });
      commitOn(world, "main", {
        parent: readTip(world, "main"),
        path: "z.yaml",
        text: "1\n",
        email: BOT.email,
      });
      expect(await world.reader.listCommits(number)).toEqual([
        {
          sha: head,
          authorName: "patchring",
          authorEmail: BOT.email,
          at: MARCH,
          subject: "change promotions/production/kb1.yaml",
          isOurs: true,
        },
        {
          sha: human,
          authorName: "ann",
          authorEmail: "ann@example.test",
          at: MARCH,
          subject: "by hand",
          isOurs: false,
        },
      ]);
    });

    it("lists changed files from where the branch began, not what the base did since", async () => {
      const { world, head } = await pushed(makeWorld);
      const { number } = (await world.writer.openRequest(newRequest())).request;
      const second = commitOn(world, HEAD, {
        parent: head,
        path: "fleet.yaml",
        text: "kind: X\n",
        email: BOT.email,
      });
      commitOn(world, HEAD, { parent: second, path: "rings/pilot.yaml", text: null, email: BOT.email });
      commitOn(world, "main", {
        parent: readTip(world, "main"),
        path: "z.yaml",
        text: "1\n",
        email: BOT.email,
      });
      expect(await world.reader.listChangedFiles(number)).toEqual({
        isComplete: true,
        files: [
          { path: "fleet.yaml", previousPath: null, status: "modified" },
          { path: "promotions/production/kb1.yaml", previousPath: null, status: "added" },
          { path: "rings/pilot.yaml", previousPath: null, status: "removed" },
        ],
      });
    });
  });
}

function describeChecks(makeWorld: () => Promise<ForgeWorld>): void {
  describe("checks", () => {
    it("gives the latest of each name on a commit, sorted by name", async () => {
      const { world, head } = await pushed(makeWorld);
      const check = (
        name: string,
        state: "pending" | "success" | "failure",
        description: string,
      ): Promise<boolean> =>
        world.writer.setCheck(head, { name, state, description, url: null, summary: null });
      expect(await world.reader.listChecks(head)).toEqual([]);
      await check("patchring / plan", "pending", "reading");
      await check("patchring / evidence", "success", "17 of 18");
      expect(await check("patchring / plan", "failure", "5 devices")).toBe(true);
      expect(await check("patchring / plan", "failure", "5 devices")).toBe(false);
      expect(await world.reader.listChecks(head)).toMatchObject([
        { name: "patchring / evidence", state: "success", description: "17 of 18", url: null },
        { name: "patchring / plan", state: "failure", description: "5 devices", url: null },
      ]);
      expect(await world.reader.listChecks(readTip(world, "main"))).toEqual([]);
    });

    it("loses none when two writers set checks at once", async () => {
      const { world, head } = await pushed(makeWorld);
      const names = ["a", "b", "c", "d", "e", "f"];
      await Promise.all(
        names.map((name, at) =>
          (at % 2 === 0 ? world.writer : world.rival).setCheck(head, {
            name,
            state: "success",
            description: "",
            url: null,
            summary: null,
          }),
        ),
      );
      expect((await world.reader.listChecks(head)).map(({ name }) => name)).toEqual(names);
    });

    it("says that a commit is not there", async () => {
      const { world } = await pushed(makeWorld);
      await expect(world.reader.listChecks("0123456789012345678901234567890123456789")).rejects.toMatchObject(
        {
          code: "not-found",
        },
      );
    });
  });
}
