/**
 * Goals a and b: deciding a whole fleet on one core, and against other engines given the same rules. Each round
 * measures everything once, each in a process of its own; ratios are taken within a round.
 */
import { ensurePolicy, ensureSnapshot } from "../files.mjs";
import { median } from "../statistics.mjs";
import { runTask } from "../processes.mjs";
import { attempt, information, row, skipped } from "../rows.mjs";

const RULES = 50;
const PEERS = [
  { peer: "closures", wanted: 100 },
  { peer: "cel-js", wanted: 300, group: "CEL" },
  { peer: "cel-bufbuild", wanted: 300, group: "CEL" },
  { peer: "opa", wanted: 1000 },
  { peer: "json-rules-engine", wanted: 8000 },
  { peer: "cedar", wanted: 8000 },
];
const DUCKDB_WANTED = 5;

export function measure({ goals, rounds, quick, log }) {
  const devices = quick ? 10_000 : 100_000;
  const policy = ensurePolicy({ rules: RULES, full: false });
  const snapshot = ensureSnapshot({ rules: RULES, full: false, devices });
  const engine = [];
  const duckdb = [];
  const peers = new Map(goals.has("b") ? PEERS.map(({ peer }) => [peer, []]) : []);
  for (let round = 0; round < rounds; round++) {
    log(`speed, round ${round + 1} of ${rounds}`);
    const check = round === 0 ? { rules: RULES } : null;
    engine.push(attempt(() => runTask("decide", { policy, snapshot, repeats: 5, check })));
    for (const [peer, results] of peers) {
      if (results[0]?.error) continue;
      results.push(
        attempt(() => runTask("peer", { peer, rules: RULES, repeats: 3, share: quick ? 0.25 : 1 })),
      );
    }
    if (goals.has("b")) {
      const first = duckdb[0];
      const only = first?.one ? { one: first.one.best.label, all: first.all.best.label } : null;
      duckdb.push(attempt(() => runTask("duckdb", { rules: RULES, devices, repeats: 2, only })));
    }
  }
  return [
    ...(goals.has("a") ? [speedRow(engine)] : []),
    ...peerRows(peers, engine),
    ...duckdbRows(duckdb, engine),
  ];
}

function speedRow(engine) {
  const failed = engine.find((result) => result.error);
  const what = "decide and diff, one core";
  if (failed) return skipped("a", what, "≥ 20 M facts/s", failed.error);
  const speed = median(engine.map((result) => result.factsPerSecond));
  const wrong = engine[0].mismatches;
  return row("a", what, "≥ 20 M facts/s", {
    measured: `${(speed / 1e6).toFixed(1)} M facts/s`,
    pass: speed >= 20e6 && wrong === 0,
    note: `${engine[0].facts} facts, ${wrong} wrong; first pass ${Math.round(median(engine.map((r) => r.firstMs)))} ms, then ${Math.round(median(engine.map((r) => r.ms)))} ms`,
    value: speed,
  });
}

function peerRows(peers, engine) {
  return [...peers].map(([peer, results]) => {
    const { wanted, group } = PEERS.find((entry) => entry.peer === peer);
    const failed = results.find((result) => result.error);
    const what = `against ${failed ? peer : results[0].name}`;
    const target = group === undefined ? `≥ ${wanted} ×` : `fastest ${group} ≥ ${wanted} ×`;
    if (failed) return skipped("b", what, target, failed.error);
    const wrong = results.reduce((sum, result) => sum + result.mismatches, 0);
    return ratioRow(
      what,
      target,
      wanted,
      results,
      engine,
      `${results[0].facts} facts, ${wrong} wrong`,
      wrong === 0,
    );
  });
}

/** Core for core, which is the goal, since goal a is about one core; and DuckDB on all cores against our one. */
function duckdbRows(results, engine) {
  if (results.length === 0) return [];
  const failed = results.find((result) => result.error);
  const target = `≥ ${DUCKDB_WANTED} ×`;
  const what = "against DuckDB's best SQL";
  if (failed) return [skipped("b", what, target, failed.error)];
  const one = results.map((result) => result.one);
  const all = results.map((result) => result.all);
  const { cores } = all[0];
  const equal = areEqual(one) && areEqual(all);
  const compare = (name, list) =>
    ratioRow(name, target, DUCKDB_WANTED, list, engine, describeVariants(list), equal);
  const judged = compare(`${what}, one core each`, one);
  if (cores === 1) return [judged];
  const beside = compare(`${what}, ${cores} cores against our one`, all);
  return [judged, information("b", beside.what, beside.measured, beside.note, beside.value)];
}

function areEqual(results) {
  return results.every((result) => result.variants.every((variant) => variant.equal));
}

function describeVariants(results) {
  const times = results[0].variants.map((v) => `${v.label} ${Math.round(v.ms)} ms`).join(", ");
  return `best of: ${times}; results ${areEqual(results) ? "equal" : "DIFFER"}`;
}

function ratioRow(what, target, wanted, results, engine, note, correct) {
  const speed = Math.round(median(results.map((result) => result.factsPerSecond)));
  const full = `${speed} facts/s; ${note}`;
  const broken = engine.find((result) => result.error);
  if (broken) return skipped("b", what, target, `${full}; patchring: ${broken.error}`);
  const ratio = median(results.map((result, i) => engine[i].factsPerSecond / result.factsPerSecond));
  return row("b", what, target, {
    measured: `${ratio.toFixed(ratio < 100 ? 1 : 0)} ×`,
    pass: ratio >= wanted && correct,
    note: full,
    value: ratio,
  });
}
