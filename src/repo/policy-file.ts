/** Which files of a directory are policy, and how they are handed on. */
import { isUtf8 } from "node:buffer";
import type { Diagnostic } from "../core/diagnostic.ts";
import type { RepoCode } from "./codes.ts";

export interface PolicyFile {
  /** As it is shown: what the user typed for the directory, then the path inside it, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface PolicyFiles {
  /** Sorted by path, by code unit. */
  readonly files: readonly PolicyFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * No more than this is read of a file: enough that what was cut still has more than the 5 Mi characters that
 * `policy/` takes (a character has at most 3 bytes), so that it is refused there and never used in part.
 */
export const READ_AT_MOST: number = 3 * 5 * 1024 * 1024 + 1024;

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(["node_modules", "schemas"]);

/** Policy is every YAML file of the directory and its folders but those of tools. */
export function isPolicyFolder(name: string): boolean {
  return !name.startsWith(".") && !SKIPPED_FOLDERS.has(name);
}

export function isPolicyFileName(name: string): boolean {
  return !name.startsWith(".") && /\.ya?ml$/i.test(name);
}

/** The same for a path inside the directory, with `/`. */
export function isPolicyPath(path: string): boolean {
  const parts = path.split("/");
  const name = parts.pop()!;
  return isPolicyFileName(name) && parts.every(isPolicyFolder);
}

export function comparePaths(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

export function repoError(
  code: RepoCode,
  file: string,
  summary: string,
  detail: string,
  fix: string,
): Diagnostic {
  const place = { file, line: 1, column: 1, length: 1, text: "" };
  return { severity: "error", code, summary, place, detail, fix, related: [] };
}

/** Bytes as text, or what is wrong with them. */
export function decodePolicyFile(path: string, bytes: Buffer): PolicyFile | Diagnostic {
  if (bytes.length < READ_AT_MOST && !isUtf8(bytes)) {
    return repoError(
      "repo/not-utf8",
      path,
      "File is not UTF-8",
      "The bytes of this file are no valid UTF-8 text, so nothing of it is read.",
      "save the file as UTF-8.",
    );
  }
  return { path, text: bytes.toString("utf8") };
}

export function isDiagnostic(value: PolicyFile | Diagnostic): value is Diagnostic {
  return "severity" in value;
}
