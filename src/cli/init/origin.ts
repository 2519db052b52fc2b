/** Where a policy that is started inside a clone will have its requests. */
import { askGit, type GitPlace } from "../../repo/git-process.ts";
import { RepoError } from "../../repo/error.ts";

/** As `https://github.com/acme/policy.git`, `git@github.com:acme/policy` and `ssh://git@github.com/acme/policy`. */
const ADDRESS =
  /^(?:https?:\/\/(?:[^/@\s]*@)?(?:www\.)?github\.com\/|(?:ssh|git):\/\/(?:[^/@\s]*@)?github\.com(?::\d+)?\/|(?:[^/@:\s]+@)?github\.com:)([^/\s]+)\/([^/\s]+?)(?:\.git)?\/?$/i;
/** What GitHub lets an owner and a repository be called. */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** `acme/policy` for the address of a repository on github.com; null for any other. Credentials in it are dropped. */
export function githubRepository(address: string): string | null {
  const [, owner, name] = ADDRESS.exec(address) ?? [];
  if (owner === undefined || name === undefined) return null;
  return NAME.test(owner) && NAME.test(name) ? `${owner}/${name}` : null;
}

/** The repository on github.com that `origin` names; null outside Git, without Git, and for other places. */
export async function findGithubOrigin(place: GitPlace): Promise<string | null> {
  try {
    const answer = await askGit(place, ["config", "--get", "remote.origin.url"]);
    return answer.code === 0 ? githubRepository(answer.stdout.toString("utf8").trim()) : null;
  } catch (error) {
    if (error instanceof RepoError) return null;
    throw error;
  }
}
