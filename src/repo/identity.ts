/** Which commit a policy directory stands at, and whether its policy files differ from it. */
import { RepoError } from "./error.ts";
import { askGit, type GitAnswer, type GitPlace } from "./git-process.ts";
import { isPolicyPath } from "./policy-file.ts";

export interface TreeIdentity {
  /** Null outside a Git work tree, before the first commit, and without Git. */
  readonly commit: string | null;
  /** A policy file of the directory was added, changed or removed since that commit. */
  readonly dirty: boolean;
}

export const NO_IDENTITY: TreeIdentity = { commit: null, dirty: false };

/**
 * Takes one round of Git. Inventory, outbox and other files do not make a policy dirty.
 * `isRead` tells whether policy was read from a folder inside the directory: Git reports an
 * ignored folder as a whole. It is asked after Git has answered.
 */
export async function readIdentity(
  place: GitPlace,
  isRead: (folder: string) => boolean,
): Promise<TreeIdentity> {
  const patterns = [":(glob,icase)**/*.yaml", ":(glob,icase)**/*.yml"];
  const status = [
    "status",
    "--porcelain=v2",
    "--branch",
    "-z",
    "--untracked-files=all",
    "--ignored=matching",
  ];
  const prefix = ["rev-parse", "--show-prefix"];
  const [answer, inside] = await Promise.all([
    ask(place, [...status, "--no-renames", "--", ...patterns]),
    ask(place, prefix),
  ]);
  if (answer?.code !== 0 || inside?.code !== 0) return NO_IDENTITY;
  const folder = inside.stdout.toString("utf8").replace(/\n$/, "");
  const records = answer.stdout.toString("utf8").split("\0");
  const commit = records.find((record) => record.startsWith("# branch.oid "))?.slice(13) ?? "(initial)";
  if (commit === "(initial)") return NO_IDENTITY;
  return { commit, dirty: records.some((record) => isPolicyChange(record, folder, isRead)) };
}

/** Null without Git: a policy that stands in no repository is a policy too. */
async function ask(place: GitPlace, args: readonly string[]): Promise<GitAnswer | null> {
  try {
    return await askGit(place, args, { pathspecs: "magic" });
  } catch (error) {
    if (error instanceof RepoError) return null;
    throw error;
  }
}

/** A record of `git status --porcelain=v2 -z`; paths in it start at the root of the work tree. */
function isPolicyChange(record: string, folder: string, isRead: (folder: string) => boolean): boolean {
  const path = pathOf(record);
  if (path?.startsWith(folder) !== true) return false;
  const inside = path.slice(folder.length);
  return inside.endsWith("/") ? isRead(inside) : isPolicyPath(inside);
}

const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1, "!": 1 };

function pathOf(record: string): string | null {
  const fields = FIELDS_BEFORE_PATH[record[0] ?? ""];
  return fields === undefined ? null : record.split(" ").slice(fields).join(" ");
}
