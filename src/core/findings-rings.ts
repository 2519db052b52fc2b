/** Fleet checks on rings: every device in exactly one, and none ahead of the ring before it. */
import { hasBit } from "./bitset.ts";
import type { CompiledRing } from "./compile.ts";
import type { Decided } from "./decide.ts";
import { counted, listSome, placeOf, type Finding } from "./findings-types.ts";
import { compareCodeUnits } from "./order.ts";

/** Device indexes by the key of their class; classes without one are left out. */
function groupDevices(decided: Decided, keyOfClass: readonly (string | null)[]): Map<string, number[]> {
  const { classOf } = decided.compiled.classes;
  const groups = new Map<string, number[]>();
  for (let d = 0; d < decided.snapshot.devices.count; d += 1) {
    const key = keyOfClass[classOf[d]!] ?? null;
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [d]);
    else group.push(d);
  }
  return groups;
}

function names(decided: Decided, devices: readonly number[]): string {
  const ids = devices.map((device) => decided.snapshot.devices.id[device]!).sort(compareCodeUnits);
  return listSome(ids);
}

function perClass<T>(decided: Decided, compute: (cls: number) => T): T[] {
  return Array.from({ length: decided.compiled.classes.count }, (_, cls) => compute(cls));
}

/** An error for each set of rings that share devices. */
export function findTwoRings(decided: Decided): Finding[] {
  const { rings } = decided.compiled;
  const keys = perClass(decided, (cls) => {
    const selecting = rings.flatMap((ring, index) => (hasBit(ring.classes, cls) ? [index] : []));
    return selecting.length < 2 ? null : selecting.join(" ");
  });
  return [...groupDevices(decided, keys)]
    .sort(([a], [b]) => compareCodeUnits(a, b))
    .map(([key, devices]) => ({ selecting: key.split(" ").map((index) => rings[Number(index)]!), devices }))
    .map(({ selecting, devices }) => twoRings(decided, selecting, devices));
}

function twoRings(decided: Decided, selecting: readonly CompiledRing[], devices: readonly number[]): Finding {
  const [first, ...others] = selecting.map(({ ring }) => ring);
  const [winner, loser] = [first!, others[0]!];
  const rest = others.map((ring) => ring.name).join(", ");
  return {
    severity: "error",
    code: "fleet/two-rings",
    summary: devices.length === 1 ? "Device in two rings" : "Devices in two rings",
    place: placeOf(loser.place),
    detail: `${counted(devices.length, "device")} ${devices.length === 1 ? "is" : "are"} selected by ring ${winner.name} and by ${rest}: ${names(decided, devices)}. A device belongs to one ring; ${winner.name} counts, because it comes first.`,
    fix: `narrow \`devices\` of ${rest} so that it leaves out what ${winner.name} selects, for example with \`not\`.`,
    related: [{ message: `ring ${winner.name} selects them too`, place: placeOf(winner.place) }],
  };
}

/** One warning for all devices that no ring selects. */
export function findHomelessDevices(decided: Decided): Finding[] {
  const { ringOfClass, policy } = decided.compiled;
  const keys = perClass(decided, (cls) => (ringOfClass[cls]! < 0 ? "" : null));
  const devices = groupDevices(decided, keys).get("") ?? [];
  if (devices.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "fleet/no-ring",
      summary: devices.length === 1 ? "Device in no ring" : "Devices in no ring",
      place: null,
      detail: `${counted(devices.length, "device")} of ${String(decided.snapshot.devices.count)} ${devices.length === 1 ? "is" : "are"} selected by no ring: ${names(decided, devices)}. Policy leaves them alone, but for recalls.`,
      fix:
        policy.rings.length === 0
          ? "add a document of kind: Ring."
          : "widen `devices` of a ring, or add a ring for them.",
      related: [],
    },
  ];
}

/** Devices per ring and operating system. */
function countSystems(decided: Decided): Map<number, Map<number, number>> {
  const { compiled, snapshot } = decided;
  const { os, count } = snapshot.devices;
  const systems = new Map<number, Map<number, number>>();
  for (let d = 0; d < count; d += 1) {
    const ring = compiled.ringOfClass[compiled.classes.classOf[d]!]!;
    if (ring < 0) continue;
    let codes = systems.get(ring);
    if (codes === undefined) systems.set(ring, (codes = new Map<number, number>()));
    codes.set(os.codes[d]!, (codes.get(os.codes[d]!) ?? 0) + 1);
  }
  return systems;
}

/** A warning for each later ring with operating systems ("name version") that the ring before lacks. */
export function findRingsAhead(decided: Decided): Finding[] {
  const { rings } = decided.compiled;
  const { os } = decided.snapshot.devices;
  const systems = countSystems(decided);
  return rings.flatMap(({ ring }, index) => {
    const before = rings.find((candidate) => candidate.ring.name === ring.after);
    if (before === undefined) return [];
    const tried = systems.get(rings.indexOf(before)) ?? new Map<number, number>();
    const lacking = [...(systems.get(index) ?? [])]
      .filter(([code]) => code !== 0 && !tried.has(code))
      .map(([code, devices]) => ({ system: os.values[code]!, devices }))
      .sort((a, b) => b.devices - a.devices || compareCodeUnits(a.system, b.system));
    return lacking.length === 0 ? [] : [ringAhead(ring, before.ring, tried.size === 0, lacking)];
  });
}

function ringAhead(
  ring: CompiledRing["ring"],
  before: CompiledRing["ring"],
  empty: boolean,
  lacking: readonly { readonly system: string; readonly devices: number }[],
): Finding {
  const list = listSome(lacking.map(({ system, devices }) => `${system} (${counted(devices, "device")})`));
  const follows = ring.gates.coverage.includes("os")
    ? `The coverage gate of ${ring.name} stays shut for patches that they need.`
    : `Patches reach them without having been tried on their system.`;
  return {
    severity: "warning",
    code: "fleet/ring-ahead",
    summary: "Ring before lacks operating systems",
    place: placeOf(ring.place),
    detail: `Ring ${ring.name} comes after ${before.name}${empty ? ", which has no device," : ""} and has what ${before.name} lacks: ${list}. ${follows}`,
    fix: `put a device of each into ring ${before.name}.`,
    related: [{ message: `ring ${before.name} comes before`, place: placeOf(before.place) }],
  };
}
