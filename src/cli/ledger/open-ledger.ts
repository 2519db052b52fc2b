/** Which ledger a command speaks of: the file that was named, or the store's of the policy. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { StoreError, type StoreReader } from "../../store/store.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { readPolicy } from "../inputs/policy.ts";
import { Refusal } from "../refusal.ts";
import type { PreviewInvocation, StoreSettings } from "../invocation.ts";

export interface OpenedLedger {
  readonly path: string | null;
  /** The store that writes the file; null for a file that was named, and while there is none. */
  readonly reader: StoreReader | null;
  readonly settings: StoreSettings;
}

/** Runs `work` on it, and closes the store afterwards. A store that is damaged is left out for `restore`. */
export async function withLedger<T>(
  input: Input,
  invocation: PreviewInvocation,
  work: (opened: OpenedLedger) => Promise<T>,
): Promise<T> {
  const opened = await openLedger(input, invocation);
  try {
    return await work(opened);
  } finally {
    await opened.reader?.close();
  }
}

async function openLedger(input: Input, invocation: PreviewInvocation): Promise<OpenedLedger> {
  const named = input.argument(1);
  const path = named === null ? null : resolve(invocation.io.cwd, named);
  const restores = input.argument(0) === "restore";
  if (path !== null && !restores) return { path, reader: null, settings: null };
  const settings = (await readPolicy(invocation)).policy?.fleet.store ?? null;
  if (restores) return { path: path ?? (await ledgerPath(invocation, settings)), reader: null, settings };
  const { port, ...rest } = await invocation.ports.openStoreReader(settings, invocation.globals.directory);
  if (port === null) throw new Refusal(EXIT_CODES.policy, "diagnostics" in rest ? rest.diagnostics : []);
  return { path: port.ledger, reader: port.reader, settings };
}

/**
 * Where the store's ledger is, also when its database cannot be opened; null where the store keeps none.
 * Refuses wrong settings with exit 3.
 */
export async function ledgerPath(
  invocation: PreviewInvocation,
  settings: StoreSettings,
): Promise<string | null> {
  const { parseStoreOptions } = await import("../../store/options.ts");
  const { options, diagnostics } = parseStoreOptions(settings, invocation.globals.directory);
  if (options === null) throw new Refusal(EXIT_CODES.policy, diagnostics);
  return options.kind === "sqlite" ? options.ledger : null;
}

export function requireLedger({ path }: OpenedLedger): string {
  if (path !== null && existsSync(path)) return path;
  const detail =
    path === null
      ? "The Fleet's store is of kind memory: it keeps no ledger file."
      : `There is no ledger at ${path}: nothing has run yet, or the file was moved away.`;
  throw new StoreError("storage", false, detail);
}
