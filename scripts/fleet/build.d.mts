/** Types of the generator for the tests that read its result. */
export interface CataloguePatch {
  readonly id: string;
  readonly title: string;
  readonly vendor: string;
  readonly product: string;
  readonly version?: string;
  readonly category: string;
  readonly severity?: string;
  readonly kb?: string;
  readonly bulletin?: string;
  readonly cves: readonly string[];
  readonly cvss?: number;
  readonly kev?: { readonly addedOn: string; readonly dueOn: string };
  readonly releasedAt?: string;
  readonly supersedes: readonly string[];
  readonly reboot?: string;
  readonly uninstallable?: string;
  readonly sizeBytes?: number;
  /** Where the facts were taken from; `invented` where the vendor does not exist. */
  readonly source:
    | { readonly set: "wesng"; readonly product: string }
    | { readonly set: "msrc-cvrf"; readonly file: string; readonly product: string }
    | { readonly set: "debian"; readonly package: string }
    | { readonly set: "scoop"; readonly app: string }
    | { readonly set: "endoflife"; readonly file: string; readonly cycle: string }
    | { readonly set: "invented" };
}

export interface Fleet {
  readonly name: string;
  /** Folder of the policy repository, from the root of the project. */
  readonly folder: string;
  readonly at: string;
}

export interface BuiltFleet {
  readonly folder: string;
  readonly at: string;
  /** The uncompressed text of `inventory/fleet.ndjson.gz`. */
  readonly snapshot: string;
  readonly promotions: readonly { readonly path: string; readonly text: string }[];
  readonly counts: { readonly devices: number; readonly patches: number; readonly facts: number };
}

export const FLEETS: readonly Fleet[];
export function readCatalogue(): readonly CataloguePatch[];
export function buildFleet(fleet: Fleet): BuiltFleet;
