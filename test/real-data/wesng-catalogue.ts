/** The catalogue of real Microsoft patches: one record a KB and product, folded from 41,776 rows. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { dataPath } from "./data-folder.ts";
import type { PatchObject } from "./snapshot-objects.ts";

export interface WesngPatch {
  readonly patchId: string;
  readonly kb: string;
  readonly title: string;
  readonly vendor: string;
  readonly product: string;
  readonly severity: string;
  readonly releasedAt: string;
  readonly cves: readonly string[];
  readonly supersedes: readonly string[];
}

export const PRODUCTS = {
  windows7: "Windows 7 for x64-based Systems Service Pack 1",
  windows10: "Windows 10 Version 22H2 for x64-based Systems",
  windows11: "Windows 11 Version 24H2 for x64-based Systems",
  server2019: "Windows Server 2019",
  server2022: "Windows Server 2022",
} as const;
export type ProductKey = keyof typeof PRODUCTS;

const SEVERITIES: readonly string[] = ["critical", "important", "moderate", "low"];

/**
 * All records of one product, sorted by id; rows without a KB number are no patches. A superseding edge holds
 * for its product only.
 */
export function readProduct(product: ProductKey): readonly WesngPatch[] {
  const text = gunzipSync(readFileSync(dataPath("wesng", "patches-normalised.json.gz"))).toString("utf8");
  const all = JSON.parse(text) as readonly WesngPatch[];
  return all
    .filter((patch) => patch.product === PRODUCTS[product] && /^KB\d+$/.test(patch.patchId))
    .sort((a, b) => (a.patchId < b.patchId ? -1 : 1));
}

/** A record as a snapshot patch. A severity that is none of the four words is `unknown`. */
export function toPatchObject(patch: WesngPatch): PatchObject {
  const severity = patch.severity.toLowerCase();
  return {
    record: "patch",
    id: patch.patchId,
    title: patch.title,
    vendor: patch.vendor,
    product: patch.product,
    category: "security",
    severity: SEVERITIES.includes(severity) ? severity : "unknown",
    kb: patch.patchId,
    cves: patch.cves,
    releasedAt: `${patch.releasedAt}T00:00:00Z`,
    supersedes: patch.supersedes,
  };
}

interface Ms12068 {
  readonly patchId: string;
  readonly bulletin: string;
  readonly cvss: { readonly base: number };
  readonly rebootRequired: boolean;
  readonly supersedenceChainWindows7x64SP1: readonly string[];
}

/** The composed record of MS12-068: what the catalogue does not have is laid over it. */
export function readMs12068(): Ms12068 {
  return JSON.parse(readFileSync(dataPath("ms12-068.json"), "utf8")) as Ms12068;
}

/** Adds bulletin, score and restart of the composed record to its patch of the catalogue. */
export function withMs12068(patches: readonly PatchObject[]): readonly PatchObject[] {
  const seed = readMs12068();
  return patches.map((patch) =>
    patch.id === seed.patchId
      ? {
          ...patch,
          bulletin: seed.bulletin,
          cvss: seed.cvss.base,
          reboot: seed.rebootRequired ? "always" : "unknown",
        }
      : patch,
  );
}
