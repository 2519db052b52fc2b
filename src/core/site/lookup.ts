/**
 * Every fact of a site in few bytes, so that a page without a server can say why a named device
 * does not have a named patch. The browser's script reads it: see src/report/site/browser.ts.
 *
 * Bytes of a device, all numbers as LEB128: how many patches are installed, then their indexes,
 * ascending, each as the distance from the one before (the first from -1); then the same for the
 * others, each followed by its kind and, where it failed, by its attempts and its error.
 */
import type { Decided } from "../decide.ts";
import { STATUSES, type Patch } from "../model.ts";
import type { FactKind, FactKinds } from "./fact-kind.ts";
import type { SiteScope } from "./scope.ts";

const INSTALLED = STATUSES.indexOf("installed");
const FAILED = STATUSES.indexOf("failed");

export interface SiteLookup {
  /** The patches that some device of the scope has a fact for; their positions are the indexes in `facts`. */
  readonly patches: readonly Patch[];
  readonly kinds: readonly FactKind[];
  /** Error texts of the backend; hostile. The first is "" for none. */
  readonly errors: readonly string[];
  /** One after the other, in the order of the scope. */
  readonly facts: Uint8Array;
  /** Where the bytes of each device start in `facts`; one more for the end. */
  readonly starts: Uint32Array;
}

export function packFacts(decided: Decided, scope: SiteScope, kinds: FactKinds): SiteLookup {
  const { snapshot } = decided;
  const patchesHere = findPatchesHere(decided, scope);
  const patchNumber = new Int32Array(snapshot.patches.length).fill(-1);
  patchesHere.forEach((patch, number) => (patchNumber[patch] = number));
  const packer = new Packer(decided, kinds, patchNumber);
  const starts = new Uint32Array(scope.devices.length + 1);
  scope.devices.forEach((device, position) => {
    packer.add(device);
    starts[position + 1] = packer.length;
  });
  return {
    patches: patchesHere.map((patch) => snapshot.patches[patch]!),
    kinds: packer.kinds,
    errors: packer.errors,
    facts: packer.bytes(),
    starts,
  };
}

function findPatchesHere({ snapshot }: Decided, scope: SiteScope): number[] {
  const { devices, facts, patches } = snapshot;
  const seen = new Uint8Array(patches.length);
  for (const device of scope.devices) {
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let f = start; f < end; f += 1) seen[facts.patch[f]!] = 1;
  }
  return Array.from(seen.keys()).filter((patch) => seen[patch] === 1);
}

class Packer {
  readonly kinds: FactKind[] = [];
  readonly errors: string[] = [""];
  length = 0;
  readonly #decided: Decided;
  readonly #all: FactKinds;
  readonly #patchNumber: Int32Array;
  readonly #kindNumber = new Map<number, number>();
  readonly #errorNumber = new Map<string, number>([["", 0]]);
  #bytes = new Uint8Array(1 << 16);

  constructor(decided: Decided, all: FactKinds, patchNumber: Int32Array) {
    this.#decided = decided;
    this.#all = all;
    this.#patchNumber = patchNumber;
  }

  add(device: number): void {
    const { devices, facts } = this.#decided.snapshot;
    const start = devices.factStart[device]!;
    const count = devices.factCount[device]!;
    const order = Array.from({ length: count }, (_, offset) => start + offset).sort(
      (a, b) => this.#patchNumber[facts.patch[a]!]! - this.#patchNumber[facts.patch[b]!]!,
    );
    const isInstalled = (fact: number): boolean => (facts.state[fact]! & 7) === INSTALLED;
    const installed = order.filter(isInstalled);
    this.#ensure(count * 20 + 20);
    this.#write(installed.length);
    let last = -1;
    for (const fact of installed) last = this.#writePatch(fact, last);
    this.#write(count - installed.length);
    last = -1;
    for (const fact of order) {
      if (isInstalled(fact)) continue;
      last = this.#writePatch(fact, last);
      this.#writeState(fact);
    }
  }

  #writePatch(fact: number, last: number): number {
    const number = this.#patchNumber[this.#decided.snapshot.facts.patch[fact]!]!;
    this.#write(number - last);
    return number;
  }

  #writeState(fact: number): void {
    const { facts } = this.#decided.snapshot;
    const kind = this.#all.of(fact);
    let number = this.#kindNumber.get(kind);
    if (number === undefined) {
      number = this.kinds.push(this.#all.rows[kind]!) - 1;
      this.#kindNumber.set(kind, number);
    }
    this.#write(number);
    if ((facts.state[fact]! & 7) !== FAILED) return;
    this.#write(facts.attempts.at(fact)!);
    this.#write(this.#errorOf(facts.errors.get(fact) ?? ""));
  }

  #errorOf(text: string): number {
    let number = this.#errorNumber.get(text);
    if (number === undefined) {
      number = this.errors.push(text) - 1;
      this.#errorNumber.set(text, number);
    }
    return number;
  }

  #write(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.length++] = rest;
  }

  #ensure(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
