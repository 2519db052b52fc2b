import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import type { Diagnostic } from "../../core/diagnostic.ts";
import { diagnostic } from "./diagnostics.ts";
import type { AptHost } from "./host.ts";
import { parseInventory } from "./parse-inventory.ts";
import { FieldReader } from "./read-fields.ts";
import { DEFAULT_SETTINGS, type AptSettings } from "./settings.ts";

export interface AptProviderConfiguration {
  /** The inventory file. */
  readonly inventory: string;
  readonly settings: AptSettings;
}

export type AptOptionsResult =
  | { readonly options: AptProviderConfiguration; readonly diagnostics: readonly [] }
  | { readonly options: null; readonly diagnostics: readonly Diagnostic[] };

const KEYS = [
  ...["kind", "inventory", "state", "concurrency", "connectSeconds", "scanSeconds", "installSeconds"],
  ...["lockSeconds", "refresh", "listsMaxAge", "tracker"],
];

/**
 * The options of `Fleet.spec.provider` with `kind: apt`. Relative paths start at `folder`
 * (the policy repository). `state` defaults to `.patchring/apt`.
 */
export function parseAptOptions(
  provider: Readonly<Record<string, unknown>>,
  folder: string,
): AptOptionsResult {
  const diagnostics: Diagnostic[] = [];
  const complain = (key: string, detail: string, fix: string | null): void => {
    diagnostics.push(
      diagnostic({ code: "apt/options", summary: `Provider: \`${key}\` is wrong`, detail, fix }),
    );
  };
  const fields = new FieldReader(provider, KEYS, complain);
  const resolve = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const inventory = fields.text("inventory");
  if (inventory === null && !fields.has("inventory")) {
    complain(
      "inventory",
      "The provider of kind apt reads its hosts from a file, but `inventory` names none.",
      "write `inventory: inventory/hosts.inventory` (YAML, but not named .yaml: that is for policies).",
    );
  }
  const tracker = fields.text("tracker");
  const fixed = DEFAULT_SETTINGS;
  const settings: AptSettings = {
    concurrency: fields.whole("concurrency", 1, 256) ?? fixed.concurrency,
    connectSeconds: fields.whole("connectSeconds", 1, 600) ?? fixed.connectSeconds,
    scanSeconds: fields.whole("scanSeconds", 1, 3600) ?? fixed.scanSeconds,
    installSeconds: fields.whole("installSeconds", 1, 86_400) ?? fixed.installSeconds,
    lockSeconds: fields.whole("lockSeconds", 0, 86_400) ?? fixed.lockSeconds,
    refreshAfterSeconds: fields.duration("refresh"),
    listsMaxAge: fields.duration("listsMaxAge") ?? fixed.listsMaxAge,
    tracker: tracker === null ? null : resolve(tracker),
    stateFolder: resolve(fields.text("state") ?? ".patchring/apt"),
  };
  if (inventory === null || diagnostics.length > 0) return { options: null, diagnostics };
  return { options: { inventory: resolve(inventory), settings }, diagnostics: [] };
}

/** Reads the inventory file. A file that cannot be read is a diagnostic. */
export async function readInventory(
  path: string,
): Promise<{ readonly hosts: readonly AptHost[] | null; readonly diagnostics: readonly Diagnostic[] }> {
  try {
    return parseInventory(path, await readFile(path, "utf8"), dirname(path));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "an error";
    const finding = diagnostic({
      code: "apt/inventory-unreadable",
      summary: "Inventory cannot be read",
      detail: `The system says ${code} for ${path}.`,
      fix: "check the path (`inventory` of the provider) and its permissions.",
    });
    return { hosts: null, diagnostics: [finding] };
  }
}
