/** The contract of every forge, on the forge for GitHub. */
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { orderMerge } from "../../../src/forge/merge-message.ts";
import { describeForge } from "../../contract/forge-contract.ts";
import type { CrashingWriter, ForgePerson, ForgeWorld } from "../../contract/forge-world.ts";
import { BOT, MARCH } from "../../repo/git-fixture.ts";
import { Scene } from "./harness.ts";

const CRASHING = "ghp_CrashingTokenCanary0123456789abcdefAB";
const FILES = { "fleet.yaml": "kind: Fleet\n", "rings/pilot.yaml": "kind: Ring\n" };
const EVENTS = { approved: "APPROVE", "changes-requested": "REQUEST_CHANGES", commented: "COMMENT" } as const;

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.start(FILES, {});
  scene.server.admit(CRASHING, { login: "patch-bot", right: "write", isInstallation: false });
});
afterAll(() => scene.stop());
afterEach(() => expect(scene.server.violations).toEqual([]));

async function makeWorld(): Promise<ForgeWorld> {
  await scene.reset();
  const { server } = scene;
  Object.assign(server.world, { now: MARCH, step: 0 });
  const forge = scene.forge({ email: BOT.email });
  return {
    ...forge,
    rival: scene.forge({ email: BOT.email }).writer,
    truth: server.git.path,
    person: makePerson,
    listComments: async (number) => {
      const comments = await server.as("ann", "GET", `/issues/${number}/comments?per_page=100`);
      return (comments as { user: { login: string }; body: string }[]).map(({ user, body }) => ({
        login: user.login,
        text: body,
      }));
    },
    advance: (seconds) => {
      server.world.now += seconds;
    },
    crashAt,
  };
}

function makePerson(login: string): ForgePerson {
  const as = async (method: string, path: string, body?: unknown): Promise<void> => {
    await scene.server.as(login, method, path, body);
  };
  return {
    review: (number, state, commit_id) =>
      as("POST", `/pulls/${number}/reviews`, { event: EVENTS[state], commit_id }),
    addLabel: (number, name) => as("POST", `/issues/${number}/labels`, { labels: [name] }),
    removeLabel: (number, name) => as("DELETE", `/issues/${number}/labels/${encodeURIComponent(name)}`),
    comment: (number, body) => as("POST", `/issues/${number}/comments`, { body }),
    close: (number) => as("PATCH", `/pulls/${number}`, { state: "closed" }),
    reopen: (number) => as("PATCH", `/pulls/${number}`, { state: "open" }),
    merge: async (number) => {
      const request = await scene.forge().reader.readRequest(number);
      const { headSha, title, message } = orderMerge(request, [], request.head.sha);
      const body = { sha: headSha, commit_title: title, commit_message: message };
      await as("PUT", `/pulls/${number}/merge`, body);
    },
  };
}

/** From the n-th call on, everything that this process asks is lost. */
function crashAt(at: number, when: "before" | "after"): CrashingWriter {
  const { server } = scene;
  server.resetCalls();
  server.fault = { at, kind: "reset", when, isLasting: true, token: CRASHING };
  const { writer } = scene.forge({ token: CRASHING, email: BOT.email });
  return { writer, isReached: () => server.seen >= at };
}

describeForge("GitHub", makeWorld, { crashes: ["before", "after"] });
