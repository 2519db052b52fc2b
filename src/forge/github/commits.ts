/** Commits and files of a request. */
import type { ChangedFiles, RequestCommit } from "../request.ts";
import { PAGE_SIZE, type GithubClient, type Page } from "./client.ts";
import { byCodeUnit, commitOf, fileOf, stateOf, type GithubCommit, type GithubPull } from "./convert.ts";
import { GithubError } from "./failure.ts";
import { readPull } from "./pulls.ts";

/** GitHub lists no more commits of a pull request, but a comparison has no such end. */
const MOST_PULL_COMMITS = 250;

/** While open, by comparison with the base as it is now; once merged, what GitHub kept of it. */
export async function listCommits(
  client: GithubClient,
  number: number,
  ourEmail: string,
): Promise<readonly RequestCommit[]> {
  const pull = await readPull(client, number);
  const commits =
    stateOf(pull) === "merged" ? await listMerged(client, pull) : await listUnmerged(client, pull);
  return commits.map((commit) => commitOf(commit, ourEmail));
}

async function listMerged(client: GithubClient, pull: GithubPull): Promise<readonly GithubCommit[]> {
  if (pull.commits <= MOST_PULL_COMMITS || pull.merge_commit_sha === null) return listKept(client, pull);
  const { data } = await client.call("reading the merge", (octokit, name) =>
    octokit.rest.git.getCommit({ ...name, commit_sha: pull.merge_commit_sha ?? "" }),
  );
  const before = data.parents[0]?.sha;
  return before === undefined ? [] : compare(client, before, pull.head.sha);
}

async function listUnmerged(client: GithubClient, pull: GithubPull): Promise<readonly GithubCommit[]> {
  try {
    return await compare(client, pull.base.ref, pull.head.sha);
  } catch (error) {
    // The base branch of a closed request may be gone.
    if (error instanceof GithubError && error.code === "not-found") return listKept(client, pull);
    throw error;
  }
}

async function listKept(client: GithubClient, pull: GithubPull): Promise<readonly GithubCommit[]> {
  const { items } = await client.list(
    `listing the commits of request ${pull.number}`,
    async (octokit, name, page) => {
      const { data, headers } = await octokit.rest.pulls.listCommits({
        ...name,
        pull_number: pull.number,
        per_page: PAGE_SIZE,
        page,
      });
      return { items: data, link: headers.link };
    },
  );
  return items;
}

/** Commits of `head` that `base` lacks, oldest first. */
export async function compare(
  client: GithubClient,
  base: string,
  head: string,
): Promise<readonly GithubCommit[]> {
  const { items } = await client.list(
    `comparing ${base} and ${head}`,
    async (octokit, name, page): Promise<Page<GithubCommit>> => {
      const { data, headers } = await octokit.rest.repos.compareCommitsWithBasehead({
        ...name,
        basehead: `${base}...${head}`,
        per_page: PAGE_SIZE,
        page,
      });
      return { items: data.commits, link: headers.link };
    },
  );
  return items;
}

/** Complete when as many files came as GitHub counts; it lists 3,000 at most. */
export async function listChangedFiles(client: GithubClient, number: number): Promise<ChangedFiles> {
  const { items } = await client.list(
    `listing the files of request ${number}`,
    async (octokit, name, page) => {
      const { data, headers } = await octokit.rest.pulls.listFiles({
        ...name,
        pull_number: number,
        per_page: PAGE_SIZE,
        page,
      });
      return { items: data, link: headers.link };
    },
  );
  const pull = await readPull(client, number);
  const files = items.map(fileOf).filter((file) => file !== null);
  files.sort((a, b) => byCodeUnit(a.path, b.path));
  return { files, isComplete: pull.changed_files === items.length };
}
