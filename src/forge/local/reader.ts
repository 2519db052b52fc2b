import type { Instant } from "../../core/model.ts";
import type { ForgeReader, RequestFilter } from "../forge.ts";
import { isMarked, splitMarker, type Marker } from "../marker.ts";
import type {
  Actor,
  ChangedFiles,
  ForgeRequest,
  ForgeRequestDetail,
  Mergeability,
  RequestCommit,
  Review,
} from "../request.ts";
import { listChecks } from "./checks.ts";
import { asForge, showActor, type LocalForgeOptions } from "./context.ts";
import { readAllRequests, readStoredRequest, type ReadRequest } from "./store.ts";
import { readTips, seeRequest, type SeenRequest, type Tips } from "./view.ts";

/** As GitHub's, so that a text that fits here fits there. */
export const BODY_LIMIT = 65_536;

export interface LocalComment {
  readonly author: Actor;
  readonly marker: Marker | null;
  /** Without the marker line. */
  readonly body: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** What the command line shows of a request beyond what every forge can tell. */
export interface LocalReader extends ForgeReader {
  /** Oldest first. */
  listComments(number: number): Promise<readonly LocalComment[]>;
}

export function openLocalReader(options: LocalForgeOptions): LocalReader {
  const { bot, defaultBranch } = options;
  const us: Actor = { login: bot.name, kind: "bot", isUs: true };
  return {
    describe: () => Promise.resolve({ us, defaultBranch, bodyLimit: BODY_LIMIT }),
    listRequests: (filter) => asForge(() => listRequests(options, filter)),
    findOpenRequest: (name) =>
      asForge(async () => {
        const open = await listRequests(options, { states: ["open"], kind: name.kind, closedSince: null });
        return open.find(({ marker }) => isMarked(marker, name)) ?? null;
      }),
    readRequest: (number) => asForge(() => readRequest(options, number)),
    listReviews: (number) => asForge(() => listReviews(options, number)),
    listCommits: (number) => asForge(() => listCommits(options, number)),
    listChangedFiles: (number) => asForge(() => listChangedFiles(options, number)),
    listChecks: (sha) => asForge(() => listChecks(options, sha)),
    listComments: (number) => asForge(() => listComments(options, number)),
  };
}

/** All requests as they stand now, by number. */
export async function seeAllRequests(options: LocalForgeOptions): Promise<{
  readonly reads: readonly ReadRequest[];
  readonly seen: readonly SeenRequest[];
  readonly tips: Tips;
}> {
  // Requests first: a branch that moves in between was moved after they were read.
  const reads = await readAllRequests(options);
  const tips = await readTips(options);
  const seen: SeenRequest[] = [];
  for (const read of reads) seen.push(await seeRequest(options, read, tips));
  return { reads, seen, tips };
}

async function listRequests(options: LocalForgeOptions, filter: RequestFilter): Promise<ForgeRequest[]> {
  const { seen } = await seeAllRequests(options);
  return seen
    .map(({ request }) => request)
    .filter(
      ({ state, marker, closedAt }) =>
        filter.states.includes(state) &&
        (filter.kind === null || marker?.kind === filter.kind) &&
        (closedAt === null || filter.closedSince === null || closedAt >= filter.closedSince),
    );
}

async function readRequest(options: LocalForgeOptions, number: number): Promise<ForgeRequestDetail> {
  const read = await readStoredRequest(options, number);
  const tips = await readTips(options);
  const { request, ending } = await seeRequest(options, read, tips);
  return {
    ...request,
    closedBy: request.state === "closed" ? (ending?.by ?? null) : null,
    mergedBy: request.state === "merged" ? (ending?.by ?? null) : null,
    mergeCommit: ending?.mergeCommit ?? null,
    askedReviewers: [...(read.record.askedReviewers ?? [])].sort(),
    mergeability: request.state === "open" ? (await judgeMerge(options, request, tips)).state : "unknown",
  };
}

export interface MergeJudgement {
  readonly state: Mergeability;
  /** Why not; empty when it is clean. */
  readonly detail: string;
  /** The merged tree; null unless clean. */
  readonly tree: string | null;
}

/** Whether an open request could be merged at its head as it is now. A failed check blocks. */
export async function judgeMerge(
  options: LocalForgeOptions,
  { head, base }: ForgeRequest,
  tips: Tips,
): Promise<MergeJudgement> {
  const onto = tips.get(base);
  if (onto === undefined) return { state: "blocked", detail: `there is no branch ${base}`, tree: null };
  if (await options.git.isAncestor(head.sha, onto)) {
    return { state: "blocked", detail: `${head.branch} has nothing that ${base} lacks`, tree: null };
  }
  const merged = await options.git.mergeTrees(onto, head.sha);
  if (merged.kind === "conflict") {
    return { state: "conflict", detail: `both sides changed ${merged.paths.join(", ")}`, tree: null };
  }
  const failed = (await listChecks(options, head.sha)).filter(({ state }) => state === "failure");
  if (failed.length > 0) {
    const names = failed.map(({ name }) => name).join(", ");
    return { state: "blocked", detail: `failed checks: ${names}`, tree: null };
  }
  return { state: "clean", detail: "", tree: merged.tree };
}

async function listReviews(options: LocalForgeOptions, number: number): Promise<Review[]> {
  const { record } = await readStoredRequest(options, number);
  return record.reviews.map(({ author, state, headSha, at }) => ({
    author: showActor(options, author),
    isInsider: true,
    state,
    headSha,
    at,
  }));
}

/** What is asked to be merged into what. */
async function readRange(
  options: LocalForgeOptions,
  number: number,
): Promise<{ readonly head: string; readonly base: string }> {
  const read = await readStoredRequest(options, number);
  const tips = await readTips(options);
  const { request, ending } = await seeRequest(options, read, tips);
  const head = request.head.sha;
  const mergeCommit = ending?.mergeCommit ?? null;
  if (mergeCommit === null) return { head, base: tips.get(request.base) ?? read.record.baseSha };
  const { parents } = await options.git.readCommit(mergeCommit);
  return { head, base: parents.length > 1 ? parents[0]! : read.record.baseSha };
}

async function listCommits(options: LocalForgeOptions, number: number): Promise<RequestCommit[]> {
  const { head, base } = await readRange(options, number);
  const commits = await options.git.listCommits(head, base);
  const { email } = options.bot;
  return commits
    .map((commit) => ({
      sha: commit.commit,
      authorName: commit.author.name,
      authorEmail: commit.author.email,
      at: commit.committedAt,
      subject: commit.subject,
      isOurs: commit.author.email === email && commit.committer.email === email,
    }))
    .reverse();
}

async function listChangedFiles(options: LocalForgeOptions, number: number): Promise<ChangedFiles> {
  const { head, base } = await readRange(options, number);
  const from = (await options.git.findMergeBase(base, head)) ?? base;
  const files = await options.git.diffTrees(from, head);
  return {
    files: files.map(({ path, previousPath, status }) => ({ path, previousPath, status })),
    isComplete: true,
  };
}

async function listComments(options: LocalForgeOptions, number: number): Promise<LocalComment[]> {
  const { record, comments } = await readStoredRequest(options, number);
  return record.comments.map(({ id, author, createdAt, updatedAt }) => {
    const { marker, body } = splitMarker(comments.get(id) ?? "");
    return { author: showActor(options, author), marker, body, createdAt, updatedAt };
  });
}
