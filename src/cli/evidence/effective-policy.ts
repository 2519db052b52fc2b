/** The policy as it stood at the commits that runs of the period used. */
import { RepoError } from "../../repo/error.ts";
import { readPolicyAt } from "../../repo/files-at.ts";
import { isPolicyFolder, isPolicyPath, READ_AT_MOST } from "../../repo/policy-file.ts";
import type { Repository } from "../../repo/repository.ts";
import { statementsOf } from "../history/statements.ts";

/** At most so many commits; a period with more says so. */
export const MOST_COMMITS = 200;

/** Null when the commit is not in the repository. */
export async function readEffectivePolicy(
  repository: Repository,
  commit: string,
): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const { files, refused } = await readPolicyAt(repository, commit, {
      folder: repository.prefix,
      isWantedFolder: isPolicyFolder,
      isWantedFile: isPolicyPath,
      maxFileBytes: READ_AT_MOST,
    });
    return {
      format: "patchring.effective-policy/1",
      commit,
      statements: files.flatMap(({ path, text }) =>
        statementsOf(path, text).map(({ id, kind, value }) => ({ id, kind, file: path, value })),
      ),
      unreadable: refused,
    };
  } catch (error) {
    if (error instanceof RepoError && ["unknown-revision", "missing-object"].includes(error.code))
      return null;
    throw error;
  }
}
