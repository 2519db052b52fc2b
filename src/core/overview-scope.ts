/** Which devices and patches a report speaks of: names that a person gave, looked up in the snapshot. */
import type { Decided } from "./decide.ts";
import { findDevices, findPatches } from "./lookup.ts";
import { nearestName } from "./near-name.ts";
import type { TextColumn } from "./snapshot.ts";

export interface DeviceFilter {
  readonly client: readonly string[];
  readonly site: readonly string[];
  readonly ring: readonly string[];
  /** Ids or names. */
  readonly device: readonly string[];
}

/** A name that nothing in the snapshot or the policy has: an empty report would look like "nothing". */
export interface UnknownName {
  readonly what: "client" | "site" | "ring" | "device" | "patch";
  readonly name: string;
  /** The nearest that there is; null for none. */
  readonly near: string | null;
}

/** Indexes of the devices that all filters let through, ascending. Within one filter any name will do; an empty one lets all through. */
export function scopeDevices(
  { snapshot, compiled }: Decided,
  filter: DeviceFilter,
): { readonly devices: Uint32Array; readonly unknown: readonly UnknownName[] } {
  const { devices } = snapshot;
  const unknown: UnknownName[] = [];
  const ringNames = compiled.rings.map(({ ring }) => ring.name);
  const clients = pickCodes("client", devices.client.values, filter.client, unknown);
  const sites = pickCodes("site", devices.site.values, filter.site, unknown);
  const rings = pickCodes("ring", ringNames, filter.ring, unknown);
  const named = filter.device.length === 0 ? null : new Set<number>();
  for (const name of filter.device) {
    const found = findDevices(devices, name);
    if (found.length === 0)
      unknown.push({ what: "device", name, near: nearestName(name, devices.id.slice(0, MOST_NEAR)) });
    for (const device of found) named!.add(device);
  }
  const has = (codes: ReadonlySet<number> | null, column: TextColumn, device: number): boolean =>
    codes === null || codes.has(column.codes[device]!);
  const within = (device: number): boolean =>
    (named?.has(device) ?? true) &&
    has(clients, devices.client, device) &&
    has(sites, devices.site, device) &&
    (rings?.has(compiled.ringOfClass[compiled.classes.classOf[device]!]!) ?? true);
  return { devices: Uint32Array.from(devices.id.keys()).filter(within), unknown };
}

/** 1 for each patch that is named by its id or an alias; null when none is named. */
export function scopePatches(
  { snapshot: { patches } }: Decided,
  names: readonly string[],
): { readonly patches: Uint8Array | null; readonly unknown: readonly UnknownName[] } {
  if (names.length === 0) return { patches: null, unknown: [] };
  const chosen = new Uint8Array(patches.length);
  const unknown: UnknownName[] = [];
  for (const name of names) {
    const found = findPatches(patches, name);
    if (found.length === 0) {
      const ids = patches.slice(0, MOST_NEAR).map(({ id }) => id);
      unknown.push({ what: "patch", name, near: nearestName(name, ids) });
    }
    for (const patch of found) chosen[patch] = 1;
  }
  return { patches: chosen, unknown };
}

/** The devices of each client, by name, null last; each list ascending. */
export function splitByClient(
  { snapshot: { devices } }: Decided,
  scope: Uint32Array,
): { readonly client: string | null; readonly devices: Uint32Array }[] {
  const lists = new Map<number, number[]>();
  for (const device of scope) {
    const code = devices.client.codes[device]!;
    const list = lists.get(code);
    if (list === undefined) lists.set(code, [device]);
    else list.push(device);
  }
  const named = [...lists].map(([code, list]) => ({
    client: devices.client.values[code]! || null,
    devices: Uint32Array.from(list),
  }));
  return named.sort((a, b) =>
    a.client === null || b.client === null
      ? Number(a.client === null) - Number(b.client === null)
      : a.client < b.client
        ? -1
        : 1,
  );
}

/** Names among which the nearest is looked for: in a large fleet the first ones must do. */
const MOST_NEAR = 5000;

/** Codes of the texts that are named: exactly, else whatever the case. Null when none is named. */
function pickCodes(
  what: UnknownName["what"],
  values: readonly string[],
  names: readonly string[],
  unknown: UnknownName[],
): ReadonlySet<number> | null {
  if (names.length === 0) return null;
  const codes = new Set<number>();
  for (const name of names) {
    const exact = values.indexOf(name);
    const lower = name.toLowerCase();
    const found =
      name === ""
        ? []
        : exact >= 0
          ? [exact]
          : values.flatMap((v, i) => (v.toLowerCase() === lower ? [i] : []));
    if (found.length === 0) {
      const known = values.filter((value) => value !== "").slice(0, MOST_NEAR);
      unknown.push({ what, name, near: nearestName(name, known) });
    }
    for (const code of found) codes.add(code);
  }
  return codes;
}
