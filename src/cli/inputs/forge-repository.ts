/** The repository behind a forge: where its base branch stands, and the policy in it. */
import { resolve } from "node:path";
import { RepoError } from "../../repo/error.ts";
import { readCurrentBranch } from "../../repo/checkout.ts";
import { readPolicyAt, type PolicyAt } from "../../repo/files-at.ts";
import { branchRef } from "../../repo/names.ts";
import { isPolicyFileName, isPolicyFolder, READ_AT_MOST } from "../../repo/policy-file.ts";
import { readRef } from "../../repo/refs.ts";
import { openRepository, type Repository } from "../../repo/repository.ts";
import { refuse } from "../refusal.ts";
import type { ForgePlace } from "../invocation.ts";

export interface ForgeRepository {
  readonly repository: Repository;
  readonly base: { readonly branch: string; readonly commit: string };
  /** Of the policy: "" for the root, else with `/` at the end. */
  readonly folder: string;
  readonly readPolicy: () => Promise<PolicyAt>;
}

/** The policy's own repository, or the one that `path` names. Throws `RepoError`. */
export async function openForgeRepository(place: ForgePlace): Promise<ForgeRepository> {
  const { directory, env } = place;
  const path = textSetting(place, "path");
  const own = await openRepository({ directory, env }).catch((error: unknown) => {
    if (path === null) throw error;
    return null;
  });
  const repository =
    path === null ? own! : await openRepository({ directory: resolve(directory, path), env });
  const base = await findBase(repository, textSetting(place, "baseBranch"));
  const folder = own?.prefix ?? "";
  return {
    repository,
    base,
    folder,
    readPolicy: () => readPolicyOf(repository, base.commit, folder),
  };
}

function textSetting({ settings }: ForgePlace, key: string): string | null {
  const value = settings?.[key];
  if (value === undefined || value === null) return null;
  if (typeof value === "string" && value !== "") return value;
  throw refuse(
    "policy",
    "cli/unknown-forge",
    "Wrong setting of the forge",
    `\`forge.${key}\` of the Fleet takes text, but is ${JSON.stringify(value)}.`,
    `write \`${key}: "…"\`.`,
  );
}

/** The branch that is named; else `main` where there is one; else, and in a bare repository, that of `HEAD`. */
async function findBase(repository: Repository, named: string | null): Promise<ForgeRepository["base"]> {
  const first = named ?? (repository.isBare ? await readCurrentBranch(repository) : "main");
  const commit = await readRef(repository, branchRef(first));
  if (commit !== null) return { branch: first, commit };
  const branch = named === null && !repository.isBare ? await readCurrentBranch(repository) : first;
  const other = branch === first ? null : await readRef(repository, branchRef(branch));
  if (other !== null) return { branch, commit: other };
  throw new RepoError("unknown-revision", `the base branch ${branch} has no commit here`);
}

/** The policy in a folder of a commit. Throws `RepoError`. */
export function readPolicyOf(repository: Repository, commit: string, folder: string): Promise<PolicyAt> {
  const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  return readPolicyAt(repository, commit, {
    folder,
    isWantedFolder: (path) => isPolicyFolder(nameOf(path)),
    isWantedFile: (path) => isPolicyFileName(nameOf(path)),
    maxFileBytes: READ_AT_MOST,
  });
}
