/** Each call of each writing verb fails once, in every way, before and after its effect; then the verb is asked again. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ForgeError, type ForgeWriter } from "../../../src/forge/forge.ts";
import { markerOf, newRequest, Scene } from "./harness.ts";
import { LOSSES, REFUSALS, type Fault } from "./server/faults.ts";
import type { World } from "./server/world.ts";

let scene: Scene;
beforeAll(async () => (scene = await Scene.start()));
afterAll(() => scene.stop());

interface Verb {
  readonly name: string;
  readonly isOpen: boolean;
  readonly run: (writer: ForgeWriter, head: string) => Promise<unknown>;
}

const content = { marker: markerOf("production", "sha256:2"), body: "Two patches." };
const check = {
  name: "patchring / plan",
  state: "success",
  description: "5",
  url: null,
  summary: null,
} as const;
const VERBS: readonly Verb[] = [
  { name: "openRequest", isOpen: false, run: (writer) => writer.openRequest(newRequest()) },
  {
    name: "updateRequest",
    isOpen: true,
    run: (writer) => writer.updateRequest(1, { title: "New", content }),
  },
  { name: "ensureLabels", isOpen: true, run: (writer) => writer.ensureLabels(1, ["promotion", "late"]) },
  { name: "ensureComment", isOpen: true, run: (writer) => writer.ensureComment(1, markerOf(), "5 devices") },
  { name: "setCheck", isOpen: true, run: (writer, head) => writer.setCheck(head, check) },
  { name: "closeRequest", isOpen: true, run: (writer) => writer.closeRequest(1) },
];

const FAULTS: readonly Pick<Fault, "kind" | "when">[] = [
  ...LOSSES.flatMap((kind) => (["before", "after"] as const).map((when) => ({ kind, when }))),
  ...REFUSALS.map((kind) => ({ kind, when: "before" as const })),
];

const CODES: Readonly<Record<string, readonly string[]>> = {
  "secondary-limit": ["rate-limited"],
  "primary-limit": ["rate-limited"],
  "409": ["contended"],
};

/** Without what counts calls or tells times. */
function stateOf(world: World): unknown {
  const pulls = world.pulls.map((pull) => ({
    ...{ number: pull.number, title: pull.title, body: pull.body, state: pull.state, head: pull.headSha },
    labels: pull.labels.toSorted(),
    comments: pull.comments.map(({ body, login }) => ({ body, login })),
  }));
  const latest = new Map(
    world.statuses.map((status) => [status.context, [status.state, status.description]]),
  );
  return { pulls, statuses: [...latest] };
}

async function prepare(verb: Verb): Promise<string> {
  await scene.reset();
  if (verb.isOpen) {
    await scene.forge().writer.openRequest(newRequest());
    scene.server.resetCalls();
  }
  return scene.head();
}

describe.each(VERBS)("$name", (verb) => {
  it("ends in one state, whatever failed at whichever call", async () => {
    const head = await prepare(verb);
    await verb.run(scene.forge().writer, head);
    const wanted = stateOf(scene.server.world);
    const calls = scene.server.seen;
    const start = await prepare(verb).then(() => structuredClone(scene.server.world));
    expect(calls).toBeGreaterThanOrEqual(2);
    let thrown = 0;
    for (const { kind, when } of FAULTS) {
      for (let at = 1; at <= calls; at++) {
        const what = `${kind} ${when} call ${at}`;
        scene.server.world = structuredClone(start);
        scene.server.resetCalls();
        scene.server.fault = { at, kind, when, isLasting: false, token: null };
        const waits = { timeoutMs: kind === "timeout" ? 120 : 5000, longestWaitSeconds: 5 };
        const error = await verb.run(scene.forge(waits).writer, head).then(
          () => null,
          (reason: unknown) => reason,
        );
        scene.server.fault = null;
        if (error !== null) {
          thrown += 1;
          expect(error, what).toBeInstanceOf(ForgeError);
          const code = (error as ForgeError).code;
          expect(CODES[kind] ?? ["unreachable"], what).toContain(code);
        }
        await verb.run(scene.forge().writer, head);
        expect(stateOf(scene.server.world), what).toEqual(wanted);
      }
    }
    // Limits and conflicts are given to the caller; lost calls are made again without a word.
    expect(thrown).toBe(REFUSALS.length * calls);
    expect(scene.server.violations).toEqual([]);
  });
});

it("merges once when the answer to the merge was lost", async () => {
  for (const kind of LOSSES) {
    await scene.reset();
    await scene.forge().writer.openRequest(newRequest());
    const order = { headSha: await scene.head(), title: "Merge", message: "" };
    scene.server.resetCalls();
    scene.server.fault = { at: 2, kind, when: "after", isLasting: false, token: null };
    const outcome = await scene
      .forge({ timeoutMs: kind === "timeout" ? 120 : 5000 })
      .writer.mergeRequest(1, order);
    expect(scene.server.calls[1]?.operationId).toBe("pulls/merge");
    expect(outcome).toEqual({ kind: "merged", commit: await scene.head("main") });
  }
});

it("waits out a limit that is short, and gives a long one to the caller", async () => {
  await scene.reset();
  scene.server.fault = { at: 2, kind: "secondary-limit", when: "before", isLasting: false, token: null };
  expect((await scene.forge().writer.openRequest(newRequest())).isNew).toBe(true);
  for (const kind of ["secondary-limit", "primary-limit"] as const) {
    scene.server.resetCalls();
    scene.server.fault = { at: 1, kind, when: "before", isLasting: true, token: null };
    const before = Math.floor(Date.now() / 1000);
    const error: unknown = await scene
      .forge({ longestWaitSeconds: 5 })
      .reader.describe()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "rate-limited", retryable: true });
    const { retryAt } = error as ForgeError;
    expect(retryAt! - before).toBeGreaterThanOrEqual(29);
    expect(retryAt! - before).toBeLessThanOrEqual(40);
    expect(scene.server.seen).toBe(1);
  }
});
