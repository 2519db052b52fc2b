/** Finding what a person named: a device by id or name, a patch by id or alias. */
import type { Patch } from "./model.ts";
import type { DeviceColumns, Snapshot } from "./snapshot.ts";

/** Indexes of the devices with this id, else of those with this name, whatever the case; empty when there is none. */
export function findDevices(devices: DeviceColumns, text: string): number[] {
  const exact = devices.id.indexOf(text);
  if (exact >= 0) return [exact];
  const lower = text.toLowerCase();
  const where = (names: readonly (string | null)[]): number[] =>
    names.flatMap((name, index) => (name?.toLowerCase() === lower ? [index] : []));
  const byId = where(devices.id);
  return byId.length > 0 ? byId : where(devices.name);
}

/** Every name that a patch goes by: its id, KB, bulletin and CVE ids. */
export function aliasesOf(patch: Patch): string[] {
  return [patch.id, patch.kb, patch.bulletin, ...patch.cves].filter((alias) => alias !== null);
}

/** Indexes of the patches with this id, else of those with this alias, whatever the case. */
export function findPatches(patches: readonly Patch[], text: string): number[] {
  const exact = patches.findIndex((patch) => patch.id === text);
  if (exact >= 0) return [exact];
  const lower = text.toLowerCase();
  return patches.flatMap((patch, index) =>
    aliasesOf(patch).some((alias) => alias.toLowerCase() === lower) ? [index] : [],
  );
}

/** The fact of a patch on a device; -1 when the device does not need the patch. */
export function findFact(snapshot: Snapshot, device: number, patch: number): number {
  const { devices, facts } = snapshot;
  const start = devices.factStart[device]!;
  const end = start + devices.factCount[device]!;
  for (let f = start; f < end; f += 1) if (facts.patch[f] === patch) return f;
  return -1;
}
