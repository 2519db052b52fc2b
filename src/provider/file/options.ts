import { isAbsolute, join } from "node:path";
import type { Diagnostic } from "../../core/diagnostic.ts";

export interface FileProviderOptions {
  /** The snapshot file. */
  readonly path: string;
  /** Where actions are appended, one JSON object a line. */
  readonly outbox: string;
}

export type FileOptionsResult =
  | { readonly options: FileProviderOptions; readonly diagnostics: readonly [] }
  | { readonly options: null; readonly diagnostics: readonly Diagnostic[] };

const KEYS: readonly string[] = ["kind", "path", "outbox"];

function wrong(code: string, summary: string, detail: string, fix: string): Diagnostic {
  return { severity: "error", code, summary, place: null, detail, fix, related: [] };
}

/**
 * The options of `Fleet.spec.provider` with `kind: file`. Relative paths start at `folder`
 * (the policy repository). `outbox` defaults to `<path>.outbox.ndjson`.
 */
export function parseFileOptions(
  provider: Readonly<Record<string, unknown>>,
  folder: string,
): FileOptionsResult {
  const { path, outbox } = provider as { readonly path?: unknown; readonly outbox?: unknown };
  const diagnostics: Diagnostic[] = [];
  if (typeof path !== "string" || path === "") {
    diagnostics.push(
      wrong(
        "provider/file-path",
        "Provider has no path",
        "The provider of kind file reads a snapshot file, but `path` names none.",
        "write `path: inventory/fleet.ndjson`.",
      ),
    );
  }
  if (outbox !== undefined && outbox !== null && (typeof outbox !== "string" || outbox === "")) {
    diagnostics.push(
      wrong(
        "provider/file-outbox",
        "Outbox is no path",
        "`outbox` names the file that actions are appended to.",
        "write a path, or leave `outbox` out.",
      ),
    );
  }
  for (const key of Object.keys(provider).filter((name) => !KEYS.includes(name))) {
    diagnostics.push(
      wrong(
        "provider/file-key",
        "Unknown provider key",
        `The provider of kind file has no key ${JSON.stringify(key)}. Known keys: ${KEYS.join(", ")}.`,
        "remove it.",
      ),
    );
  }
  if (diagnostics.length > 0) return { options: null, diagnostics };
  const resolve = (name: string): string => (isAbsolute(name) ? name : join(folder, name));
  const source = resolve(path as string);
  return {
    options: {
      path: source,
      outbox: typeof outbox === "string" ? resolve(outbox) : `${source}.outbox.ndjson`,
    },
    diagnostics: [],
  };
}
