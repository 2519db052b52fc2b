/** Commit statuses and check runs, read together as checks. */
import { createHash } from "node:crypto";
import type { Octokit } from "octokit";
import type { NewCheck } from "../forge.ts";
import type { Check, CheckState } from "../request.ts";
import { ONCE, PAGE_SIZE, type GithubClient } from "./client.ts";
import { byCodeUnit, instantOf } from "./convert.ts";
import { GithubError } from "./failure.ts";
import type { Identity } from "./identity.ts";

type Rest = Octokit["rest"];
type GithubStatus = Awaited<ReturnType<Rest["repos"]["getCombinedStatusForRef"]>>["data"]["statuses"][number];
type GithubRun = Awaited<ReturnType<Rest["checks"]["listForRef"]>>["data"]["check_runs"][number];

/** GitHub's limit for the description of a status. */
const LONGEST_DESCRIPTION = 140;
/** GitHub's limit for the summary of a check run. */
const LONGEST_SUMMARY = 65_535;

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

async function listStatuses(client: GithubClient, sha: string): Promise<readonly GithubStatus[]> {
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

async function listRuns(
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

function checkOfStatus(status: GithubStatus): Check {
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

/** Sets a check and says whether anything was written. */
export async function setCheck(
  client: GithubClient,
  identity: Identity,
  sha: string,
  check: NewCheck,
): Promise<boolean> {
  const { checks } = client.settings;
  const asRun = checks === "check-run" || (checks === "auto" && (await identity.readUs()).isApp);
  const short = { ...check, description: cutLine(check.description, LONGEST_DESCRIPTION) };
  return asRun ? setRun(client, identity, sha, short) : setStatus(client, sha, short);
}

/** Cut between code points. Line breaks would be refused in a status. */
function cutLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= most) return line;
  let out = "";
  for (const character of line) {
    if (out.length + character.length > most - 1) break;
    out += character;
  }
  return `${out}…`;
}

async function setStatus(client: GithubClient, sha: string, check: NewCheck): Promise<boolean> {
  const isSame = (status: GithubStatus): boolean => {
    const there = checkOfStatus(status);
    return (
      there.name === check.name &&
      there.state === check.state &&
      there.description === check.description &&
      there.url === check.url
    );
  };
  const { isNew } = await client.writeOnce(
    async () => ((await listStatuses(client, sha)).some(isSame) ? true : null),
    async () => {
      await client.call(`setting the status ${check.name}`, (octokit, name) =>
        octokit.rest.repos.createCommitStatus({
          ...name,
          sha,
          context: check.name,
          state: check.state,
          description: check.description,
          ...(check.url !== null && { target_url: check.url }),
          request: ONCE,
        }),
      );
      return true;
    },
  );
  return isNew;
}

/** What stands in a run is compared by this, kept in it, since GitHub gives back neither all of it nor as it was. */
function fingerprint(check: NewCheck): string {
  const { state, description, url, summary } = check;
  const hash = createHash("sha256").update(JSON.stringify([state, description, url, summary]));
  return `patchring:${hash.digest("hex").slice(0, 32)}`;
}

async function setRun(
  client: GithubClient,
  identity: Identity,
  sha: string,
  check: NewCheck,
): Promise<boolean> {
  const { login } = await identity.readUs();
  const isOurs = (run: GithubRun): boolean =>
    `${run.app?.slug ?? ""}[bot]`.toLowerCase() === login.toLowerCase();
  const print = fingerprint(check);
  const read = async (): Promise<GithubRun | undefined> =>
    (await listRuns(client, sha, check.name)).find(isOurs);
  const { isNew } = await client.writeOnce(
    async () => ((await read())?.external_id === print ? true : null),
    async () => {
      const open = await read();
      await writeRun(client, sha, check, print, open?.status === "completed" ? undefined : open);
      return true;
    },
  );
  return isNew;
}

/** A run that is completed stays as it is, and a newer one takes its place. */
async function writeRun(
  client: GithubClient,
  sha: string,
  check: NewCheck,
  print: string,
  open: GithubRun | undefined,
): Promise<void> {
  const content = {
    external_id: print,
    ...(check.url !== null && { details_url: check.url }),
    output: {
      title: check.description || check.name,
      summary: cutSummary(check.summary ?? check.description),
    },
    ...(check.state === "pending"
      ? { status: "in_progress" as const }
      : { status: "completed" as const, conclusion: check.state }),
  };
  await client.call(`setting the check run ${check.name}`, async (octokit, name) => {
    if (open !== undefined) {
      return octokit.rest.checks.update({ ...name, check_run_id: open.id, ...content, request: ONCE });
    }
    return octokit.rest.checks.create({
      ...name,
      name: check.name,
      head_sha: sha,
      ...content,
      request: ONCE,
    });
  });
}

function cutSummary(text: string): string {
  return text.length <= LONGEST_SUMMARY ? text : `${text.slice(0, LONGEST_SUMMARY - 1)}…`;
}
