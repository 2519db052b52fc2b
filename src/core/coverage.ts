/** Whether a pilot is like the ring that follows it (design 4.1, coverage). */
import type { Decided } from "./decide.ts";
import { freshDevices } from "./evidence.ts";
import { STATUSES, VERDICTS } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import type { DeviceColumns } from "./snapshot.ts";

const INSTALLED = STATUSES.indexOf("installed");
/** By status code: 1 where the device still needs the patch. */
const NEEDS_IT: Uint8Array = Uint8Array.from(STATUSES, (status) =>
  ["missing", "pending", "failed", "ignored"].includes(status) ? 1 : 0,
);
/** By verdict code: 0 where policy does not want the patch there, so that the device asks for nothing. */
const ASKS: Uint8Array = Uint8Array.from(VERDICTS, (verdict) =>
  ["ignore", "uninstall", "manual"].includes(verdict) ? 0 : 1,
);

/** One value of an attribute, with how many devices have it on either side. */
export interface CoverageValue {
  readonly attribute: string;
  readonly value: string;
  /** Devices of the ring that need the patch. */
  readonly needed: number;
  /** Devices of the predecessor that have it installed. */
  readonly installed: number;
}

/** The values of an attribute on a device: none, one, or (apps, tags) several. Compared exactly. */
export function attributeValues(
  devices: DeviceColumns,
  device: number,
  attribute: string,
): readonly string[] {
  const one = (column: "os" | "type" | "client" | "site"): readonly string[] => {
    const code = devices[column].codes[device]!;
    return code === 0 ? [] : [devices[column].values[code]!];
  };
  switch (attribute) {
    case "os":
    case "type":
    case "client":
      return one(attribute);
    case "site":
      return one("site").map((site) => `${one("client")[0] ?? ""}/${site}`);
    case "app":
      return devices.apps.values[devices.apps.codes[device]!]!;
    default: {
      const prefix = attribute.slice("tag:".length);
      return devices.tags.values[devices.tags.codes[device]!]!.filter((tag) => tag.startsWith(prefix));
    }
  }
}

/**
 * The coverage of several patches at once, for ring `ring` (an index into `compiled.rings`) after
 * `before`: by patch, the values in the order of the gate's attributes, then by value.
 */
export function gatherCoverage(
  decided: Decided,
  ring: number,
  before: number,
  patches: ReadonlySet<number>,
): Map<number, CoverageValue[]> {
  const attributes = decided.compiled.rings[ring]!.ring.gates.coverage;
  const { devices } = decided.snapshot;
  const coded = attributes.map((attribute) => encodeAttribute(devices, attribute));
  const tallies: (readonly Tally[] | undefined)[] = new Array<undefined>(
    decided.snapshot.patches.length,
  ).fill(undefined);
  for (const patch of patches) tallies[patch] = coded.map(({ examples }) => makeTally(examples.length));
  tallyNeeds(decided, ring, coded, tallies);
  tallyInstalls(decided, before, coded, tallies);
  return new Map([...patches].map((patch) => [patch, listValues(devices, coded, tallies[patch]!)]));
}

/** By patch; undefined for one that is not asked about. */
type Tallies = readonly (readonly Tally[] | undefined)[];

function tallyNeeds(
  decided: Decided,
  ring: number,
  coded: readonly CodedAttribute[],
  tallies: Tallies,
): void {
  const { facts, devices } = decided.snapshot;
  const { outcomes } = decided;
  const { verdictCodes } = decided.table;
  for (const device of freshDevices(decided, ring)) {
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let f = start; f < end; f += 1) {
      if (NEEDS_IT[facts.state[f]! & 7] === 0 || ASKS[verdictCodes[outcomes[f]!]!] === 0) continue;
      const tally = tallies[facts.patch[f]!];
      if (tally !== undefined) count(coded, tally, device, 0);
    }
  }
}

function tallyInstalls(
  decided: Decided,
  before: number,
  coded: readonly CodedAttribute[],
  tallies: Tallies,
): void {
  const { facts, devices } = decided.snapshot;
  for (const device of freshDevices(decided, before)) {
    const start = devices.factStart[device]!;
    const end = start + devices.factCount[device]!;
    for (let f = start; f < end; f += 1) {
      if ((facts.state[f]! & 7) !== INSTALLED) continue;
      const tally = tallies[facts.patch[f]!];
      if (tally !== undefined) count(coded, tally, device, 1);
    }
  }
}

function count(coded: readonly CodedAttribute[], tally: readonly Tally[], device: number, side: 0 | 1): void {
  for (let a = 0; a < coded.length; a += 1) tally[a]!.add(coded[a]!.codes[device]! * 2 + side);
}

/** Counts by twice the code, plus one for the installed side. */
interface Tally {
  readonly add: (place: number) => void;
  readonly get: (place: number) => number;
}

/** Dense while there are few codes; sparse for an attribute with a value of its own for every device. */
function makeTally(codes: number): Tally {
  if (codes <= 1024) {
    const counts = new Uint32Array(codes * 2);
    return { add: (place) => void (counts[place]! += 1), get: (place) => counts[place]! };
  }
  const counts = new Map<number, number>();
  return {
    add: (place) => void counts.set(place, (counts.get(place) ?? 0) + 1),
    get: (place) => counts.get(place) ?? 0,
  };
}

/** An attribute of all devices; devices with the same code have the same values. */
interface CodedAttribute {
  readonly attribute: string;
  readonly codes: Uint32Array;
  /** By code, a device that has it. */
  readonly examples: readonly number[];
}

function encodeAttribute(devices: DeviceColumns, attribute: string): CodedAttribute {
  const { client, site, apps, tags } = devices;
  const raw = (device: number): number => {
    switch (attribute) {
      case "os":
      case "type":
      case "client":
        return devices[attribute].codes[device]!;
      case "site":
        return site.codes[device]! * client.values.length + client.codes[device]!;
      case "app":
        return apps.codes[device]!;
      default:
        return tags.codes[device]!;
    }
  };
  const numbers = new Map<number, number>();
  const examples: number[] = [];
  const codes = new Uint32Array(devices.count);
  for (let device = 0; device < devices.count; device += 1) {
    const value = raw(device);
    let code = numbers.get(value);
    if (code === undefined) {
      code = examples.push(device) - 1;
      numbers.set(value, code);
    }
    codes[device] = code;
  }
  return { attribute, codes, examples };
}

function listValues(
  devices: DeviceColumns,
  coded: readonly CodedAttribute[],
  tallies: readonly Tally[],
): CoverageValue[] {
  return coded.flatMap(({ attribute, examples }, index) => {
    const tally = tallies[index]!;
    const byValue = new Map<string, { needed: number; installed: number }>();
    examples.forEach((device, code) => {
      const [needed, installed] = [tally.get(code * 2), tally.get(code * 2 + 1)];
      if (needed + installed === 0) return;
      for (const value of new Set(attributeValues(devices, device, attribute))) {
        const sum = byValue.get(value) ?? { needed: 0, installed: 0 };
        byValue.set(value, { needed: sum.needed + needed, installed: sum.installed + installed });
      }
    });
    return [...byValue]
      .sort(([a], [b]) => compareCodeUnits(a, b))
      .map(([value, counts]) => ({ attribute, value, ...counts }));
  });
}

/** The values that the ring needs and that no device of the predecessor has shown. */
export function lackingValues(values: readonly CoverageValue[]): CoverageValue[] {
  return values.filter((value) => value.needed > 0 && value.installed === 0);
}
