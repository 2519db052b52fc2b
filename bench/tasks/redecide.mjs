/** One device in a hundred decided again, against deciding everything. */
import {
  changeDevices,
  loadPolicy,
  openDecision,
  prepareDecide,
  prepareRedecide,
  readPolicyFiles,
  readSnapshot,
} from "../engine.mjs";
import { median, timed } from "../statistics.mjs";

export default async function run({ policy, snapshot, repeats }) {
  const columns = await readSnapshot(snapshot);
  const loaded = await loadPolicy(readPolicyFiles(policy));
  const decide = await prepareDecide(loaded, columns);
  const redecide = await prepareRedecide();
  const devices = Array.from({ length: Math.floor(columns.devices.count / 100) }, (_, i) => i * 100);
  const later = changeDevices(columns, devices);
  const decideLater = await prepareDecide(loaded, later);
  const full = [];
  const some = [];
  let equal = true;
  for (let i = 0; i <= repeats; i++) {
    const all = await timed(decide);
    const again = await timed(() => redecide(all.value, later, devices));
    if (i === 0) equal = (await isSame(decideLater(), again.value)) && !(await isSame(decide(), again.value));
    else {
      full.push(all.ms);
      some.push(again.ms);
    }
  }
  return { fullMs: median(full), someMs: median(some), devices: devices.length, equal };
}

async function isSame(a, b) {
  const [left, right] = await Promise.all([openDecision(a), openDecision(b)]);
  return left.operations.every(
    (operation, fact) =>
      operation === right.operations[fact] &&
      left.verdictOf(fact) === right.verdictOf(fact) &&
      left.sourceOf(fact) === right.sourceOf(fact),
  );
}
