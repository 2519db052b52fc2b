/** The policy files of a directory at a commit, read from Git objects; the work tree is not touched. */
import type { Diagnostic } from "../core/diagnostic.ts";
import { RepoError } from "./error.ts";
import { readFilesAt, type FileAt } from "./files-at.ts";
import type { GitPlace } from "./git-process.ts";
import {
  decodePolicyFile,
  isDiagnostic,
  isPolicyFolder,
  isPolicyPath,
  READ_AT_MOST,
  repoError,
  type PolicyFile,
  type PolicyFiles,
} from "./policy-file.ts";
import { openRepository } from "./repository.ts";
import { linkRefused } from "./work-tree.ts";

export interface PolicyAtCommit extends PolicyFiles {
  readonly commit: string;
}

/** `unknown`: no commit of that name, or no repository. Text of Git, hostile, for the message. */
export type PolicyAtCommitResult = PolicyAtCommit | { readonly unknown: string };

/** `shownAs` is put before each path where it is shown. */
export async function readPolicyFilesAt(
  revision: string,
  shownAs: string,
  place: GitPlace,
): Promise<PolicyAtCommitResult> {
  try {
    const repository = await openRepository(place);
    const { commit, files } = await readFilesAt(repository, revision, {
      folder: repository.prefix,
      isWantedFolder: (path) => path.split("/").every(isPolicyFolder),
      isWantedFile: isPolicyPath,
      maxFileBytes: READ_AT_MOST,
    });
    return { commit, ...decodeFiles(files, shownAs) };
  } catch (error) {
    if (!(error instanceof RepoError)) throw error;
    return { unknown: error.message };
  }
}

function decodeFiles(found: readonly FileAt[], shownAs: string): PolicyFiles {
  const files: PolicyFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { path, kind, bytes } of found) {
    if (kind === "submodule") continue;
    if (kind === "link") diagnostics.push(linkRefused(shownAs + path));
    else if (bytes === null) diagnostics.push(tooLarge(shownAs + path));
    else {
      const decoded = decodePolicyFile(shownAs + path, bytes);
      if (isDiagnostic(decoded)) diagnostics.push(decoded);
      else files.push(decoded);
    }
  }
  return { files, diagnostics };
}

function tooLarge(path: string): Diagnostic {
  return repoError(
    "repo/too-large",
    path,
    "Policy file is too large",
    "It is larger than a policy file may be, so it was not read, and nothing is decided without it.",
    "split it, or move what is no policy out of the policy directory.",
  );
}
