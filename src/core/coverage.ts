/** Whether a pilot is like the ring that follows it (design 4.1, coverage). */
import type { Decided } from "./decide.ts";
import { forEachEligible } from "./evidence.ts";
import { STATUSES, VERDICTS } from "./model.ts";
import { compareCodeUnits } from "./order.ts";
import type { DeviceColumns } from "./snapshot.ts";

const INSTALLED = STATUSES.indexOf("installed");
const NEEDS_IT: ReadonlySet<number> = new Set(
  (["missing", "pending", "failed", "ignored"] as const).map((status) => STATUSES.indexOf(status)),
);
const ASKS_FOR_NOTHING: ReadonlySet<number> = new Set(
  (["ignore", "uninstall", "manual"] as const).map((verdict) => VERDICTS.indexOf(verdict)),
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
 * `before`: by patch, the values sorted by attribute as the gate lists them, then by value.
 */
export function gatherCoverage(
  decided: Decided,
  ring: number,
  before: number,
  patches: ReadonlySet<number>,
): Map<number, CoverageValue[]> {
  const attributes = decided.compiled.rings[ring]!.ring.gates.coverage;
  const tallies = new Map<number, Tally[]>();
  for (const patch of patches)
    tallies.set(
      patch,
      attributes.map(() => new Map() as Tally),
    );
  const { facts, devices } = decided.snapshot;
  const count = (device: number, fact: number, side: "needed" | "installed"): void => {
    tallies.get(facts.patch[fact]!)?.forEach((tally, index) => {
      for (const value of new Set(attributeValues(devices, device, attributes[index]!))) {
        const entry = tally.get(value) ?? { needed: 0, installed: 0 };
        entry[side] += 1;
        tally.set(value, entry);
      }
    });
  };
  forEachNeeding(decided, ring, patches, (d, f) => count(d, f, "needed"));
  forEachEligible(decided, before, (d, f) => {
    if (patches.has(facts.patch[f]!) && (facts.state[f]! & 7) === INSTALLED) count(d, f, "installed");
  });
  return new Map([...tallies].map(([patch, tally]) => [patch, listValues(attributes, tally)]));
}

type Tally = Map<string, { needed: number; installed: number }>;

function listValues(attributes: readonly string[], tallies: readonly Tally[]): CoverageValue[] {
  return tallies.flatMap((tally, index) =>
    [...tally]
      .sort(([a], [b]) => compareCodeUnits(a, b))
      .map(([value, counts]) => ({ attribute: attributes[index]!, value, ...counts })),
  );
}

function forEachNeeding(
  decided: Decided,
  ring: number,
  patches: ReadonlySet<number>,
  visit: (device: number, fact: number) => void,
): void {
  const { classes, ringOfClass } = decided.compiled;
  const { devices, facts } = decided.snapshot;
  for (let d = 0; d < devices.count; d += 1) {
    if (ringOfClass[classes.classOf[d]!] !== ring || decided.stale[d] === 1) continue;
    const start = devices.factStart[d]!;
    const end = start + devices.factCount[d]!;
    for (let f = start; f < end; f += 1) {
      if (!patches.has(facts.patch[f]!) || !NEEDS_IT.has(facts.state[f]! & 7)) continue;
      if (!ASKS_FOR_NOTHING.has(decided.table.verdictCodes[decided.outcomes[f]!]!)) visit(d, f);
    }
  }
}

/** The values that the ring needs and that no device of the predecessor has shown. */
export function lackingValues(values: readonly CoverageValue[]): CoverageValue[] {
  return values.filter((value) => value.needed > 0 && value.installed === 0);
}
