/**
 * Which value was probably meant by a clause that leaves nothing: the nearest one of those that
 * exist in the snapshot. For keys of text only; a number or a truth value has no near name.
 */
import type { CompiledPolicy } from "./compile.ts";
import { aliasesOf } from "./lookup.ts";
import type { Patch } from "./model.ts";
import { nearestName } from "./near-name.ts";
import type { DeviceKey, PatchKey, SelectorNode } from "./policy.ts";
import type { DeviceColumns, Snapshot } from "./snapshot.ts";

/** `written` stands in the policy and matches nothing; `meant` exists. */
export interface NearValue {
  readonly key: string;
  readonly written: string;
  readonly meant: string;
}

type PatchTexts = (patch: Patch) => readonly (string | null)[];

const PATCH_TEXTS: Readonly<Partial<Record<PatchKey, PatchTexts>>> = {
  id: aliasesOf,
  title: (patch) => [patch.title],
  vendor: (patch) => [patch.vendor],
  product: (patch) => [patch.product],
  category: (patch) => [patch.category],
  severity: (patch) => [patch.severity],
  cve: (patch) => patch.cves,
  reboot: (patch) => [patch.reboot],
  uninstallable: (patch) => [patch.uninstallable],
};

function patchValues(snapshot: Snapshot, key: PatchKey): Set<string> {
  const texts = PATCH_TEXTS[key];
  const values = new Set<string>();
  if (texts === undefined) return values;
  for (const patch of snapshot.patches) {
    for (const text of texts(patch)) if (text !== null) values.add(text);
  }
  return values;
}

function deviceValues(devices: DeviceColumns, key: DeviceKey): Set<string> {
  switch (key) {
    case "id":
      return new Set(devices.id);
    case "name":
      return new Set(devices.name.filter((name) => name !== null));
    case "critical":
      return new Set();
    case "tags":
    case "allTags":
      return new Set(devices.tags.values.flat());
    case "apps":
      return new Set(devices.apps.values.flat());
    default:
      return new Set(devices[key].values.slice(1));
  }
}

/** The keys of a selector that are asked for, not those under `not`. */
function askedKeys<K extends string>(
  node: SelectorNode<K>,
): { key: K; values: readonly (string | number | boolean)[] }[] {
  switch (node.kind) {
    case "key":
      return [node];
    case "not":
      return [];
    default:
      return node.nodes.flatMap((child) => askedKeys(child));
  }
}

/** How many values of one key are compared with all that exist. */
const TRIED = 3;

/** Only literal texts: a glob is not a misspelt value. */
function findNear(
  key: string,
  values: readonly (string | number | boolean)[],
  existing: Set<string>,
): NearValue | null {
  for (const value of values.slice(0, TRIED)) {
    if (typeof value !== "string" || /[*?]/.test(value)) continue;
    const meant = nearestName(value, existing);
    if (meant !== null && meant.toLowerCase() !== value.toLowerCase()) return { key, written: value, meant };
  }
  return null;
}

/** The first text in a patch clause that matches no patch and is near to one that would; or null. */
export function nearPatchValue(
  compiled: CompiledPolicy,
  snapshot: Snapshot,
  clause: SelectorNode<PatchKey>,
): NearValue | null {
  for (const { key, values } of askedKeys(clause)) {
    const dead = values.filter((value) =>
      compiled.patches.selectKey(key, [value]).every((word) => word === 0),
    );
    const near = dead.length === 0 ? null : findNear(key, dead, patchValues(snapshot, key));
    if (near !== null) return near;
  }
  return null;
}

/** The first text in a device clause that is no value of any device and is near to one; or null. */
export function nearDeviceValue(snapshot: Snapshot, clause: SelectorNode<DeviceKey>): NearValue | null {
  for (const { key, values } of askedKeys(clause)) {
    const existing = deviceValues(snapshot.devices, key);
    const lower = new Set([...existing].map((value) => value.toLowerCase()));
    const dead = values.filter((value) => !lower.has(String(value).toLowerCase()));
    const near = dead.length === 0 ? null : findNear(key, dead, existing);
    if (near !== null) return near;
  }
  return null;
}
