/** One peer engine over a sample of the facts, its answers compared with those of the closure loop. */
import { createWorkload } from "../fleet.mjs";
import { createRules } from "../rules.mjs";
import { countMismatches, createSample } from "../sample.mjs";
import { median, timed } from "../statistics.mjs";
import * as closures from "../peers/closures.mjs";

export default async function run({ peer, rules, repeats, share = 1 }) {
  const module = await import(new URL(`../peers/${peer}.mjs`, import.meta.url).href);
  const workload = createWorkload(createRules(rules));
  const facts = createSample(workload, Math.ceil(module.sampleFacts * share));
  const decide = await module.prepare(workload, facts);
  const { value: answers } = await timed(decide);
  const passes = [];
  for (let i = 0; i < repeats; i++) passes.push((await timed(decide)).ms);
  const ms = median(passes);
  const mismatches = countMismatches(answers, closures.prepare(workload, facts)());
  return {
    name: module.name,
    facts: facts.length,
    ms,
    factsPerSecond: (facts.length / ms) * 1000,
    mismatches,
  };
}
