/** A sample of the fleet's facts as plain objects: what the peer engines are given, fact by fact. */
import { createDevices, NOW } from "./fleet.mjs";
import { operationOf, verdictOf } from "./outcome.mjs";

/** The first `count` facts of the fleet, in file order. */
export function createSample(workload, count) {
  const facts = [];
  for (const device of createDevices(workload)) {
    for (let k = 0; k < device.count; k++) {
      if (facts.length === count) return facts;
      facts.push(createFact(device, k, workload.patches[device.patch[k]]));
    }
  }
  throw new Error("unreachable");
}

function createFact(device, k, patch) {
  return {
    deviceIndex: device.index,
    patchIndex: patch.index,
    device: device.class.lower,
    patch: patch.lower,
    date: patch.date,
    status: device.status[k],
    approval: device.approval[k],
    ours: device.ours[k],
    attempts: device.attempts[k],
    lastAttemptAt: device.lastAttemptAt[k],
    stale: device.stale,
  };
}

/** The verdict and operation of a fact whose winning rule is known (index, or -1). */
export function decideFact(fact, winner, rules) {
  const verdict = verdictOf(winner === -1 ? null : rules[winner], fact.date, NOW);
  const { status, approval, ours, attempts, lastAttemptAt, stale } = fact;
  return {
    verdict,
    operation: operationOf(verdict, status, approval, ours, attempts, lastAttemptAt, stale, NOW),
  };
}

/** Room for the answers of a run over `count` facts. */
export function createAnswers(count) {
  return { winners: new Int16Array(count), operations: new Uint8Array(count) };
}

/** Facts whose winning rule or operation differs between two runs. */
export function countMismatches(a, b) {
  const count = Math.min(a.winners.length, b.winners.length);
  let mismatches = 0;
  for (let i = 0; i < count; i++) {
    if (a.winners[i] !== b.winners[i] || a.operations[i] !== b.operations[i]) mismatches++;
  }
  return mismatches;
}
