/** The tree that comes of changing some files of another, made from Git objects alone. */
import type { FileChange } from "./branch-writer.ts";
import { RepoError } from "./error.ts";
import { splitPath } from "./names.ts";
import { makeObject, type NewObject } from "./pack.ts";
import type { ObjectReader } from "./object-reader.ts";
import { encodeName, FILE_MODE, FOLDER_MODE, formatTree, kindOf, parseTree, type TreeEntry } from "./tree.ts";

export interface NewTree {
  readonly id: string;
  /** What must be stored for it. */
  readonly objects: readonly NewObject[];
}

/** What happens below one folder. */
interface Folder {
  /** The blob that a file gets, or null where it goes. */
  readonly files: Map<string, NewObject | null>;
  readonly folders: Map<string, Folder>;
}

function newFolder(): Folder {
  return { files: new Map(), folders: new Map() };
}

function arrange(changes: readonly FileChange[], idBytes: number): Folder {
  const root = newFolder();
  for (const change of changes) {
    const parts = splitPath(change.path).map(encodeName);
    const name = parts.pop()!;
    let folder = root;
    for (const part of parts) {
      if (folder.files.has(part)) throw twice(change.path);
      const next = folder.folders.get(part) ?? newFolder();
      folder.folders.set(part, next);
      folder = next;
    }
    if (folder.files.has(name) || folder.folders.has(name)) throw twice(change.path);
    folder.files.set(name, change.kind === "put" ? makeObject("blob", change.content, idBytes) : null);
  }
  return root;
}

function twice(path: string): RepoError {
  return new RepoError("unsafe-name", `${JSON.stringify(path)} is changed twice, or is a file and a folder`);
}

/**
 * Applies the changes to a tree. A folder that becomes empty goes with its last file; a file
 * that stands where a folder is needed (or the other way round) is `unsafe-name`.
 */
export async function changeTree(
  reader: ObjectReader,
  tree: string | null,
  changes: readonly FileChange[],
  idBytes: number,
): Promise<NewTree> {
  const objects: NewObject[] = [];
  const root = await changeFolder(reader, tree, arrange(changes, idBytes), idBytes, objects);
  const id = root ?? storeTree([], idBytes, objects);
  return { id, objects };
}

/** The new tree of a folder; null when nothing is left in it. */
async function changeFolder(
  reader: ObjectReader,
  tree: string | null,
  change: Folder,
  idBytes: number,
  objects: NewObject[],
): Promise<string | null> {
  const entries = new Map<string, TreeEntry>(
    (await readTree(reader, tree, idBytes)).map((entry) => [entry.name, entry]),
  );
  for (const [name, blob] of change.files) {
    const old = entries.get(name);
    if (old !== undefined && kindOf(old) === "folder") throw inTheWay(name);
    if (blob === null) entries.delete(name);
    else {
      const isFile = old !== undefined && /^100/.test(old.mode);
      entries.set(name, { name, id: blob.id, mode: isFile ? old.mode : FILE_MODE });
      objects.push(blob);
    }
  }
  for (const [name, folder] of change.folders) {
    const old = entries.get(name);
    if (old !== undefined && kindOf(old) !== "folder") throw inTheWay(name);
    const id = await changeFolder(reader, old?.id ?? null, folder, idBytes, objects);
    if (id === null) entries.delete(name);
    else entries.set(name, { name, id, mode: FOLDER_MODE });
  }
  return entries.size === 0 ? null : storeTree([...entries.values()], idBytes, objects);
}

function storeTree(entries: readonly TreeEntry[], idBytes: number, objects: NewObject[]): string {
  const tree = makeObject("tree", formatTree(entries), idBytes);
  objects.push(tree);
  return tree.id;
}

async function readTree(reader: ObjectReader, id: string | null, idBytes: number): Promise<TreeEntry[]> {
  if (id === null) return [];
  const object = await reader.read(id);
  if (object?.type !== "tree") {
    throw new RepoError("missing-object", `the tree ${id} is not in this repository`);
  }
  return parseTree(object.bytes, idBytes);
}

function inTheWay(name: string): RepoError {
  return new RepoError(
    "unsafe-name",
    `${JSON.stringify(name)} is a file and is needed as a folder, or the reverse`,
  );
}
