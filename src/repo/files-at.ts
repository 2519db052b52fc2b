/** Files at a commit, from Git objects alone: the work tree is neither read nor touched. */
import { isUtf8, type Buffer } from "node:buffer";
import { RepoError } from "./error.ts";
import { checkRevision } from "./names.ts";
import { withObjectReader, type GitObject, type ObjectReader } from "./object-reader.ts";
import { unknownRevision, type Repository } from "./repository.ts";
import { decodeName, kindOf, parseTree, type TreeEntry } from "./tree.ts";

export interface FileAt {
  /** From the folder that was read, with `/`. */
  readonly path: string;
  readonly kind: "file" | "executable" | "link" | "submodule";
  /** Of the blob, or of the submodule's commit. */
  readonly id: string;
  /** Null for a submodule, and for a file that is larger than asked for. */
  readonly bytes: Buffer | null;
}

export interface FilesAt {
  readonly commit: string;
  /** Sorted by path, by code unit. */
  readonly files: readonly FileAt[];
}

export interface FileChoice {
  /** Folder inside the repository, empty for its root, else with `/` at the end. */
  readonly folder: string;
  /** Folders that are not wanted are not opened. Paths are from `folder`, without `/` at the end. */
  readonly isWantedFolder: (path: string) => boolean;
  readonly isWantedFile: (path: string) => boolean;
  /** A larger file is listed without its bytes. */
  readonly maxFileBytes: number;
}

/** More than this is an attack or a mistake: trees that name each other can pretend to hold any number of files. */
const MAX_ENTRIES = 200_000;

/**
 * The wanted files of a revision by one `git cat-file`, in as many rounds as the folders are deep.
 * A folder that is not there is an empty one.
 * Throws `unknown-revision`, `missing-object` (partial or damaged repository), `failed` for too much of it.
 */
export function readFilesAt(repository: Repository, revision: string, choice: FileChoice): Promise<FilesAt> {
  checkRevision(revision);
  return withObjectReader(repository, async (reader) => {
    const commit = await reader.readHead(`${revision}^{commit}`);
    if (commit === null) throw unknownRevision(repository, revision);
    const folder = choice.folder.replace(/\/$/, "");
    const root = await reader.read(folder === "" ? `${commit.id}^{tree}` : `${commit.id}:${folder}`);
    if (root?.type !== "tree") return { commit: commit.id, files: [] };
    const found = await walk(reader, root, choice, repository.idBytes);
    const files = await readBytes(reader, found, choice.maxFileBytes);
    return { commit: commit.id, files };
  });
}

interface FoundEntry {
  readonly path: string;
  readonly entry: TreeEntry;
}

/** All folders of one depth are asked for together. */
async function walk(
  reader: ObjectReader,
  root: GitObject,
  choice: FileChoice,
  idBytes: number,
): Promise<FoundEntry[]> {
  const files: FoundEntry[] = [];
  let entries = 0;
  let level: { readonly path: string; readonly tree: GitObject }[] = [{ path: "", tree: root }];
  while (level.length > 0) {
    const folders: FoundEntry[] = [];
    for (const { path, tree } of level) {
      for (const entry of parseTree(tree.bytes, idBytes)) {
        entries += 1;
        if (entries > MAX_ENTRIES) throw tooMuch(`more than ${MAX_ENTRIES} files and folders`);
        const found = { path: path + decodeName(entry.name), entry };
        if (kindOf(entry) === "folder") {
          if (choice.isWantedFolder(found.path)) folders.push(found);
        } else if (choice.isWantedFile(found.path)) files.push(found);
      }
    }
    level = await Promise.all(
      folders.map(async ({ path, entry }) => ({
        path: `${path}/`,
        tree: (await reader.read(entry.id)) ?? missing(path),
      })),
    );
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readBytes(
  reader: ObjectReader,
  found: readonly FoundEntry[],
  maxFileBytes: number,
): Promise<FileAt[]> {
  return Promise.all(
    found.map(async ({ path, entry }) => {
      const kind = kindOf(entry) as FileAt["kind"];
      const isBlob = kind !== "submodule";
      const object = isBlob ? ((await reader.readUpTo(entry.id, maxFileBytes)) ?? missing(path)) : null;
      return { path, kind, id: entry.id, bytes: object?.bytes ?? null };
    }),
  );
}

function missing(path: string): never {
  throw new RepoError(
    "missing-object",
    `${JSON.stringify(path)} is named in the history but its content is not in this repository`,
  );
}

function tooMuch(what: string): RepoError {
  return new RepoError("failed", `the commit holds ${what}; nothing of it is read`);
}

/** As `policy/` takes it. */
export interface PolicyFileAt {
  readonly path: string;
  readonly text: string;
}

export interface PolicyAt {
  readonly commit: string;
  readonly files: readonly PolicyFileAt[];
  /** Files that are policy by their name and cannot be read as text: nothing may be decided without them. */
  readonly refused: readonly {
    readonly path: string;
    readonly reason: "link" | "submodule" | "too-large" | "not-utf8";
  }[];
}

/** The policy files of a revision as text, and what is wrong with the others. */
export async function readPolicyAt(
  repository: Repository,
  revision: string,
  choice: FileChoice,
): Promise<PolicyAt> {
  const { commit, files } = await readFilesAt(repository, revision, choice);
  const read: PolicyFileAt[] = [];
  const refused: PolicyAt["refused"][number][] = [];
  for (const { path, kind, bytes } of files) {
    if (kind === "link" || kind === "submodule") refused.push({ path, reason: kind });
    else if (bytes === null) refused.push({ path, reason: "too-large" });
    else if (!isUtf8(bytes)) refused.push({ path, reason: "not-utf8" });
    else read.push({ path, text: bytes.toString("utf8") });
  }
  return { commit, files: read, refused };
}
