/** Which patches fail, on how many devices, and with what words of the backend. */
import type { Decided } from "./decide.ts";
import { STATUSES } from "./model.ts";
import { compareCodeUnits } from "./order.ts";

const FAILED = STATUSES.indexOf("failed");

export interface FailingPatch {
  readonly patch: string;
  /** Devices that are not stale and where it failed. */
  readonly devices: number;
  /** Of these, where all retries of the fleet are used: nothing is tried again. */
  readonly gaveUp: number;
  /** The most frequent error text, and how often it was given; hostile text. Null where none is. */
  readonly error: { readonly text: string; readonly devices: number } | null;
  /** The lowest device id, as an example. */
  readonly device: string;
}

/** On most devices first, then by patch. */
export function findFailing({ snapshot, stale, obstacles }: Decided): FailingPatch[] {
  const { devices, facts, patches } = snapshot;
  const found = new Map<number, Failures>();
  for (let d = 0; d < devices.count; d += 1) {
    if (stale[d] === 1) continue;
    const start = devices.factStart[d]!;
    for (let f = start; f < start + devices.factCount[d]!; f += 1) {
      if ((facts.state[f]! & 7) !== FAILED) continue;
      const patch = facts.patch[f]!;
      let own = found.get(patch);
      if (own === undefined) {
        found.set(patch, (own = { devices: 0, gaveUp: 0, device: devices.id[d]!, errors: new Map() }));
      }
      count(own, devices.id[d]!, obstacles.areRetriesUsed(f), facts.errors.get(f));
    }
  }
  return [...found]
    .map(([patch, { errors, ...rest }]) => ({
      patch: patches[patch]!.id,
      ...rest,
      error: mostFrequent(errors),
    }))
    .sort((a, b) => b.devices - a.devices || compareCodeUnits(a.patch, b.patch));
}

interface Failures {
  devices: number;
  gaveUp: number;
  device: string;
  readonly errors: Map<string, number>;
}

function count(own: Failures, device: string, areRetriesUsed: boolean, error: string | undefined): void {
  own.devices += 1;
  if (areRetriesUsed) own.gaveUp += 1;
  if (compareCodeUnits(device, own.device) < 0) own.device = device;
  if (error !== undefined) own.errors.set(error, (own.errors.get(error) ?? 0) + 1);
}

function mostFrequent(errors: ReadonlyMap<string, number>): FailingPatch["error"] {
  const [first] = [...errors].sort((a, b) => b[1] - a[1] || compareCodeUnits(a[0], b[0]));
  return first === undefined ? null : { text: first[0], devices: first[1] };
}
