/** The policy files of a directory at a commit, read from Git objects; the work tree is not touched. */
import type { Diagnostic } from "../core/diagnostic.ts";
import { askGit, type GitOptions } from "./git.ts";
import {
  comparePaths,
  decodePolicyFile,
  isDiagnostic,
  isPolicyPath,
  READ_AT_MOST,
  type PolicyFile,
  type PolicyFiles,
} from "./policy-file.ts";
import { linkRefused } from "./work-tree.ts";

export interface PolicyAtCommit extends PolicyFiles {
  readonly commit: string;
}

/** `unknown`: no commit of that name, or no repository. Text of Git, hostile, for the message. */
export type PolicyAtCommitResult = PolicyAtCommit | { readonly unknown: string };

export async function readPolicyFilesAt(
  revision: string,
  shownAs: string,
  options: GitOptions,
): Promise<PolicyAtCommitResult> {
  const found = await askGit(
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`],
    options,
  );
  if (found.code !== 0) return { unknown: firstLine(found.stderr) };
  const commit = found.stdout.toString("utf8").trim();
  const listed = await askGit(["ls-tree", "-r", "-z", "--long", commit], options);
  if (listed.code !== 0) return { unknown: firstLine(listed.stderr) };
  const entries = listed.stdout.toString("utf8").split("\0").flatMap(parseEntry);
  const { files, diagnostics } = await readBlobs(entries, shownAs, options);
  return { commit, files: files.sort(comparePaths), diagnostics };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  /** Inside the directory. */
  readonly path: string;
}

/** `<mode> <type> <object> <size>\t<path>` of a policy file. */
function parseEntry(text: string): TreeEntry[] {
  const match = /^(\d+) blob ([0-9a-f]+) +\d+\t(.*)$/s.exec(text);
  const path = match?.[3];
  if (path === undefined || !isPolicyPath(path)) return [];
  return [{ mode: match![1]!, object: match![2]!, path }];
}

async function readBlobs(
  entries: readonly TreeEntry[],
  shownAs: string,
  options: GitOptions,
): Promise<{ files: PolicyFile[]; diagnostics: Diagnostic[] }> {
  const plain = entries.filter((entry) => entry.mode !== "120000");
  const files: PolicyFile[] = [];
  const diagnostics = entries
    .filter((entry) => entry.mode === "120000")
    .map((entry) => linkRefused(shownAs + entry.path));
  const input = plain.map((entry) => `${entry.object}\n`).join("");
  const { stdout } = await askGit(["cat-file", "--batch"], { ...options, input });
  let at = 0;
  for (const entry of plain) {
    const headEnd = stdout.indexOf(10, at);
    const size = Number(/ blob (\d+)$/.exec(stdout.toString("utf8", at, headEnd))?.[1]);
    if (Number.isNaN(size)) throw new Error(`Git does not have the object of ${entry.path}`);
    const bytes = stdout.subarray(headEnd + 1, headEnd + 1 + size);
    const decoded = decodePolicyFile(shownAs + entry.path, bytes.subarray(0, READ_AT_MOST));
    if (isDiagnostic(decoded)) diagnostics.push(decoded);
    else files.push(decoded);
    at = headEnd + 1 + size + 1;
  }
  return { files, diagnostics };
}
