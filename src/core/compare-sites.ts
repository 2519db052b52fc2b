/** Where a change of policy reaches: devices and facts with a change, by client and site. */
import type { SiteChanges } from "./comparison.ts";
import { compareNullable } from "./order.ts";
import type { DeviceColumns } from "./snapshot.ts";

/** What changes on one device. */
export interface DeviceChange {
  readonly isStale: boolean;
  /** Facts; at least 1. */
  readonly changed: number;
  readonly dangerous: number;
}

type Draft = { -readonly [K in keyof SiteChanges]: SiteChanges[K] };

export class SiteTally {
  readonly #devices: DeviceColumns;
  readonly #sites = new Map<number, Draft>();

  constructor(devices: DeviceColumns) {
    this.#devices = devices;
  }

  /** Once a device. */
  add(device: number, { isStale, changed, dangerous }: DeviceChange): void {
    const site = this.#siteOf(device);
    site.devices += 1;
    if (isStale) site.stale += 1;
    site.changed += changed;
    site.dangerous += dangerous;
  }

  /** Most dangerous changes first, then most changes, then by client and site. */
  list(): SiteChanges[] {
    return [...this.#sites.values()].sort(
      (a, b) =>
        b.dangerous - a.dangerous ||
        b.changed - a.changed ||
        compareNullable(a.client, b.client) ||
        compareNullable(a.site, b.site),
    );
  }

  #siteOf(device: number): Draft {
    const { client, site } = this.#devices;
    const key = client.codes[device]! * site.values.length + site.codes[device]!;
    let own = this.#sites.get(key);
    if (own === undefined) {
      own = {
        client: client.values[client.codes[device]!]! || null,
        site: site.values[site.codes[device]!]! || null,
        ...{ devices: 0, stale: 0, changed: 0, dangerous: 0 },
      };
      this.#sites.set(key, own);
    }
    return own;
  }
}
