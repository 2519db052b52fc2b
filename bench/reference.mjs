/** What every engine must answer for the whole fleet: facts by verdict, winning rule and operation. */
import { createDevices, NOW } from "./fleet.mjs";
import { operationOf, VERDICT_NAMES, verdictOf } from "./outcome.mjs";

/** Sorted lines `<verdict> <rule index> <operation> <facts>` over the first `deviceCount` devices, and how many facts and changes there are. */
export function computeReference(workload, deviceCount) {
  const { rules, patches, winnerOf } = workload;
  const counts = new Map();
  let facts = 0;
  let changes = 0;
  for (const device of createDevices(workload)) {
    if (device.index === deviceCount) break;
    for (let k = 0; k < device.count; k++) {
      const patch = patches[device.patch[k]];
      const winner = winnerOf(device.class.index, patch.index);
      const verdict = verdictOf(winner === -1 ? null : rules[winner], patch.date, NOW);
      const operation = operationOf(
        verdict,
        device.status[k],
        device.approval[k],
        device.ours[k],
        device.attempts[k],
        device.lastAttemptAt[k],
        device.stale,
        NOW,
      );
      const key = ((winner + 1) * 8 + verdict) * 64 + operation;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      facts++;
      if (operation !== 0) changes++;
    }
  }
  const lines = [...counts].map(([key, n]) =>
    formatGroup(VERDICT_NAMES[(key >> 6) & 7], (key >> 9) - 1, key & 63, n),
  );
  return { facts, changes, groups: lines.sort() };
}

export function formatGroup(verdict, winner, operation, n) {
  return `${verdict} ${winner} ${operation} ${n}`;
}
