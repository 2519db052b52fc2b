/** Labels, comments, reviews, commits, files and checks of a request. */
import { describe, expect, it } from "vitest";
import { BOT, MARCH } from "../repo/git-fixture.ts";
import { commitOn, HEAD, marker, newRequest, pushed, readTip, type ForgeWorld } from "./forge-world.ts";

export function describeForgeDetails(makeWorld: () => Promise<ForgeWorld>): void {
  describeLabels(makeWorld);
  describeComments(makeWorld);
  describeReviews(makeWorld);
  describeContent(makeWorld);
  describeChecks(makeWorld);
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
