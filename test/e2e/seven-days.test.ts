/**
 * Seven days of a fleet: approve in pilot, soak, a request, a failure that takes one patch out,
 * the merge, production, and a recall. A real bare repository and the local forge; simulated days.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseInstant } from "../../src/core/time.ts";
import { GitWorld } from "../reconcile/git-world.ts";
import { ModelBackend } from "../reconcile/model-backend.ts";

const DAY = 86_400;
const MONDAY = parseInstant("2026-03-09T08:00:00Z")!;

const POLICY = {
  "fleet.yaml": `apiVersion: patchring/v1
kind: Fleet
metadata: { name: acme }
spec: { mode: apply, limits: { devicesPerRun: 100% } }
`,
  "rings/rings.yaml": `apiVersion: patchring/v1
kind: Ring
metadata: { name: pilot }
spec: { devices: { tags: pilot } }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: production }
spec:
  after: pilot
  devices: { not: { tags: pilot } }
  soak: { for: 4d, clock: quorum, quorum: { percent: 80, minDevices: 2 } }
  gates: { installedPercent: 80, failedDevices: 0, coverage: [os] }
`,
  "rules/security.yaml": `apiVersion: patchring/v1
kind: ApprovalRules
metadata: { name: microsoft }
spec:
  rules:
    - name: security
      patches: { vendor: Microsoft }
      then: approve
`,
};

const PILOT = ["p1", "p2", "p3", "p4"].map((id) => ({ id, tags: ["pilot"] }));
const PRODUCTION = ["w1", "w2", "w3", "w4", "w5", "w6"].map((id) => ({ id }));
const A = {
  id: "KB5990141",
  title: "2026-03 Cumulative Update",
  vendor: "Microsoft",
  uninstallable: "yes",
} as const;
const B = { id: "KB5990160", title: "2026-03 .NET", vendor: "Microsoft", uninstallable: "no" } as const;

const TOUR = readFileSync(new URL("../../docs/tour.md", import.meta.url), "utf8");

/** What the tour shows is what happens; hashes are shortened there. */
function expectInTour(text: string): void {
  const short = text.replace(/sha256:[0-9a-f]{64}/g, "sha256:…").replace(/\b[0-9a-f]{40}\b/g, "…");
  expect(TOUR).toContain(short.trim());
}

it("goes from pilot to production and back", async () => {
  const backend = new ModelBackend([...PILOT, ...PRODUCTION]);
  backend.release(A, MONDAY);
  backend.release(B, MONDAY);
  const world = await GitWorld.make(POLICY, backend, MONDAY);
  const statuses = (ids: readonly { id: string }[], patch: string): string[] =>
    ids.map(({ id }) => backend.fact(id, patch)!.status);

  // Monday: pilot is approved and installs; production waits.
  await world.run();
  expect(statuses(PILOT, A.id)).toEqual(["installed", "installed", "installed", "installed"]);
  expect(statuses(PRODUCTION, A.id)).toEqual(Array(6).fill("missing"));

  // Tuesday to Thursday: the soak runs; nothing is asked for.
  for (let day = 1; day < 4; day += 1) {
    world.now = MONDAY + day * DAY;
    const run = await world.run();
    expect(run.plan.requests).toEqual([]);
    expect(run.candidates.map(({ state }) => state.kind)).toEqual(["waiting", "waiting"]);
  }

  // Friday: four days after the quorum installed, the request opens with both patches.
  world.now = MONDAY + 4 * DAY;
  const friday = await world.run();
  expect(friday.results.map(({ outcome }) => outcome)).toMatchObject([
    { kind: "done", number: 1, wrote: true },
  ]);
  const opened = await world.reader().readRequest(1);
  expect(opened).toMatchObject({
    state: "open",
    title: "promote(production): KB5990141, KB5990160",
    labels: ["promotion", "ring/production"],
    head: { branch: "patchring/promote/production" },
  });
  expect((await world.reader().listChecks(opened.head.sha)).map(({ name, state }) => [name, state])).toEqual([
    ["patchring / evidence", "success"],
  ]);
  expect(statuses(PRODUCTION, A.id)).toEqual(Array(6).fill("missing"));
  const path = "promotions/production/kb5990141.yaml";
  const texts = await world.ports().git.readTexts(opened.head.sha, [path]);
  expectInTour(texts.get(path)!);
  expectInTour(opened.body);

  // The same again: nothing is written.
  const again = await world.run();
  expect(again.plan.requests.flatMap(({ steps }) => steps)).toEqual([]);

  // Saturday: B breaks on a pilot device. It is taken out; A stays.
  world.now = MONDAY + 5 * DAY;
  Object.assign(backend.fact("p3", B.id)!, {
    status: "failed",
    approval: "approve",
    attempts: 3,
    error: "0x800f0922",
  });
  await world.run();
  const reduced = await world.reader().readRequest(1);
  expect(reduced.marker?.data["patches"]).toEqual([A.id]);
  expect((await world.reader().listChangedFiles(1)).files.map(({ path }) => path)).toEqual([
    "promotions/production/kb5990141.yaml",
  ]);
  const comments = await world.reader().listComments(1);
  expect(comments).toHaveLength(1);
  expect(comments[0]!.body).toContain("KB5990160 was taken out of this request");
  expect(comments[0]!.body).toContain("1 failed, allows 0");
  expectInTour(comments[0]!.body);

  // A person approves and merges; the next run approves production.
  expect(await world.approveAndMerge(1)).toMatchObject({ kind: "merged" });
  await world.run();
  expect(statuses(PRODUCTION, A.id)).toEqual(Array(6).fill("installed"));
  expect(statuses(PRODUCTION, B.id)).toEqual(Array(6).fill("missing"));

  // Sunday: A destroys data. A recall ignores it everywhere and removes it where it can be.
  world.now = MONDAY + 6 * DAY;
  const recall = `apiVersion: patchring/v1
kind: Recall
metadata: { name: pull-kb5990141 }
spec: { patches: [KB5990141], uninstall: true, reason: "Data loss", ticket: INC-7 }
`;
  expectInTour(recall);
  await world.commit(
    [{ kind: "put", path: "recalls/pull-kb5990141.yaml", content: recall }],
    "Recall KB5990141",
  );
  const sunday = await world.run();
  expect(sunday.plan.requests).toEqual([]);
  expect(statuses([...PILOT, ...PRODUCTION], A.id)).toEqual(Array(10).fill("ignored"));
  await world.run();
  expect((await world.plan()).actions).toEqual([]);
});
