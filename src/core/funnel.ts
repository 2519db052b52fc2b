/** The clauses of a statement one after the other: which one leaves nothing. */
import type { Bitset } from "./bitset.ts";
import { addBit, emptyBitset, intersect } from "./bitset.ts";
import { clausesOf } from "./clause.ts";
import { speaksIn } from "./compile.ts";
import type { Decided } from "./decide.ts";
import { nearDeviceValue, nearPatchValue, type NearValue } from "./match-hint.ts";
import { nearestName } from "./near-name.ts";
import type { DeviceSelector, PatchSelector } from "./policy.ts";

/** What a statement speaks of; `rings: null` means all rings. */
export interface Speaker {
  readonly patches: PatchSelector;
  readonly devices: DeviceSelector;
  readonly rings: readonly string[] | null;
}

export interface Narrowing {
  /** As a reader would say it: `patch severity = critical`. */
  readonly clause: string;
  /** The value that was probably meant, where the clause leaves nothing. */
  readonly near: () => NearValue | null;
}

/** The classes that are in some ring of these. */
export function ringClasses({ compiled }: Decided, rings: readonly string[] | null): Bitset {
  const classes = emptyBitset(compiled.classes.count);
  for (let cls = 0; cls < compiled.classes.count; cls += 1) {
    const ring = compiled.rings[compiled.ringOfClass[cls]!];
    if (ring !== undefined && speaksIn({ rings }, ring.ring.name)) addBit(classes, cls);
  }
  return classes;
}

/**
 * Narrows both sets in place, one clause a step: the clauses on patches, those on devices, then the
 * rings. The caller looks at what is left between two steps. With `anyRing` the device need be in none.
 */
export function* narrow(
  decided: Decided,
  speaker: Speaker,
  patches: Bitset,
  classes: Bitset,
  anyRing: boolean = false,
): Iterable<Narrowing> {
  const { compiled, snapshot } = decided;
  for (const { node, text } of clausesOf(speaker.patches)) {
    intersect(patches, compiled.patches.select(node));
    yield { clause: `patch ${text}`, near: () => nearPatchValue(compiled, snapshot, node) };
  }
  for (const { node, text } of clausesOf(speaker.devices)) {
    intersect(classes, compiled.classes.select(node));
    yield { clause: `device ${text}`, near: () => nearDeviceValue(snapshot, node) };
  }
  if (anyRing) return;
  intersect(classes, ringClasses(decided, speaker.rings));
  const clause = speaker.rings === null ? "in some ring" : `ring in [${speaker.rings.join(", ")}]`;
  yield { clause, near: () => nearRing(decided, speaker.rings) };
}

/** A ring named by the statement that no ring of the policy is, and the nearest that is. */
function nearRing({ compiled }: Decided, rings: readonly string[] | null): NearValue | null {
  const names = compiled.rings.map((ring) => ring.ring.name);
  for (const written of rings ?? []) {
    const meant = names.includes(written) ? null : nearestName(written, names);
    if (meant !== null) return { key: "ring", written, meant };
  }
  return null;
}
