import type { MergeOrder, MergeOutcome } from "../forge.ts";
import { codeOf, writingActor, type LocalForgeOptions } from "./context.ts";
import { judgeMerge } from "./reader.ts";
import { requestRef } from "./record.ts";
import { readStoredRequest, retry, storeRequest, withRecord, type ReadRequest } from "./store.ts";
import { readTips, seeRequest, type SeenRequest, type Tips } from "./view.ts";

function refuse(
  reason: Extract<MergeOutcome, { kind: "refused" }>["reason"],
  detail: string,
): Extract<MergeOutcome, { kind: "refused" }> {
  return { kind: "refused", reason, detail };
}

/**
 * Base, head and request move or stand in one transaction of refs. A crash inside it can leave the base
 * merged and the request open: then the head is found in the base, and the request is merged all the same.
 */
export function mergeRequest(
  options: LocalForgeOptions,
  number: number,
  order: MergeOrder,
): Promise<MergeOutcome> {
  return retry(async () => {
    const read = await readStoredRequest(options, number);
    const tips = await readTips(options);
    const seen = await seeRequest(options, read, tips);
    if (seen.request.state === "merged") return finishMerge(options, read, seen, tips, order);
    if (seen.request.state === "closed") return refuse("closed", `request ${number} was closed`);
    const { head } = seen.request;
    if (!tips.has(head.branch)) return refuse("head-moved", `the branch ${head.branch} is gone`);
    if (head.sha !== order.headSha) return refuse("head-moved", `${head.branch} is at ${head.sha}`);
    const { state, detail, tree } = await judgeMerge(options, seen.request, tips);
    if (state !== "clean") return refuse(state, detail);
    return commitMerge(options, read, seen, tips, order, tree!);
  });
}

async function commitMerge(
  options: LocalForgeOptions,
  read: ReadRequest,
  { request }: SeenRequest,
  tips: Tips,
  order: MergeOrder,
  tree: string,
): Promise<MergeOutcome | null> {
  const { git } = options;
  const base = tips.get(request.base)!;
  const commit = await git.writeCommit(tree, {
    parents: [base, order.headSha],
    author: options.writeAs,
    at: options.now(),
    message: `${order.title}\n\n${order.message.trim()}\n`.replaceAll("\0", ""),
  });
  const dirty = await explainDirty(() => git.checkMovable(request.base, base, commit));
  if (dirty !== null) return refuse("blocked", dirty);
  const ending = { closedAt: options.now(), mergedBy: writingActor(options), mergeCommit: commit };
  const next = withRecord(read, { ...ending, state: "merged", headSha: order.headSha, baseSha: base });
  const to = await storeRequest(options, next, read, "merged");
  const moves = [
    { ref: requestRef(request.number), from: read.at, to },
    { ref: `refs/heads/${request.head.branch}`, from: order.headSha, to: order.headSha },
    { ref: `refs/heads/${request.base}`, from: base, to: commit },
  ];
  if (!(await git.moveRefs(moves, `patchring: merge request ${request.number}`))) return null;
  await git.moveCheckout(request.base, base, commit);
  return { kind: "merged", commit };
}

/** It is merged already: writes that down where it is not, and brings a work tree along that a crash left behind. */
async function finishMerge(
  options: LocalForgeOptions,
  read: ReadRequest,
  { request, ending }: SeenRequest,
  tips: Tips,
  order: MergeOrder,
): Promise<MergeOutcome | null> {
  const commit = ending?.mergeCommit ?? null;
  if (commit === null || request.head.sha !== order.headSha) {
    return refuse("head-moved", `request ${request.number} was merged at ${request.head.sha}`);
  }
  const { parents } = await options.git.readCommit(commit);
  if (read.record.state === "open") {
    const mergedBy = ending?.by ?? null;
    const by = mergedBy === null ? null : { login: mergedBy.login, kind: mergedBy.kind };
    const baseSha = parents.length > 1 ? parents[0]! : read.record.baseSha;
    const facts = { closedAt: request.closedAt, mergedBy: by, mergeCommit: commit, baseSha };
    const next = withRecord(read, { ...facts, state: "merged", headSha: order.headSha });
    const to = await storeRequest(options, next, read, "merged");
    const moves = [{ ref: requestRef(request.number), from: read.at, to }];
    if (!(await options.git.moveRefs(moves, "patchring: merged"))) return null;
  }
  if (tips.get(request.base) === commit) await options.git.moveCheckout(request.base, parents[0]!, commit);
  return { kind: "merged", commit };
}

/** What keeps a work tree from following; null when nothing does. */
async function explainDirty(check: () => Promise<void>): Promise<string | null> {
  try {
    await check();
    return null;
  } catch (error) {
    if (error instanceof Error && codeOf(error) === "dirty-tree") return error.message;
    throw error;
  }
}
