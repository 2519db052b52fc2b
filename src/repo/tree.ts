/** The bytes of a Git tree. Names and modes that we do not touch are written back as they were, whatever they are. */
import { Buffer } from "node:buffer";
import { RepoError } from "./error.ts";

export interface TreeEntry {
  /** Octal, as it stands in the tree. */
  readonly mode: string;
  /** One character a byte: names need not be UTF-8. */
  readonly name: string;
  readonly id: string;
}

export type EntryKind = "file" | "executable" | "link" | "submodule" | "folder";

export const FILE_MODE = "100644";
export const FOLDER_MODE = "40000";

export function kindOf(entry: TreeEntry): EntryKind {
  if (/^0?40000$/.test(entry.mode)) return "folder";
  if (entry.mode === "120000") return "link";
  if (entry.mode === "160000") return "submodule";
  return /^100[1357]/.test(entry.mode) ? "executable" : "file";
}

/** A name as text; what is not UTF-8 becomes U+FFFD. */
export function decodeName(name: string): string {
  return Buffer.from(name, "latin1").toString("utf8");
}

export function encodeName(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

export function parseTree(bytes: Buffer, idBytes: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(32, at);
    const end = space < 0 ? -1 : bytes.indexOf(0, space);
    const next = end + 1 + idBytes;
    if (end < 0 || next > bytes.length) {
      throw new RepoError("missing-object", "a tree in the repository is damaged");
    }
    entries.push({
      mode: bytes.toString("latin1", at, space),
      name: bytes.toString("latin1", space + 1, end),
      id: bytes.toString("hex", end + 1, next),
    });
    at = next;
  }
  return entries;
}

/** Sorted as Git sorts: by bytes, a folder as if its name ended in `/`. */
export function formatTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = entries
    .map((entry) => ({ entry, key: kindOf(entry) === "folder" ? `${entry.name}/` : entry.name }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return Buffer.concat(
    sorted.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode} ${entry.name}\0`, "latin1"),
      Buffer.from(entry.id, "hex"),
    ]),
  );
}
