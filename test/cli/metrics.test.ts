import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { MetricsServer, parseListen } from "../../src/cli/metrics/metrics-server.ts";
import { readMetrics } from "../../src/cli/metrics/read-metrics.ts";
import type { RunSummary } from "../../src/core/ledger.ts";
import { computeMetrics, type Metric, type MetricsInput } from "../../src/core/metrics.ts";
import { METRICS_CONTENT_TYPE, renderMetrics } from "../../src/report/metrics.ts";
import { openMemoryStore } from "../../src/store/memory/memory-store.ts";
import { NOW, run } from "./cli.ts";
import { makeFleet } from "./fleet.ts";

const AT = Date.parse(NOW) / 1000;
const RULES = fileURLToPath(new URL("../../examples/alerts/patchring.rules.yaml", import.meta.url));
/** Names one, where it is not on the path. */
const PROMTOOL = process.env["PATCHRING_PROMTOOL"] ?? "promtool";
const HAS_PROMTOOL = spawnSync(PROMTOOL, ["--version"]).status === 0;

function summaryOf(exitCode: number): RunSummary {
  return {
    mode: "apply",
    startedAt: NOW,
    finishedAt: NOW,
    changed: true,
    exitCode,
    policy: null,
    snapshot: null,
    verdicts: null,
    actions: null,
    sent: { accepted: 3, refused: 1, unknown: 0 },
    steps: [{ name: "apply", outcome: "failed", detail: "x", code: null }],
    nextChangeAt: "2026-03-18T22:00:00Z",
  };
}

function inputOf(more: Partial<MetricsInput> = {}): MetricsInput {
  return {
    now: AT,
    version: "0.1.0",
    runs: [],
    plan: null,
    policy: null,
    unsettled: [],
    unverified: 0,
    brakes: [],
    undelivered: 0,
    deadlines: [],
    requests: [],
    ...more,
  };
}

function valuesOf(metrics: readonly Metric[], name: string): readonly number[] {
  return metrics.find((one) => one.name === `patchring_${name}`)!.samples.map(({ value }) => value);
}

describe("the verb", () => {
  it("prints what the plan says, in the order of the page, and nothing that was not measured", async () => {
    const ran = await run(makeFleet(), ["metrics"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain('patchring_devices{state="measured"} 3\n');
    expect(ran.stdout).toContain("patchring_snapshot_age_seconds 1800\n");
    expect(ran.stdout).toContain('patchring_drift{action="approve"} 1\n');
    expect(ran.stdout).toContain('patchring_guard_tripped{guard="recallMaxDevices:pull-kb3"} 0\n');
    expect(ran.stdout).not.toMatch(/^patchring_last_success_timestamp_seconds /m);
    expect(ran.stdout.endsWith("# EOF\n")).toBe(true);
    expect(await run(makeFleet(), ["metrics"])).toEqual(ran);
  });

  it("counts what `plan` counts", async () => {
    const folder = makeFleet();
    const plan = JSON.parse((await run(folder, ["plan", "--json"])).stdout) as {
      summary: { actions: Record<string, number> };
      verdicts: Record<string, number>;
    };
    const { stdout } = await run(folder, ["metrics"]);
    for (const [action, count] of Object.entries(plan.summary.actions)) {
      expect(stdout).toContain(`patchring_drift{action="${action}"} ${count}\n`);
    }
    for (const [verdict, count] of Object.entries(plan.verdicts)) {
      expect(stdout).toContain(`patchring_verdicts{verdict="${verdict}"} ${count}\n`);
    }
  });

  it("goes on without a snapshot, and writes a file for a node exporter whole", async () => {
    const folder = makeFleet({ "inventory/fleet.ndjson": "" });
    const ran = await run(folder, ["metrics", "--out", "patchring.prom"]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("no metrics of devices");
    const text = readFileSync(join(folder, "patchring.prom"), "utf8");
    expect(text).toContain("patchring_unknown_outcomes 0\n");
    expect(text).not.toMatch(/^patchring_devices\{/m);
  });

  it("refuses --json", async () => {
    expect((await run(makeFleet(), ["metrics", "--json"])).code).toBe(64);
  });
});

describe("what runs leave", () => {
  it.each([
    ["nothing ran", [], [], []],
    ["the last succeeded", [0], [AT - 60], [0]],
    ["the last failed, one before did not", [1, 0], [AT - 120], [1]],
    ["none succeeded", [7], [], [7]],
  ])("when %s", (_name, codes, success, exit) => {
    const runs = codes.map((code, index) => {
      const finishedAt = AT - 60 * (index + 1);
      return { startedAt: finishedAt - 41, finishedAt, summary: summaryOf(code) };
    });
    const metrics = computeMetrics(inputOf({ runs }));
    expect(valuesOf(metrics, "last_success_timestamp_seconds")).toEqual(success);
    expect(valuesOf(metrics, "run_exit_code")).toEqual(exit);
    expect(valuesOf(metrics, "run_duration_seconds")).toEqual(codes.length === 0 ? [] : [41]);
  });

  it("a run that was cut off is the last one, and leaves the numbers of the one before", () => {
    const done = { startedAt: AT - 1900, finishedAt: AT - 1800, summary: summaryOf(0) };
    const runs = [{ startedAt: AT - 60, finishedAt: null, summary: null }, done];
    const metrics = computeMetrics(inputOf({ runs }));
    expect(valuesOf(metrics, "last_run_timestamp_seconds")).toEqual([AT - 60]);
    expect(valuesOf(metrics, "last_success_timestamp_seconds")).toEqual([AT - 1800]);
  });

  it("comes from a real store", async () => {
    const store = openMemoryStore();
    const answer = await store.acquireLease({ holder: "t", now: AT, seconds: 60 });
    if (answer.kind !== "acquired") throw new Error("held");
    await answer.writer.startRun({ id: "r1", startedAt: AT - 41 });
    await answer.writer.finishRun("r1", AT, summaryOf(0), []);
    const source = {
      now: AT + 60,
      version: "0.1.0",
      policy: null,
      plan: null,
      undelivered: 2,
      deadlines: [],
      requests: [],
    };
    const metrics = await readMetrics({ ...source, store: store.reader });
    expect(valuesOf(metrics, "last_success_timestamp_seconds")).toEqual([AT]);
    expect(valuesOf(metrics, "undelivered_notices")).toEqual([2]);
    await store.reader.close();
  });

  it("keeps hostile names inside their label", async () => {
    const ring = 'a"} 1\npatchring_evil{x="\\\x1b\u202e';
    const text = await renderMetrics(computeMetrics(inputOf({ brakes: [{ ring }] })));
    expect(text).not.toMatch(/^patchring_evil/m);
    expect(text).not.toMatch(/\x1b|\u202e/);
  });
});

describe("the alert rules", () => {
  interface RuleFile {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly alert: string;
        readonly expr: string;
        readonly labels: { readonly severity: string };
        readonly annotations: { readonly summary: string; readonly action: string };
      }[];
    }[];
  }
  const rules = (parse(readFileSync(RULES, "utf8")) as RuleFile).groups.flatMap((group) => group.rules);
  const metrics = computeMetrics(inputOf());

  it("speak only of metrics and labels that there are, and each says what to do", () => {
    expect(rules.length).toBeGreaterThanOrEqual(8);
    for (const { alert, expr, labels, annotations } of rules) {
      const named = [...expr.matchAll(/patchring_[a-z_]+/g)].map(([name]) => name);
      expect([alert, named.length > 0]).toEqual([alert, true]);
      for (const name of named) expect(metrics.map((one) => one.name)).toContain(name);
      for (const [, name, label] of expr.matchAll(/(patchring_[a-z_]+)\{([a-z]+)[=~!]/g)) {
        expect(metrics.find((one) => one.name === name)?.labels).toContain(label);
      }
      expect(["page", "ticket", "digest"]).toContain(labels.severity);
      expect(annotations.summary).not.toBe("");
      expect(annotations.action).not.toBe("");
    }
  });

  it.skipIf(!HAS_PROMTOOL)("are rules, and the metrics are metrics, for promtool", async () => {
    const checked = spawnSync(PROMTOOL, ["check", "rules", RULES], { encoding: "utf8" });
    expect([checked.status, checked.stderr]).toEqual([0, ""]);
    const { stdout } = await run(makeFleet(), ["metrics"]);
    const linted = spawnSync(PROMTOOL, ["check", "metrics"], { input: stdout, encoding: "utf8" });
    expect([linted.status, linted.stdout + linted.stderr]).toEqual([0, ""]);
  });

  it.skipIf(!HAS_PROMTOOL)("fire when they should, and only then, for promtool", () => {
    const tests = fileURLToPath(new URL("../../examples/alerts/patchring.rules.test.yaml", import.meta.url));
    const ran = spawnSync(PROMTOOL, ["test", "rules", tests], { encoding: "utf8" });
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
  });

  it.skipIf(HAS_PROMTOOL)("are checked by name only: promtool is not here", ({ skip }) => {
    skip("install promtool (Debian: prometheus), or name it in PATCHRING_PROMTOOL");
  });
});

describe("--listen", () => {
  it.each([
    ["127.0.0.1:9464", { host: "127.0.0.1", port: 9464 }],
    [":9464", { host: "127.0.0.1", port: 9464 }],
    ["[::1]:1", { host: "::1", port: 1 }],
  ])("%s", (text, address) => {
    expect(parseListen(text)).toEqual(address);
  });

  it.each(["9464", "host:99999", "host:", "http://x:1", "a b:1"])("refuses %j", (text) => {
    expect(() => parseListen(text)).toThrow("Wrong command line");
  });

  it("answers of a run that ended, of none, and of one that is long ago; and stops", async () => {
    let now = AT;
    const address = { host: "127.0.0.1", port: 0 };
    const server = await MetricsServer.start({ address, staleSeconds: 3600, now: () => now });
    const get = async (path: string): Promise<[number, string]> => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
      return [response.status, await response.text()];
    };
    expect((await get("/healthz"))[0]).toBe(200);
    expect((await get("/readyz"))[0]).toBe(503);
    expect((await get("/metrics"))[0]).toBe(503);
    server.update(await renderMetrics(computeMetrics(inputOf())), AT);
    expect(await get("/readyz")).toEqual([200, `the last run ended at ${NOW}\n`]);
    const scraped = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    expect(scraped.headers.get("content-type")).toBe(METRICS_CONTENT_TYPE);
    expect(await scraped.text()).toContain("patchring_build_info");
    expect((await get("/../etc/passwd"))[0]).toBe(404);
    const posted = await fetch(`http://127.0.0.1:${server.port}/metrics`, { method: "POST", body: "x" });
    expect(posted.status).toBe(405);
    now = AT + 3601;
    expect((await get("/readyz"))[0]).toBe(503);
    const taken = { address: { host: "127.0.0.1", port: server.port }, staleSeconds: 1, now: () => now };
    await expect(MetricsServer.start(taken)).rejects.toThrow("Cannot listen");
    await server.stop();
    await expect(get("/healthz")).rejects.toThrow();
  });
});
