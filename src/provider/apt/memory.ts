/** When a patch was first seen, and when a host was first seen to need it. */
import type { Instant } from "../../core/model.ts";

export interface MemoryDocument {
  /** By patch id. */
  readonly firstSeenAt: Readonly<Record<string, Instant>>;
  /** By device id, then patch id. */
  readonly detectedAt: Readonly<Record<string, Readonly<Record<string, Instant>>>>;
}

export class Memory {
  readonly #firstSeen: Map<string, Instant>;
  readonly #detected: Map<string, Map<string, Instant>>;

  constructor(document: MemoryDocument | null = null) {
    this.#firstSeen = new Map(Object.entries(document?.firstSeenAt ?? {}));
    this.#detected = new Map(
      Object.entries(document?.detectedAt ?? {}).map(([device, of]) => [device, new Map(Object.entries(of))]),
    );
  }

  /** The first time that the fleet showed it; `at` when that is now. */
  firstSeenAt(patch: string, at: Instant): Instant {
    const known = this.#firstSeen.get(patch) ?? at;
    this.#firstSeen.set(patch, known);
    return known;
  }

  detectedAt(device: string, patch: string, at: Instant): Instant {
    const ofDevice = this.#detected.get(device) ?? new Map<string, Instant>();
    this.#detected.set(device, ofDevice);
    const known = ofDevice.get(patch) ?? at;
    ofDevice.set(patch, known);
    return known;
  }

  /** What no patch and device of the fleet has any more is left out. */
  toDocument(patches: ReadonlySet<string>, devices: ReadonlySet<string>): MemoryDocument {
    const only = <T>(map: ReadonlyMap<string, T>, keys: ReadonlySet<string>): (readonly [string, T])[] =>
      [...map].filter(([key]) => keys.has(key));
    return {
      firstSeenAt: Object.fromEntries(only(this.#firstSeen, patches)),
      detectedAt: Object.fromEntries(
        only(this.#detected, devices).map(([device, of]) => [device, Object.fromEntries(only(of, patches))]),
      ),
    };
  }
}
