/** The policy files of a directory as they lie there. Reads only. */
import { readdirSync, readSync, openSync, closeSync, fstatSync, realpathSync, statSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join, sep } from "node:path";
import type { Diagnostic } from "../core/diagnostic.ts";
import {
  comparePaths,
  decodePolicyFile,
  isDiagnostic,
  isPolicyFileName,
  isPolicyFolder,
  READ_AT_MOST,
  repoError,
  type PolicyFile,
  type PolicyFiles,
} from "./policy-file.ts";

interface Walk {
  /** With no symbolic link in it. */
  readonly root: string;
  readonly files: PolicyFile[];
  readonly diagnostics: Diagnostic[];
}

/**
 * All `*.yaml` and `*.yml` files under `directory`, without dot folders, `node_modules` and
 * `schemas`. Links to files inside the directory are followed, all others are errors.
 * `shownAs` stands before each path. Synchronous: a few hundred small files are read faster
 * so than by asking for each. Throws what the system throws when the directory itself cannot be read.
 */
export function readPolicyFiles(directory: string, shownAs: string): PolicyFiles {
  const walk: Walk = { root: realpathSync(directory), files: [], diagnostics: [] };
  for (const entry of readdirSync(walk.root, { withFileTypes: true })) visit(walk, "", shownAs, entry);
  return {
    files: walk.files.sort(comparePaths),
    diagnostics: walk.diagnostics,
  };
}

function visit(walk: Walk, folder: string, shownAs: string, entry: Dirent): void {
  const inside = folder + entry.name;
  const shown = shownAs + inside;
  try {
    if (entry.isDirectory()) {
      if (!isPolicyFolder(entry.name)) return;
      const entries = readdirSync(join(walk.root, inside), { withFileTypes: true });
      for (const next of entries) visit(walk, `${inside}/`, shownAs, next);
    } else if (entry.isSymbolicLink()) {
      followLink(walk, inside, shown, entry.name);
    } else if (entry.isFile() && isPolicyFileName(entry.name)) {
      readInto(walk, join(walk.root, inside), shown);
    }
  } catch (error) {
    walk.diagnostics.push(unreadable(shown, error));
  }
}

function followLink(walk: Walk, inside: string, shown: string, name: string): void {
  const link = join(walk.root, inside);
  if (isPolicyFileName(name)) {
    const target = realpathSync(link);
    if (target.startsWith(walk.root + sep) && statSync(target).isFile()) readInto(walk, target, shown);
    else walk.diagnostics.push(linkRefused(shown));
  } else if (isPolicyFolder(name) && statSync(link, { throwIfNoEntry: false })?.isDirectory() === true) {
    walk.diagnostics.push(linkRefused(shown));
  }
}

export function linkRefused(shown: string): Diagnostic {
  return repoError(
    "repo/symlink",
    shown,
    "Link is not followed",
    "This is a symbolic link to a folder, or to something outside the policy directory. What it points to can change without a commit, so nothing of it is read.",
    "put the file itself here, or remove the link.",
  );
}

function unreadable(shown: string, error: unknown): Diagnostic {
  if (!(error instanceof Error) || !("code" in error)) throw error;
  return repoError(
    "repo/unreadable",
    shown,
    "Policy cannot be read",
    `The system says ${JSON.stringify(String(error.code))}. A hold or a recall could stand here, so nothing is decided without it.`,
    "check that it exists and who may read it.",
  );
}

function readInto(walk: Walk, path: string, shown: string): void {
  const decoded = decodePolicyFile(shown, readStart(path));
  if (isDiagnostic(decoded)) walk.diagnostics.push(decoded);
  else walk.files.push(decoded);
}

/** The bytes of a file, at most READ_AT_MOST. */
function readStart(path: string): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(Math.min(fstatSync(descriptor).size, READ_AT_MOST));
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(descriptor, bytes, filled, bytes.length - filled, null);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}
