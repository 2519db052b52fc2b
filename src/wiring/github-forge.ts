/** Requests on GitHub: over its API, and branches over https as the identity that opens the requests. */
import { EXIT_CODES } from "../cli/exit-codes.ts";
import { readPolicyOf } from "../cli/inputs/forge-repository.ts";
import type { ForgeDesk, ForgePlace, ForgePost, ForgeView } from "../cli/invocation.ts";
import { Refusal } from "../cli/refusal.ts";
import { SECRET_CODES } from "../forge/github-codes.ts";
import {
  createGithubForge,
  parseGithubSettings,
  type GithubForge,
  type GithubForgeOptions,
} from "../forge/github/github-forge.ts";
import { openPromoteGit } from "../reconcile/promote/git.ts";
import type { PromoteGit } from "../reconcile/promote/ports.ts";
import type { BranchWriter } from "../repo/branch-writer.ts";
import { withCredential } from "../repo/credential.ts";
import { RepoError } from "../repo/error.ts";
import { openRemoteBranches } from "../repo/git-branch-writer.ts";
import { fetchCommit, type Remote } from "../repo/remote.ts";
import { openRepository, type Repository } from "../repo/repository.ts";
import { findAuthor, PROGRAM } from "./person.ts";

type Timing = GithubForgeOptions["timing"];

/** Not that of a remote which anybody has configured. */
const REMOTE = "patchring-forge";

export async function openGithubView(place: ForgePlace, timing: Timing): Promise<ForgeView> {
  return (await open(place, timing)).view;
}

/** On GitHub people review and merge by themselves; here they only ask. */
export async function openGithubDesk(
  place: ForgePlace,
  as: "program" | "person",
  timing: Timing,
): Promise<ForgeDesk> {
  const author = await findAuthor(place, as);
  const { view, forge, branches } = await open(place, timing);
  return { ...view, writer: forge.writer, branches, author, review: null };
}

export function openGithubPost(place: ForgePlace, timing: Timing): ForgePost {
  const forge = openForge(place, timing);
  return {
    reader: forge.reader,
    writer: forge.writer,
    listComments: (number) => forge.listComments(number),
  };
}

interface OpenedForge {
  readonly view: ForgeView;
  readonly forge: GithubForge;
  readonly branches: BranchWriter;
}

async function open(place: ForgePlace, timing: Timing): Promise<OpenedForge> {
  const forge = openForge(place, timing);
  const { directory, env } = place;
  const repository = await openRepository({ directory, env });
  const { defaultBranch: branch } = await forge.reader.describe();
  const branches = openBranches(forge, repository);
  const commit = await branches.readBranch(branch);
  if (commit === null) {
    throw new RepoError("unknown-revision", `the base branch ${branch} has no commit at ${forge.gitUrl}`);
  }
  const folder = repository.prefix;
  const view: ForgeView = {
    kind: "github",
    requestsUrl: forge.requestsUrl,
    reader: forge.reader,
    listComments: (number) => forge.listComments(number),
    branches: {
      readBranch: (name) => branches.readBranch(name),
      listBranches: (prefix) => branches.listBranches(prefix),
    },
    git: openGit(forge, repository),
    base: { branch, commit },
    folder,
    readPolicy: () => readPolicyOf(repository, commit, folder),
  };
  return { view, forge, branches };
}

/** Refuses wrong settings with exit 3, and a secret that is not there with exit 4. */
function openForge({ settings, env }: ForgePlace, timing: Timing): GithubForge {
  const parsed = parseGithubSettings(settings ?? {}, env);
  if (parsed.settings === null) {
    const isPolicyRight = parsed.diagnostics.every(({ code }) => SECRET_CODES.has(code));
    throw new Refusal(isPolicyRight ? EXIT_CODES.denied : EXIT_CODES.policy, parsed.diagnostics);
  }
  return createGithubForge(parsed.settings, {
    email: PROGRAM.email,
    ...(timing === undefined ? {} : { timing }),
  });
}

/** With a credential that is asked for anew each time: an App's lasts an hour. */
async function openRemote(forge: GithubForge, repository: Repository): Promise<Remote> {
  const credential = { name: REMOTE, url: forge.gitUrl, ...(await forge.readCredential()) };
  return { repository: withCredential(repository, credential), name: REMOTE };
}

function openBranches(forge: GithubForge, repository: Repository): BranchWriter {
  const ask = <T>(call: (branches: BranchWriter) => Promise<T>): Promise<T> =>
    cleaned(forge, async () => call(openRemoteBranches(await openRemote(forge, repository))));
  return {
    readBranch: (branch) => ask((branches) => branches.readBranch(branch)),
    listBranches: (prefix) => ask((branches) => branches.listBranches(prefix)),
    writeBranch: (commit) => ask((branches) => branches.writeBranch(commit)),
    deleteBranch: (branch, expected) => ask((branches) => branches.deleteBranch(branch, expected)),
  };
}

/** What requests ask for is fetched, commit by commit. */
function openGit(forge: GithubForge, repository: Repository): PromoteGit {
  const git = openPromoteGit(repository);
  return {
    readTexts: async (commit, paths) => {
      await cleaned(forge, async () => fetchCommit(await openRemote(forge, repository), commit));
      return git.readTexts(commit, paths);
    },
    readChangedAt: (commit, path) => git.readChangedAt(commit, path),
  };
}

/** What a server said to Git could hold what Git said to it. */
async function cleaned<T>(forge: GithubForge, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof RepoError)) throw error;
    throw new RepoError(error.code, forge.clean(error.message.replace(`remote ${REMOTE}`, "GitHub")));
  }
}
