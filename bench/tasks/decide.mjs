/** Decides a whole fleet some times; with `check`, compares every fact with the reference rules. */
import { openDecision, loadPolicy, prepareDecide, readPolicyFiles, readSnapshot } from "../engine.mjs";
import { createDevices, createWorkload } from "../fleet.mjs";
import { decideFact } from "../sample.mjs";
import { VERDICT_NAMES } from "../outcome.mjs";
import { createRules } from "../rules.mjs";
import { median, timed } from "../statistics.mjs";

export default async function run({ policy, snapshot, repeats, check = null }) {
  const columns = await readSnapshot(snapshot);
  const decide = await prepareDecide(await loadPolicy(readPolicyFiles(policy)), columns);
  const first = await timed(decide);
  const passes = [];
  let decided = first.value;
  for (let i = 0; i < repeats; i++) {
    decided = null;
    const pass = await timed(decide);
    passes.push(pass.ms);
    decided = pass.value;
  }
  const ms = median(passes);
  const facts = columns.facts.length;
  const mismatches = check === null ? null : await countWrong(decided, columns, check);
  return { facts, ms, firstMs: first.ms, factsPerSecond: (facts / ms) * 1000, mismatches };
}

/** Facts whose verdict, rule or operation is not what the plain rules say (only for the policy without extras). */
async function countWrong(decided, columns, { rules: count }) {
  const rules = createRules(count);
  const workload = createWorkload(rules);
  const { operations, verdictOf, sourceOf } = await openDecision(decided);
  let wrong = 0;
  for (const device of createDevices(workload)) {
    if (device.index === columns.devices.count) return wrong;
    const start = columns.devices.factStart[device.index];
    for (let k = 0; k < device.count; k++) {
      const patch = workload.patches[device.patch[k]];
      const winner = workload.winnerOf(device.class.index, patch.index);
      const want = decideFact(factOf(device, k, patch), winner, rules);
      const same =
        verdictOf(start + k) === VERDICT_NAMES[want.verdict] &&
        sourceOf(start + k) === (winner === -1 ? null : rules[winner].id) &&
        operations[start + k] === want.operation;
      if (!same) wrong++;
    }
  }
  throw new Error("unreachable");
}

function factOf(device, k, patch) {
  const { status, approval, ours, attempts, lastAttemptAt } = device;
  return {
    date: patch.date,
    stale: device.stale,
    status: status[k],
    approval: approval[k],
    ours: ours[k],
    attempts: attempts[k],
    lastAttemptAt: lastAttemptAt[k],
  };
}
