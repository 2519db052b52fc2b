/** What the forge knows of the requests that were merged in the period, kept before it forgets. */
import type { AuditPeriod } from "../../core/audit-period.ts";
import { isWithin } from "../../core/audit-period.ts";
import { formatInstant } from "../../core/time.ts";
import type { ForgeReader } from "../../forge/forge.ts";
import { ForgeError } from "../../forge/forge.ts";

export interface ApprovalFile {
  readonly number: number;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Merged in the period, by number. Throws `ForgeError`. */
export async function readApprovals(
  forge: ForgeReader,
  period: AuditPeriod,
): Promise<readonly ApprovalFile[]> {
  const merged = await forge.listRequests({ states: ["merged"], kind: null, closedSince: period.from });
  const files: ApprovalFile[] = [];
  for (const { number, closedAt } of merged) {
    if (closedAt !== null && isWithin(period, closedAt)) {
      files.push({ number, content: await readApproval(forge, number) });
    }
  }
  return files;
}

async function readApproval(forge: ForgeReader, number: number): Promise<ApprovalFile["content"]> {
  const [request, reviews, commits, changed] = await Promise.all([
    forge.readRequest(number),
    forge.listReviews(number),
    forge.listCommits(number),
    forge.listChangedFiles(number),
  ]);
  const checks = await readChecks(forge, request.head.sha);
  const approvals = reviews.filter(
    ({ state, headSha }) => state === "approved" && headSha === request.head.sha,
  );
  return {
    format: "patchring.approval/1",
    number,
    title: request.title,
    url: request.url,
    author: request.author.login,
    head: request.head,
    base: request.base,
    created_at: formatInstant(request.createdAt),
    merged_at: request.closedAt === null ? null : formatInstant(request.closedAt),
    merged_by: request.mergedBy?.login ?? null,
    merge_commit: request.mergeCommit,
    reviews: reviews.map(({ author, state, headSha, at, isInsider }) => ({
      author: author.login,
      state,
      head: headSha,
      covers_merged_head: headSha === request.head.sha,
      insider: isInsider,
      at: formatInstant(at),
    })),
    approvals_of_merged_head: approvals.map(({ author }) => author.login),
    commits: commits.map(({ sha, authorName, authorEmail, at, subject, isOurs }) => ({
      sha,
      author: `${authorName} <${authorEmail}>`,
      at: formatInstant(at),
      subject,
      by_the_reconciler: isOurs,
    })),
    files: changed.files,
    files_complete: changed.isComplete,
    checks,
    body: request.body,
  };
}

/** Null when the forge no longer has the head. */
async function readChecks(forge: ForgeReader, sha: string): Promise<readonly unknown[] | null> {
  try {
    return (await forge.listChecks(sha)).map(({ name, state, description, at }) => ({
      name,
      state,
      description,
      at: formatInstant(at),
    }));
  } catch (error) {
    if (error instanceof ForgeError && error.code === "not-found") return null;
    throw error;
  }
}
