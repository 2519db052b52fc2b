/** Which devices a site is about: the whole fleet, or those of one client. */
import { emptyBitset, addBit, type Bitset } from "../bitset.ts";
import type { Decided } from "../decide.ts";
import { compareCodeUnits } from "../order.ts";

export interface SiteScope {
  /** Null for the whole fleet; "" for devices that name no client. */
  readonly client: string | null;
  /** Indexes of its devices, ascending. */
  readonly devices: Uint32Array;
  /** The device classes that have a device in scope. */
  readonly classes: Bitset;
}

function makeScope(decided: Decided, client: string | null, devices: Uint32Array): SiteScope {
  const { classes } = decided.compiled;
  const present = emptyBitset(classes.count);
  for (const device of devices) addBit(present, classes.classOf[device]!);
  return { client, devices, classes: present };
}

export function fleetScope(decided: Decided): SiteScope {
  const all = Uint32Array.from({ length: decided.snapshot.devices.count }, (_, device) => device);
  return makeScope(decided, null, all);
}

/** One scope a client, by name; devices without a client come first, as client "". */
export function clientScopes(decided: Decided): SiteScope[] {
  const { client, count } = decided.snapshot.devices;
  const byCode: (number[] | undefined)[] = [];
  for (let device = 0; device < count; device += 1) (byCode[client.codes[device]!] ??= []).push(device);
  return byCode
    .flatMap((devices, code) =>
      devices === undefined ? [] : [makeScope(decided, client.values[code]!, Uint32Array.from(devices))],
    )
    .sort((a, b) => compareCodeUnits(a.client ?? "", b.client ?? ""));
}

/** A path of a policy file without what stands before the policy. */
export function within(path: string, prefix: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** True when some class is in both sets. */
export function meets(a: Bitset, b: Bitset): boolean {
  return a.some((word, index) => (word & (b[index] ?? 0)) !== 0);
}
