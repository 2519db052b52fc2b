import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openHttpSink, type HttpSink } from "../notify/http-sink.ts";
import { run, type Ran } from "./cli.ts";
import { fleetYaml, makeFleet } from "./fleet.ts";

let sink: HttpSink;
beforeEach(async () => {
  sink = await openHttpSink();
});
afterEach(() => sink.close());

const NOTICES = `  notices:
    channels:
      - { name: ops, kind: webhook, urlEnv: OPS_URL }
      - { name: desk, kind: webhook, urlEnv: DESK_URL }
    pilot: { channels: [desk] }
`;

function fleet(limits: string): string {
  return makeFleet({ "fleet.yaml": fleetYaml("apply", limits) + NOTICES });
}

function reconcile(folder: string, now: string, desk: string = sink.url): Promise<Ran> {
  const env = { OPS_URL: sink.url, DESK_URL: desk };
  return run(folder, ["reconcile", "--metrics-file", "patchring.prom"], { now, env });
}

interface Message {
  readonly format: string;
  readonly notices?: readonly { readonly kind: string }[];
}

function messages(): readonly Message[] {
  return sink.posted.map(({ body }) => JSON.parse(body) as Message);
}

it("tells of a guard once, again after a day, and measures it", async () => {
  const folder = fleet("actionsPerRun: 1, devicesPerRun: 3");
  const first = await reconcile(folder, "2026-03-18T09:00:00Z");
  expect(first.code).toBe(5);
  const kinds = messages().map(({ notices }) => notices?.map(({ kind }) => kind));
  expect(kinds).toEqual([["guard"], ["guard"]]);
  const metrics = readFileSync(join(folder, "patchring.prom"), "utf8");
  expect(metrics).toContain('patchring_guard_tripped{guard="actionsPerRun"} 1\n');
  expect(metrics).toContain("patchring_run_exit_code 5\n");
  expect(metrics).toContain("patchring_undelivered_notices 0\n");
  await reconcile(folder, "2026-03-18T09:30:00Z");
  expect(sink.posted.length).toBe(2);
  await reconcile(folder, "2026-03-19T09:00:00Z");
  expect(sink.posted.length).toBe(4);
});

it("ends as it would without a channel that is down, says so, and tries again", async () => {
  const folder = fleet("actionsPerRun: 1, devicesPerRun: 3");
  const down = await reconcile(folder, "2026-03-18T09:00:00Z", "http://127.0.0.1:9/canary");
  expect(down.code).toBe(5);
  expect(down.stderr).toContain("[cli/notice]");
  expect(down.stdout + down.stderr).not.toContain("canary");
  expect(readFileSync(join(folder, "patchring.prom"), "utf8")).toContain("patchring_undelivered_notices 1\n");
  expect(sink.posted.length).toBe(1);
  await reconcile(folder, "2026-03-18T09:30:00Z");
  expect(sink.posted.length).toBe(2);
});

it("refuses --listen without --every, and a port that is in use", async () => {
  const folder = fleet("actionsPerRun: 1, devicesPerRun: 3");
  expect((await run(folder, ["reconcile", "--listen", "127.0.0.1:0"])).code).toBe(64);
  const { port } = new URL(sink.url);
  const taken = await run(folder, ["reconcile", "--every", "30m", "--listen", `127.0.0.1:${port}`]);
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining("[cli/listen]")]);
});
