import type { Bitset } from "./bitset.ts";
import { addBit, emptyBitset, hasBit, isEmptyBitset } from "./bitset.ts";
import type { Decided } from "./decide.ts";

/** Which patches the devices of a class have facts for: one pass over the facts. */
export class Occurrence {
  /** False when the snapshot has no fact at all: then nothing can be said of what matches. */
  readonly some: boolean;
  readonly #byClass: readonly (Bitset | null)[];

  constructor({ compiled, snapshot }: Decided) {
    const { devices, facts } = snapshot;
    const byClass = new Array<Bitset | null>(compiled.classes.count).fill(null);
    let some = false;
    for (let d = 0; d < devices.count; d += 1) {
      const start = devices.factStart[d]!;
      const end = start + devices.factCount[d]!;
      if (start === end) continue;
      some = true;
      const cls = compiled.classes.classOf[d]!;
      const patches = (byClass[cls] ??= emptyBitset(compiled.patches.count));
      for (let f = start; f < end; f += 1) addBit(patches, facts.patch[f]!);
    }
    this.some = some;
    this.#byClass = byClass;
  }

  /** The patches with a fact on a device of the class; null for none. */
  patchesOf(cls: number): Bitset | null {
    return this.#byClass[cls] ?? null;
  }

  /** Whether any device of these classes has a fact for any of these patches. */
  any(classes: Bitset, patches: Bitset): boolean {
    if (isEmptyBitset(patches)) return false;
    for (let cls = 0; cls < this.#byClass.length; cls += 1) {
      if (hasBit(classes, cls) && overlaps(this.#byClass[cls]!, patches)) return true;
    }
    return false;
  }
}

function overlaps(a: Bitset | null, b: Bitset): boolean {
  if (a === null) return false;
  for (let w = 0; w < a.length; w += 1) if ((a[w]! & b[w]!) !== 0) return true;
  return false;
}
