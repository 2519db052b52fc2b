/** Commit statuses and check runs, read together as checks. */
import type { Octokit } from "octokit";
import type { Check, CheckState } from "../request.ts";
import { PAGE_SIZE, type GithubClient } from "./client.ts";
import { byCodeUnit, instantOf } from "./convert.ts";
import { GithubError } from "./failure.ts";

type Rest = Octokit["rest"];
export type GithubStatus = Awaited<
  ReturnType<Rest["repos"]["getCombinedStatusForRef"]>
>["data"]["statuses"][number];
export type GithubRun = Awaited<ReturnType<Rest["checks"]["listForRef"]>>["data"]["check_runs"][number];

/** The later of a status and a check run with one name counts; at the same second, the worse. */
export async function listChecks(client: GithubClient, sha: string): Promise<readonly Check[]> {
  const [statuses, runs] = [await listStatuses(client, sha), await listRuns(client, sha)];
  const latest = new Map<string, Check>();
  for (const check of [...statuses.map(checkOfStatus), ...runs.map(checkOfRun)]) {
    const other = latest.get(check.name);
    if (other === undefined || isLater(check, other)) latest.set(check.name, check);
  }
  return [...latest.values()].sort((a, b) => byCodeUnit(a.name, b.name));
}

const WORSE: readonly CheckState[] = ["success", "pending", "failure"];

function isLater(check: Check, other: Check): boolean {
  if (check.at !== other.at) return check.at > other.at;
  return WORSE.indexOf(check.state) > WORSE.indexOf(other.state);
}

export async function listStatuses(client: GithubClient, sha: string): Promise<readonly GithubStatus[]> {
  const doing = `reading the statuses of ${sha.slice(0, 12)}`;
  const { items } = await asCommit(() =>
    client.list(doing, async (octokit, name, page) => {
      const { data, headers } = await octokit.rest.repos.getCombinedStatusForRef({
        ...name,
        ref: sha,
        per_page: PAGE_SIZE,
        page,
      });
      return { items: data.statuses, link: headers.link };
    }),
  );
  return items;
}

export async function listRuns(
  client: GithubClient,
  sha: string,
  checkName?: string,
): Promise<readonly GithubRun[]> {
  const doing = `reading the check runs of ${sha.slice(0, 12)}`;
  const { items } = await asCommit(() =>
    client.list(doing, async (octokit, name, page) => {
      const { data, headers } = await octokit.rest.checks.listForRef({
        ...name,
        ref: sha,
        filter: "latest",
        ...(checkName !== undefined && { check_name: checkName }),
        per_page: PAGE_SIZE,
        page,
      });
      return { items: data.check_runs, link: headers.link };
    }),
  );
  return items;
}

/** Of a reading by commit, GitHub refuses nothing but the commit, with 404 or 422. */
async function asCommit<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GithubError) || error.status !== 422) throw error;
    throw new GithubError("not-found", error.message, {
      status: 422,
      isWithoutEffect: true,
      isWrite: false,
      said: error.said,
      retryAt: null,
      cause: null,
    });
  }
}

export function checkOfStatus(status: GithubStatus): Check {
  const { state } = status;
  return {
    name: status.context,
    state: state === "success" || state === "pending" ? state : "failure",
    description: status.description ?? "",
    url: status.target_url ?? null,
    at: instantOf(status.updated_at),
  };
}

/** Where we give no address, GitHub fills in the home page of the App. */
function checkOfRun(run: GithubRun): Check {
  const home = run.app?.external_url ?? null;
  return {
    name: run.name,
    state: stateOfRun(run),
    description: run.output.title ?? "",
    url: run.details_url === home ? null : run.details_url,
    at: instantOf(run.completed_at ?? run.started_at),
  };
}

/** An unknown conclusion is a failure: nothing may pass that we do not understand. */
function stateOfRun(run: GithubRun): CheckState {
  if ((run.status as string) !== "completed") return "pending";
  return ["success", "neutral", "skipped"].includes(run.conclusion ?? "") ? "success" : "failure";
}
