/** Setting a commit status or, as an App, a check run; nothing is written when it stands so. */
import { createHash } from "node:crypto";
import type { NewCheck } from "../forge.ts";
import { checkOfStatus, listRuns, listStatuses, type GithubRun, type GithubStatus } from "./checks.ts";
import { ONCE, type GithubClient } from "./client.ts";
import type { Identity } from "./identity.ts";

/** GitHub's limit for the description of a status. */
const LONGEST_DESCRIPTION = 140;
/** GitHub's limit for the summary of a check run. */
const LONGEST_SUMMARY = 65_535;

/** Sets a check and says whether anything was written. */
export function setCheck(
  client: GithubClient,
  identity: Identity,
  sha: string,
  check: NewCheck,
): Promise<boolean> {
  // The token that a workflow is given is an App's too, but is made to set statuses: only our own App is sure.
  const { checks, auth } = client.settings;
  const asRun = checks === "check-run" || (checks === "auto" && auth.kind === "app");
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
