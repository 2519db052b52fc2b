/** The whole history of a commit as one file, which any Git can read and check. */
import { runGit } from "./git-process.ts";
import type { Repository } from "./repository.ts";

/** Writes the branches and tags that the repository has, and `HEAD`. Throws `failed`, as for a shallow clone. */
export async function writeBundle(repository: Repository, path: string): Promise<void> {
  await runGit(repository, ["bundle", "create", "--quiet", path, "HEAD", "--branches", "--tags"]);
}
