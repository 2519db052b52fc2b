/** DuckDB over the whole fleet, on one core and on all: each way to write the decision, its groups compared with the reference. */
import { createWorkload } from "../fleet.mjs";
import { prepare } from "../peers/duckdb.mjs";
import { computeReference, formatGroup } from "../reference.mjs";
import { createRules } from "../rules.mjs";
import { timed } from "../statistics.mjs";

/** `only`: the labels of the variants to run, on one core and on all; null for every variant. */
export default async function run({ rules, devices, repeats, only = null }) {
  const workload = createWorkload(createRules(rules));
  const reference = computeReference(workload, devices);
  const { cores, setThreads, variants } = await prepare(workload, devices);
  const measureOn = async (threads, label) => {
    await setThreads(threads);
    const chosen = variants.filter((variant) => label === undefined || variant.label === label);
    return { cores: threads, ...(await measure(chosen, reference, repeats)) };
  };
  return { one: await measureOn(1, only?.one), all: await measureOn(cores, only?.all) };
}

async function measure(chosen, reference, repeats) {
  const variants = [];
  for (const { label, run: decide, read } of chosen) {
    let ms = Infinity;
    for (let i = 0; i < repeats; i++) ms = Math.min(ms, (await timed(decide)).ms);
    const groups = (await read())
      .map((row) => formatGroup(row.verdict, row.winner, row.operation, row.n))
      .sort();
    variants.push({ label, ms, equal: groups.join() === reference.groups.join() });
  }
  const best = variants.reduce((a, b) => (b.ms < a.ms ? b : a));
  return { facts: reference.facts, best, variants, factsPerSecond: (reference.facts / best.ms) * 1000 };
}
