/** Closing and merging. */
import { beforeEach, describe, expect, it } from "vitest";
import { BOT } from "../repo/git-fixture.ts";
import { ask, commitOn, HEAD, marker, newRequest, readTip, type ForgeWorld } from "./forge-world.ts";

export function describeForgeMerges(makeWorld: () => Promise<ForgeWorld>): void {
  let world: ForgeWorld;
  let head: string;
  let main: string;
  let number: number;
  beforeEach(async () => {
    world = await makeWorld();
    main = readTip(world, "main");
    head = commitOn(world, HEAD, {
      parent: main,
      path: "promotions/production/kb1.yaml",
      text: "kind: Promotion\n",
      email: BOT.email,
    });
    number = (await world.writer.openRequest(newRequest())).request.number;
  });
  const order = (headSha: string): { headSha: string; title: string; message: string } => ({
    headSha,
    title: "Merge KB1",
    message: "Patchring-Request: 1\nReviewed-by: ann",
  });

  describe("merging", () => {
    it("merges at the head that was evaluated, with both parents and the message", async () => {
      const outcome = await world.writer.mergeRequest(number, order(head));
      expect(outcome).toEqual({ kind: "merged", commit: readTip(world, "main") });
      expect(ask(world, "log", "-1", "--format=%P|%s", "main")).toBe(`${main} ${head}|Merge KB1`);
      expect(ask(world, "log", "-1", "--format=%(trailers:key=Reviewed-by,valueonly)", "main")).toBe("ann");
      expect(ask(world, "show", "main:promotions/production/kb1.yaml")).toBe("kind: Promotion");
      const read = await world.reader.readRequest(number);
      expect(read).toMatchObject({ state: "merged", mergeCommit: readTip(world, "main"), closedBy: null });
      expect(read.mergedBy?.isUs).toBe(true);
      expect(read.closedAt).toBeGreaterThanOrEqual(read.createdAt);
      expect(readTip(world, HEAD)).toBe(head);
    });

    it("merges beside what the base did since", async () => {
      const moved = commitOn(world, "main", {
        parent: main,
        path: "z.yaml",
        text: "1\n",
        email: "ann@example.test",
      });
      expect((await world.reader.readRequest(number)).mergeability).toBe("clean");
      await world.writer.mergeRequest(number, order(head));
      expect(ask(world, "log", "-1", "--format=%P", "main")).toBe(`${moved} ${head}`);
      expect(ask(world, "ls-tree", "-r", "--name-only", "main").split("\n")).toEqual([
        "fleet.yaml",
        "promotions/production/kb1.yaml",
        "rings/pilot.yaml",
        "z.yaml",
      ]);
      expect((await world.reader.listCommits(number)).map(({ sha }) => sha)).toEqual([head]);
      expect((await world.reader.listChangedFiles(number)).files).toHaveLength(1);
    });

    it("refuses another head than the one that was evaluated", async () => {
      const moved = commitOn(world, HEAD, {
        parent: head,
        path: "x.yaml",
        text: "1\n",
        email: "eve@example.test",
      });
      expect(await world.writer.mergeRequest(number, order(head))).toMatchObject({
        kind: "refused",
        reason: "head-moved",
      });
      expect(readTip(world, "main")).toBe(main);
      expect(await world.reader.readRequest(number)).toMatchObject({ state: "open", head: { sha: moved } });
    });

    it("refuses a conflict and says so beforehand", async () => {
      const path = "promotions/production/kb1.yaml";
      const moved = commitOn(world, "main", {
        parent: main,
        path,
        text: "other\n",
        email: "ann@example.test",
      });
      expect((await world.reader.readRequest(number)).mergeability).toBe("conflict");
      expect(await world.writer.mergeRequest(number, order(head))).toMatchObject({
        kind: "refused",
        reason: "conflict",
      });
      expect(readTip(world, "main")).toBe(moved);
    });

    it("is merged once: the same order again gives the same commit, another head is refused", async () => {
      const first = await world.writer.mergeRequest(number, order(head));
      expect(await world.rival.mergeRequest(number, order(head))).toEqual(first);
      expect(await world.writer.mergeRequest(number, order(main))).toMatchObject({
        kind: "refused",
        reason: "head-moved",
      });
      expect(ask(world, "rev-list", "--count", "--first-parent", "main")).toBe("2");
    });

    it("is merged once by two writers at the same time", async () => {
      const outcomes = await Promise.all([
        world.writer.mergeRequest(number, order(head)),
        world.rival.mergeRequest(number, order(head)),
      ]);
      const commit = readTip(world, "main");
      expect(outcomes).toEqual([
        { kind: "merged", commit },
        { kind: "merged", commit },
      ]);
      expect(ask(world, "rev-list", "--count", "--first-parent", "main")).toBe("2");
    });

    it("refuses a closed request", async () => {
      await world.writer.closeRequest(number);
      expect(await world.writer.mergeRequest(number, order(head))).toMatchObject({ reason: "closed" });
      expect(readTip(world, "main")).toBe(main);
    });

    it("says who merged when a person did", async () => {
      await world.person("ann").merge(number);
      const read = await world.reader.readRequest(number);
      expect(read).toMatchObject({
        state: "merged",
        mergedBy: { login: "ann", kind: "person", isUs: false },
      });
      expect(read.mergeCommit).toBe(readTip(world, "main"));
    });

    it("sees a merge that was made with Git alone", async () => {
      const tree = ask(world, "merge-tree", "--write-tree", main, head);
      const commit = ask(world, "commit-tree", tree, "-p", main, "-p", head, "-m", "by hand");
      ask(world, "update-ref", "refs/heads/main", commit);
      expect(await world.reader.readRequest(number)).toMatchObject({ state: "merged", mergeCommit: commit });
      expect(await world.reader.findOpenRequest(marker())).toBeNull();
      expect(await world.writer.mergeRequest(number, order(head))).toEqual({ kind: "merged", commit });
    });
  });

  describe("closing", () => {
    it("tells closed from merged, and who closed it", async () => {
      expect(await world.writer.closeRequest(number)).toBe(true);
      expect(await world.writer.closeRequest(number)).toBe(false);
      const read = await world.reader.readRequest(number);
      expect(read).toMatchObject({
        state: "closed",
        mergedBy: null,
        mergeCommit: null,
        mergeability: "unknown",
      });
      expect(read.closedBy?.isUs).toBe(true);
      expect(read.closedAt).toBeGreaterThanOrEqual(read.createdAt);
      expect(readTip(world, HEAD)).toBe(head);
    });

    it("says that a person closed it, and that it was reopened", async () => {
      await world.person("ann").close(number);
      expect(await world.reader.readRequest(number)).toMatchObject({
        state: "closed",
        closedBy: { login: "ann", kind: "person", isUs: false },
        marker: marker(),
      });
      await world.person("ann").reopen(number);
      expect(await world.reader.readRequest(number)).toMatchObject({
        state: "open",
        closedBy: null,
        closedAt: null,
      });
      expect(await world.writer.reopenRequest(number)).toBe(false);
    });

    it("keeps the head that was closed when the branch is deleted, and cannot reopen it then", async () => {
      await world.writer.closeRequest(number);
      ask(world, "update-ref", "-d", `refs/heads/${HEAD}`);
      expect((await world.reader.readRequest(number)).head.sha).toBe(head);
      await expect(world.writer.reopenRequest(number)).rejects.toMatchObject({ code: "refused" });
    });

    it("cannot reopen when another stands for the head", async () => {
      await world.writer.closeRequest(number);
      await world.writer.openRequest(newRequest());
      await expect(world.writer.reopenRequest(number)).rejects.toMatchObject({ code: "refused" });
    });

    it("refuses to close or reopen what is merged", async () => {
      await world.writer.mergeRequest(number, order(head));
      await expect(world.writer.closeRequest(number)).rejects.toMatchObject({ code: "refused" });
      await expect(world.writer.reopenRequest(number)).rejects.toMatchObject({ code: "refused" });
    });
  });
}
