/** The rows of an overview in their order: by group, device id and patch id. Counted, not compared: a fleet has millions. */
import type { Decided } from "./decide.ts";
import { ranks } from "./order.ts";

/** One patch on one device, by index. */
export interface OverviewRow {
  /** Position in `Overview.groups`. */
  readonly group: number;
  readonly device: number;
  readonly patch: number;
  readonly fact: number;
}

export interface RowOrder {
  readonly decided: Decided;
  readonly devices: Uint32Array;
  readonly isShown: (fact: number) => boolean;
  /** The number of a group in the grouping. */
  readonly groupOf: (device: number, patch: number) => number;
  /** Numbers of the groups with rows, in order, and how many rows each has. */
  readonly order: readonly number[];
  readonly sizes: readonly number[];
}

export function* orderRows(input: RowOrder): Generator<OverviewRow> {
  const { facts } = input.decided.snapshot;
  const places = placeRows(input);
  let at = 0;
  for (let group = 0; group < input.order.length; group += 1) {
    for (const end = at + input.sizes[group]!; at < end; at += 1) {
      const fact = places.fact[at]!;
      yield { group, device: places.device[at]!, patch: facts.patch[fact]!, fact };
    }
  }
}

/** Where each row stands: devices and patches are gone through in their order, and each row goes to the end of its group. */
function placeRows(input: RowOrder): { readonly fact: Uint32Array; readonly device: Uint32Array } {
  const { facts } = input.decided.snapshot;
  const next = new Map<number, number>();
  let total = 0;
  input.order.forEach((group, index) => {
    next.set(group, total);
    total += input.sizes[index]!;
  });
  const placed = { fact: new Uint32Array(total), device: new Uint32Array(total) };
  const sorter = new FactSorter(input.decided);
  for (const device of inOrderOfId(input)) {
    for (const fact of sorter.sort(device)) {
      if (!input.isShown(fact)) continue;
      const group = input.groupOf(device, facts.patch[fact]!);
      const at = next.get(group)!;
      placed.fact[at] = fact;
      placed.device[at] = device;
      next.set(group, at + 1);
    }
  }
  return placed;
}

function inOrderOfId({ decided, devices }: RowOrder): Uint32Array {
  const { id } = decided.snapshot.devices;
  const own = Array.from(devices, (device) => id[device]!);
  const rank = ranks(own);
  const sorted = new Uint32Array(devices.length);
  devices.forEach((device, index) => (sorted[rank[index]!] = device));
  return sorted;
}

/** The facts of one device by patch id. */
class FactSorter {
  readonly #decided: Decided;
  readonly #rank: Uint32Array;
  /** The fact of the device in hand, by the rank of its patch. */
  readonly #factOf: Uint32Array;

  constructor(decided: Decided) {
    this.#decided = decided;
    this.#rank = ranks(decided.snapshot.patches.map(({ id }) => id));
    this.#factOf = new Uint32Array(decided.snapshot.patches.length);
  }

  sort(device: number): Uint32Array {
    const { devices, facts } = this.#decided.snapshot;
    const start = devices.factStart[device]!;
    const sorted = new Uint32Array(devices.factCount[device]!);
    for (let i = 0; i < sorted.length; i += 1) {
      const rank = this.#rank[facts.patch[start + i]!]!;
      this.#factOf[rank] = start + i;
      sorted[i] = rank;
    }
    sorted.sort();
    for (let i = 0; i < sorted.length; i += 1) sorted[i] = this.#factOf[sorted[i]!]!;
    return sorted;
  }
}
