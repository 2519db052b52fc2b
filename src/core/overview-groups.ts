/** Which group a patch on a device belongs to, what a group is called, and the order of groups. */
import type { Decided } from "./decide.ts";
import { compareCodeUnits } from "./order.ts";
import type { OverviewGrouping } from "./overview-columns.ts";

/** What a group is called. Hostile text; null is "none" (a device without a client, in no ring). */
export interface GroupName {
  /** The id of the patch or device, or the name of the client, site or ring. */
  readonly name: string | null;
  /** Of a device or site, whose names need not be unique; else null. */
  readonly client: string | null;
  /** The title of the patch, or the name of the device. */
  readonly title: string | null;
}

/** Groups have numbers from 0 to `size`; most of them may be empty. */
export class Grouping {
  readonly size: number;
  readonly of: (device: number, patch: number) => number;
  readonly name: (group: number) => GroupName;

  constructor(decided: Decided, by: OverviewGrouping) {
    const made = MAKERS[by](decided);
    this.size = made.size;
    this.of = made.of;
    this.name = made.name;
  }
}

type Maker = (decided: Decided) => {
  readonly size: number;
  readonly of: (device: number, patch: number) => number;
  readonly name: (group: number) => GroupName;
};

const plain = (name: string | null): GroupName => ({ name, client: null, title: null });

/** Code 0 of a dictionary is "absent". */
const textOf = (values: readonly string[], code: number): string | null => values[code]! || null;

const MAKERS: Readonly<Record<OverviewGrouping, Maker>> = {
  patch: ({ snapshot: { patches } }) => ({
    size: patches.length,
    of: (_device, patch) => patch,
    name: (group) => ({ name: patches[group]!.id, client: null, title: patches[group]!.title }),
  }),
  device: ({ snapshot: { devices } }) => ({
    size: devices.count,
    of: (device) => device,
    name: (group) => ({
      name: devices.id[group]!,
      client: textOf(devices.client.values, devices.client.codes[group]!),
      title: devices.name[group]!,
    }),
  }),
  client: ({ snapshot: { devices } }) => ({
    size: devices.client.values.length,
    of: (device) => devices.client.codes[device]!,
    name: (group) => plain(textOf(devices.client.values, group)),
  }),
  site: groupBySite,
  ring: ({ compiled }) => ({
    size: compiled.rings.length + 1,
    of: (device) => {
      const ring = compiled.ringOfClass[compiled.classes.classOf[device]!]!;
      return ring < 0 ? compiled.rings.length : ring;
    },
    name: (group) => plain(compiled.rings[group]?.ring.name ?? null),
  }),
};

/** Sites of one name at two clients are two sites. */
function groupBySite({ snapshot: { devices } }: Decided): ReturnType<Maker> {
  const { client, site } = devices;
  const numbers = new Map<number, number>();
  const groupOf = new Uint32Array(devices.count);
  const first: number[] = [];
  for (let d = 0; d < devices.count; d += 1) {
    const key = client.codes[d]! * site.values.length + site.codes[d]!;
    let group = numbers.get(key);
    if (group === undefined) {
      numbers.set(key, (group = first.length));
      first.push(d);
    }
    groupOf[d] = group;
  }
  return {
    size: first.length,
    of: (device) => groupOf[device]!,
    name: (group) => ({
      name: textOf(site.values, site.codes[first[group]!]!),
      client: textOf(client.values, client.codes[first[group]!]!),
      title: null,
    }),
  };
}

/** Numbers of groups: rings as patches reach them, all else with the most open first, equals by name, "none" last. */
export function sortGroups(
  groups: readonly (GroupName & { readonly group: number })[],
  by: OverviewGrouping,
  open: (group: number) => number,
): number[] {
  if (by === "ring") return groups.map(({ group }) => group);
  const compare = (a: string | null, b: string | null): number =>
    a === null || b === null ? Number(a === null) - Number(b === null) : compareCodeUnits(a, b);
  return [...groups]
    .sort((a, b) => open(b.group) - open(a.group) || compare(a.name, b.name) || compare(a.client, b.client))
    .map(({ group }) => group);
}
