/** Each writing call is stopped at every single call below it, looked at, and made again. */
import { describe, expect, it } from "vitest";
import type { ForgeWriter } from "../../src/forge/forge.ts";
import { BOT } from "../repo/git-fixture.ts";
import { ask, commitOn, HEAD, marker, newRequest, readTip, type ForgeWorld } from "./forge-world.ts";

interface WritingCall {
  readonly name: string;
  readonly isOpen: boolean;
  readonly run: (writer: ForgeWriter, number: number, head: string) => Promise<unknown>;
}

const CALLS: readonly WritingCall[] = [
  { name: "openRequest", isOpen: false, run: (writer) => writer.openRequest(newRequest()) },
  {
    name: "updateRequest",
    isOpen: true,
    run: (writer, number) =>
      writer.updateRequest(number, {
        title: "new",
        content: { marker: marker({ data: { digest: "sha256:2" } }), body: "new" },
      }),
  },
  {
    name: "ensureLabels",
    isOpen: true,
    run: (writer, number) => writer.ensureLabels(number, ["promotion", "late", "later"]),
  },
  {
    name: "askReviewers",
    isOpen: true,
    run: (writer, number) => writer.askReviewers(number, ["ann", "@acme/patching"]),
  },
  {
    name: "ensureComment",
    isOpen: true,
    run: (writer, number) => writer.ensureComment(number, marker({ kind: "plan" }), "5 devices"),
  },
  {
    name: "setCheck",
    isOpen: true,
    run: (writer, _number, head) =>
      writer.setCheck(head, { name: "plan", state: "success", description: "5", url: null, summary: null }),
  },
  { name: "closeRequest", isOpen: true, run: (writer, number) => writer.closeRequest(number) },
  {
    name: "mergeRequest",
    isOpen: true,
    run: (writer, number, head) =>
      writer.mergeRequest(number, { headSha: head, title: "Merge", message: "" }),
  },
];

const MAX_CALLS = 200;

export function describeForgeCrashes(makeWorld: () => Promise<ForgeWorld>, when: "before" | "after"): void {
  describe(`stopped ${when} each call below it and made again`, () => {
    it.each(CALLS)("$name ends in the same state", async (call) => {
      const wanted = await run(await makeStart(makeWorld, call), call, null, when);
      for (let at = 1; ; at += 1) {
        expect(at).toBeLessThan(MAX_CALLS);
        const start = await makeStart(makeWorld, call);
        const got = await run(start, call, at, when);
        expect(got.state, `stopped ${when} call ${at}`).toEqual(wanted.state);
        if (!got.isReached) {
          expect(at).toBeGreaterThan(1);
          break;
        }
      }
    });
  });
}

interface Start {
  readonly world: ForgeWorld;
  readonly head: string;
  readonly number: number;
}

async function makeStart(makeWorld: () => Promise<ForgeWorld>, call: WritingCall): Promise<Start> {
  const world = await makeWorld();
  const head = commitOn(world, HEAD, {
    parent: readTip(world, "main"),
    path: "promotions/production/kb1.yaml",
    text: "kind: Promotion\n",
    email: BOT.email,
  });
  if (!call.isOpen) return { world, head, number: 0 };
  return { world, head, number: (await world.writer.openRequest(newRequest())).request.number };
}

async function run(
  { world, head, number }: Start,
  call: WritingCall,
  at: number | null,
  when: "before" | "after",
): Promise<{ readonly isReached: boolean; readonly state: unknown }> {
  let isReached = false;
  if (at !== null) {
    const crashing = world.crashAt(at, when);
    await call.run(crashing.writer, number, head).catch(() => undefined);
    isReached = crashing.isReached();
    // Whatever was left behind can be read.
    const filter = { states: ["open", "closed", "merged"], kind: null, closedSince: null } as const;
    for (const left of await world.reader.listRequests(filter)) await world.listComments(left.number);
    await world.reader.listChecks(head);
  }
  await call.run(world.writer, number, head);
  return { isReached, state: await describeWorld(world, head) };
}

/** Everything that can be seen, without times and without the ids of commits that the forge makes. */
async function describeWorld(world: ForgeWorld, head: string): Promise<unknown> {
  const filter = { states: ["open", "closed", "merged"], kind: null, closedSince: null } as const;
  const requests = [];
  for (const { number } of await world.reader.listRequests(filter)) {
    const { createdAt, closedAt, mergeCommit, ...rest } = await world.reader.readRequest(number);
    requests.push({
      ...rest,
      isDated: createdAt > 0 && (closedAt === null) === (rest.state === "open"),
      isMergeOnMain: mergeCommit === null ? null : mergeCommit === readTip(world, "main"),
      comments: await world.listComments(number),
    });
  }
  const checks = (await world.reader.listChecks(head)).map(({ name, state, description }) => ({
    name,
    state,
    description,
  }));
  return {
    requests,
    checks,
    branches: ask(world, "for-each-ref", "--format=%(refname) %(tree)", "refs/heads"),
    mergesOnMain: ask(world, "rev-list", "--count", "--merges", "main"),
  };
}
