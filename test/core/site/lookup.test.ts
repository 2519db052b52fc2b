import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { FactKinds } from "../../../src/core/site/fact-kind.ts";
import { packFacts, type SiteLookup } from "../../../src/core/site/lookup.ts";
import { clientScopes, fleetScope } from "../../../src/core/site/scope.ts";
import { decide, type Decided } from "../../../src/core/decide.ts";
import { formatOptional, listVerdicts, makePlan } from "../../../src/core/make-plan.ts";
import { statusOf } from "../../../src/core/snapshot.ts";
import { parseInstant } from "../../../src/core/time.ts";
import { loadPolicy } from "../../../src/policy/load.ts";
import { readPolicyFiles } from "../../../src/repo/work-tree.ts";
import { readSnapshotBytes } from "../../../src/snapshot/read.ts";
import { createZoneRules } from "../../../src/time/zone-rules.ts";

/** The example fleet with every kind of statement, decided. */
function decideExample(): Decided {
  const folder = new URL("../../../policies/", import.meta.url);
  const zones = createZoneRules();
  const { policy } = loadPolicy(readPolicyFiles(folder.pathname, "").files, { zones });
  const bytes = gunzipSync(readFileSync(new URL("inventory/fleet.ndjson.gz", folder)));
  const { snapshot } = readSnapshotBytes(bytes);
  return decide(policy!, snapshot!, parseInstant("2026-06-17T09:00:00Z")!, zones);
}

interface Read {
  readonly installed: number[];
  readonly others: { patch: number; kind: number; attempts: number; error: number }[];
}

/** The format as its comment says it, read by other code than the page's. */
function readDevice({ facts, starts, kinds }: SiteLookup, position: number): Read {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const byte of facts.subarray(starts[position], starts[position + 1])) {
    value |= (byte & 127) << shift;
    shift += 7;
    if (byte > 127) continue;
    numbers.push(value);
    value = shift = 0;
  }
  let at = 0;
  const next = (): number => numbers[at++]!;
  const installed: number[] = [];
  for (let count = next(), last = -1; count > 0; count -= 1) installed.push((last += next()));
  const others: Read["others"] = [];
  for (let count = next(), last = -1; count > 0; count -= 1) {
    last += next();
    const kind = next();
    const failed = kinds[kind]!.status === "failed";
    others.push({ patch: last, kind, attempts: failed ? next() : 0, error: failed ? next() : 0 });
  }
  expect(at).toBe(numbers.length);
  return { installed, others };
}

/** By device and patch: what the pages say, as a verdict line says it. */
function readAll(decided: Decided, scope = fleetScope(decided)): Map<string, string> {
  const lookup = packFacts(decided, scope, new FactKinds(decided));
  const said = new Map<string, string>();
  scope.devices.forEach((device, position) => {
    const id = decided.snapshot.devices.id[device]!;
    const { installed, others } = readDevice(lookup, position);
    for (const patch of installed) said.set(`${id} ${lookup.patches[patch]!.id}`, "installed");
    for (const { patch, kind, attempts, error } of others) {
      const { status, verdict, reason, source, until } = lookup.kinds[kind]!;
      const words = [status, verdict, reason, source, formatOptional(until), attempts, lookup.errors[error]];
      said.set(`${id} ${lookup.patches[patch]!.id}`, JSON.stringify(words));
    }
  });
  return said;
}

describe("packed facts", () => {
  const decided = decideExample();

  it("say of every fact what `verdicts` says", () => {
    const said = readAll(decided);
    const { devices, facts, patches } = decided.snapshot;
    const own = new Map<string, number>();
    devices.id.forEach((id, device) => {
      const start = devices.factStart[device]!;
      for (let f = start; f < start + devices.factCount[device]!; f += 1)
        own.set(`${id} ${patches[facts.patch[f]!]!.id}`, f);
    });
    const wanted = [...listVerdicts(decided)].map((row): [string, string] => {
      const key = `${row.device} ${row.patch}`;
      const fact = own.get(key)!;
      const status = statusOf(facts.state[fact]!);
      if (status === "installed") return [key, "installed"];
      const failed = status === "failed";
      const attempts = failed ? facts.attempts.at(fact)! : 0;
      const error = failed ? (facts.errors.get(fact) ?? "") : "";
      return [key, JSON.stringify([status, row.verdict, row.reason, row.source, row.until, attempts, error])];
    });
    expect(wanted.length).toBeGreaterThan(2000);
    expect(said).toEqual(new Map(wanted));
  });

  it("say what the plan would do", () => {
    const kinds = new FactKinds(decided);
    const plan = makePlan(decided, { identity: { commit: null, dirty: false, digest: "" } });
    const counts = { now: 0, scheduled: 0, blocked: 0 };
    for (let fact = 0; fact < decided.snapshot.facts.length; fact += 1) {
      const { action, obstacle } = kinds.rows[kinds.of(fact)]!;
      if (action === null) continue;
      const waits = obstacle === "WINDOW" || obstacle === "FROZEN" || obstacle === "RETRY_BACKOFF";
      counts[obstacle === null ? "now" : waits ? "scheduled" : "blocked"] += 1;
    }
    expect(counts).toEqual({
      now: plan.actions.length,
      scheduled: plan.scheduled.length,
      blocked: plan.blocked.length,
    });
  });

  it("of the clients are those of the fleet, each in one", () => {
    const parts = clientScopes(decided).map((scope) => readAll(decided, scope));
    expect(parts.length).toBeGreaterThan(2);
    expect(new Map(parts.flatMap((part) => [...part]))).toEqual(readAll(decided));
    expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(decided.snapshot.facts.length);
  });
});
