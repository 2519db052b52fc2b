/** Requests as a reader sees them: what is recorded, and where the branches stand now. */
import { splitMarker } from "../marker.ts";
import type { Actor, ForgeRequest } from "../request.ts";
import { actorOfCommit, showActor, type LocalForgeOptions } from "./context.ts";
import type { ReadRequest } from "./store.ts";

const BRANCHES = "refs/heads/";

/** Where each branch stands, by short name. */
export type Tips = ReadonlyMap<string, string>;

export async function readTips({ git }: LocalForgeOptions): Promise<Tips> {
  return new Map((await git.listRefs(BRANCHES)).map(({ ref, id }) => [ref.slice(BRANCHES.length), id]));
}

/** How a request ended. */
export interface Ending {
  readonly by: Actor | null;
  readonly mergeCommit: string | null;
}

export interface SeenRequest {
  readonly request: ForgeRequest;
  /** Null while open. */
  readonly ending: Ending | null;
}

/**
 * A head that was asked for and is now in the base was merged, whoever did it (`git merge`, a crash
 * between the two refs of a merge): the commit that brought it in says who and when.
 */
export async function seeRequest(
  options: LocalForgeOptions,
  read: ReadRequest,
  tips: Tips,
): Promise<SeenRequest> {
  const { record } = read;
  if (record.state !== "open") {
    const by = record.state === "merged" ? record.mergedBy : record.closedBy;
    const ending = { by: by === null ? null : showActor(options, by), mergeCommit: record.mergeCommit };
    return { request: showRequest(options, read, record.headSha), ending };
  }
  const live = tips.get(record.headBranch) ?? record.headSha;
  const arrival = await findHandMerge(options, record.headSha, live, tips.get(record.base));
  if (arrival === null) return { request: showRequest(options, read, live), ending: null };
  const commit = await options.git.readCommit(arrival);
  const request = showRequest(options, read, live);
  return {
    request: { ...request, state: "merged", closedAt: commit.committedAt },
    ending: { by: actorOfCommit(options, commit.committer), mergeCommit: arrival },
  };
}

/** Both the head that was asked for and the one that stands there now must be in the base. */
async function findHandMerge(
  { git }: LocalForgeOptions,
  asked: string,
  live: string,
  base: string | undefined,
): Promise<string | null> {
  if (base === undefined || !(await git.isAncestor(asked, base))) return null;
  if (live !== asked && !(await git.isAncestor(live, base))) return null;
  return git.findArrival(live, base);
}

function showRequest(
  options: LocalForgeOptions,
  { record, text }: ReadRequest,
  headSha: string,
): ForgeRequest {
  const { marker, body } = splitMarker(text);
  return {
    number: record.number,
    url: null,
    title: record.title,
    body,
    marker,
    author: showActor(options, record.author),
    head: { branch: record.headBranch, sha: headSha, isSameRepository: true },
    base: record.base,
    isDraft: false,
    labels: record.labels.map(({ name }) => name).sort(),
    state: record.state,
    createdAt: record.createdAt,
    closedAt: record.closedAt,
  };
}
