/** Whether a pull request can be merged: the tree by Git, the rules by the branch's protection. */
import type { Context } from "./context.ts";
import type { Pull } from "./world.ts";

export interface Mergeable {
  readonly mergeable: boolean | null;
  readonly state: "clean" | "dirty" | "blocked" | "unstable" | "draft" | "unknown";
  /** Of the merge; null when there is a conflict. */
  readonly tree: string | null;
  /** What stands against it; empty for nothing. */
  readonly why: string;
}

export async function judge(context: Context, pull: Pull): Promise<Mergeable> {
  const base = (await context.git.branches()).get(pull.base) ?? null;
  const tree = base === null ? null : await context.git.mergeTree(base, pull.headSha);
  if (tree === null) return { mergeable: false, state: "dirty", tree, why: "Pull Request is not mergeable" };
  if (pull.isDraft) return { mergeable: true, state: "draft", tree, why: "Pull Request is still a draft" };
  const why = findBlock(context, pull);
  if (why !== null) return { mergeable: true, state: "blocked", tree, why };
  const hasBad = [...latestChecks(context, pull.headSha).values()].some((state) => state !== "success");
  return { mergeable: true, state: hasBad ? "unstable" : "clean", tree, why: "" };
}

function findBlock(context: Context, pull: Pull): string | null {
  const rule = context.world.protection[pull.base];
  if (rule === undefined) return null;
  const latest = new Map<string, string>();
  for (const review of pull.reviews) {
    if (review.state !== "COMMENTED" && review.state !== "PENDING") latest.set(review.login, review.state);
  }
  const isInsider = (login: string): boolean => context.accounts.get(login)!.association !== "NONE";
  const states = [...latest].filter(([login]) => isInsider(login)).map(([, state]) => state);
  if (states.includes("CHANGES_REQUESTED")) return "Changes have been requested";
  if (states.filter((state) => state === "APPROVED").length < rule.approvals) {
    return `At least ${rule.approvals} approving review is required by reviewers with write access.`;
  }
  const checks = latestChecks(context, pull.headSha);
  const open = rule.checks.find((name) => checks.get(name) !== "success");
  return open === undefined ? null : `Required status check "${open}" is expected.`;
}

function latestChecks({ world }: Context, sha: string): ReadonlyMap<string, string> {
  const checks = new Map<string, string>();
  for (const status of world.statuses) if (status.sha === sha) checks.set(status.context, status.state);
  for (const run of world.runs) {
    const isGood = ["success", "neutral", "skipped"].includes(run.conclusion ?? "");
    if (run.sha === sha)
      checks.set(run.name, run.conclusion === null ? "pending" : isGood ? "success" : "failure");
  }
  return checks;
}

/** The first who asks after a push is told that it is being worked out. */
export async function judgeWhenAsked(context: Context, pull: Pull): Promise<Mergeable> {
  const base = (await context.git.branches()).get(pull.base) ?? "";
  const asked = `${base} ${pull.headSha}`;
  if (pull.askedFor === asked) return judge(context, pull);
  pull.askedFor = asked;
  return { mergeable: null, state: "unknown", tree: null, why: "" };
}
