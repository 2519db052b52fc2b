/** The `spec` of a statement as it stands in its file, for a verb that would change it. */
import { parseAllDocuments } from "yaml";
import type { PolicyFile } from "./load.ts";
import type { StatementKind } from "./write-statement.ts";

export interface StandingStatement {
  /** As `files` names it. */
  readonly path: string;
  /** Parsed values; checked only as far as the kind and the name go. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Null when no file has it. Files that are no YAML are passed over: `loadPolicy` reports them. */
export function findStatement(
  kind: StatementKind,
  name: string,
  files: readonly PolicyFile[],
): StandingStatement | null {
  for (const { path, text } of files) {
    if (!text.includes(name)) continue;
    const documents = parseAllDocuments(text, { version: "1.2", uniqueKeys: false, logLevel: "silent" });
    if (!Array.isArray(documents)) continue;
    for (const document of documents) {
      if (document.errors.length > 0) continue;
      if (document.get("kind") !== kind || document.getIn(["metadata", "name"]) !== name) continue;
      const { spec } = document.toJS() as { readonly spec?: Readonly<Record<string, unknown>> };
      return { path, spec: spec ?? {} };
    }
  }
  return null;
}
