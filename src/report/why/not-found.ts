/** What `why` says when there is nothing to explain: no such device or patch, or no fact. */
import { aliasesOf, findDevices, findFact, findPatches } from "../../core/lookup.ts";
import { nearNames } from "../../core/near-name.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { formatInstant } from "../../core/time.ts";
import { escapeTerminal as t } from "../escape/terminal.ts";
import { counted } from "../words.ts";

/** The device and patch that a person named, as indexes; or one or two sentences, escaped, why there are none. */
export type Named =
  | { readonly kind: "found"; readonly device: number; readonly patch: number }
  /** One of the two does not exist, or stands for several. */
  | { readonly kind: "unknown"; readonly message: string }
  /** Both exist, and the device has no fact: it does not need the patch. */
  | { readonly kind: "not-needed"; readonly message: string };

const MANY = 5;

function list(ids: readonly string[]): string {
  const shown = ids.slice(0, MANY).map((id) => t(id));
  return ids.length > MANY
    ? `${shown.join(", ")} and ${counted(ids.length - MANY, "other")}`
    : shown.join(", ");
}

/** One of the indexes; or a sentence. */
function choose(
  what: string,
  text: string,
  indexes: readonly number[],
  id: (index: number) => string,
): string {
  return `${String(indexes.length)} ${what} are named "${t(text)}": ${list(indexes.map(id))}. Name one by its id.`;
}

function didYouMean(text: string, names: Iterable<string>): string {
  const near = nearNames(text, names);
  return near.length === 0 ? "" : ` Did you mean ${near.map((name) => t(name)).join(" or ")}?`;
}

function* deviceNames({ devices }: Snapshot): Iterable<string> {
  yield* devices.id;
  for (const name of devices.name) if (name !== null) yield name;
}

function* patchNames({ patches }: Snapshot): Iterable<string> {
  for (const patch of patches) yield* aliasesOf(patch);
}

/**
 * Finds a fact by what a person typed: ids first, then names and aliases, whatever the case.
 * Where an alias (a CVE) stands for several patches, the one that the device needs counts.
 */
export function nameFact(snapshot: Snapshot, device: string, patch: string): Named {
  const devices = findDevices(snapshot.devices, device);
  if (devices.length === 0) {
    const hint = didYouMean(device, deviceNames(snapshot));
    return { kind: "unknown", message: `No device has the id or name "${t(device)}".${hint}` };
  }
  if (devices.length > 1) {
    const message = choose("devices", device, devices, (index) => snapshot.devices.id[index]!);
    return { kind: "unknown", message };
  }
  const patches = findPatches(snapshot.patches, patch);
  if (patches.length === 0) {
    const hint = didYouMean(patch, patchNames(snapshot));
    return { kind: "unknown", message: `No patch of the snapshot has the id or alias "${t(patch)}".${hint}` };
  }
  const here = patches.filter((index) => findFact(snapshot, devices[0]!, index) >= 0);
  if (here.length > 1) {
    const message = choose("patches on this device", patch, here, (index) => snapshot.patches[index]!.id);
    return { kind: "unknown", message };
  }
  const found = here[0];
  if (found !== undefined) return { kind: "found", device: devices[0]!, patch: found };
  return { kind: "not-needed", message: notNeeded(snapshot, devices[0]!, patch, patches) };
}

function notNeeded(snapshot: Snapshot, device: number, typed: string, patches: readonly number[]): string {
  const id = t(snapshot.devices.id[device]!);
  const ids = patches.map((index) => snapshot.patches[index]!.id);
  const isAlias = ids.length > 1 || ids[0] !== typed;
  const what = isAlias ? `"${t(typed)}" (here ${list(ids)})` : t(typed);
  const scannedAt = snapshot.devices.scannedAt[device]!;
  const when = Number.isNaN(scannedAt)
    ? "It has no time of a last scan."
    : `Its last scan was at ${formatInstant(scannedAt)}.`;
  return `${id} does not need ${what}: the backend reports no fact for it there, so nothing is decided. ${when}`;
}
