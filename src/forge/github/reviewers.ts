/** Asks people and teams to review a request: each once, and nobody again whom a person took off. */
import type { AskedReviewers, RefusedReviewer } from "../forge.ts";
import { reviewerKey, unaskedReviewers } from "../reviewers.ts";
import type { GithubClient } from "./client.ts";
import type { GithubEvent } from "./convert.ts";
import { listEvents } from "./events.ts";
import { GithubError } from "./failure.ts";

/**
 * Everybody who was ever asked, whoever asked them: GitHub strikes a reviewer off its list when they
 * have reviewed and when a person takes them off. Teams as `owner/slug`.
 */
export async function listAsked(client: GithubClient, number: number): Promise<readonly string[]> {
  const events = await listEvents(client, number, `reading who was asked to review request ${number}`);
  const names = new Map<string, string>();
  for (const event of events) {
    const name = askedIn(client, event);
    if (name !== null && !names.has(reviewerKey(name))) names.set(reviewerKey(name), name);
  }
  return [...names.values()].sort((a, b) => (a < b ? -1 : 1));
}

function askedIn(client: GithubClient, event: GithubEvent): string | null {
  if (event.event !== "review_requested" && event.event !== "review_request_removed") return null;
  const { requested_reviewer: person, requested_team: team } = event as {
    readonly requested_reviewer?: { readonly login: string } | null;
    readonly requested_team?: { readonly slug: string } | null;
  };
  if (team !== null && team !== undefined) return `${client.settings.owner}/${team.slug}`;
  return person?.login ?? null;
}

export async function askReviewers(
  client: GithubClient,
  number: number,
  wanted: readonly string[],
): Promise<AskedReviewers> {
  const missing = unaskedReviewers(wanted, await listAsked(client, number));
  const { owner } = client.settings;
  const isForeign = (name: string): boolean =>
    name.includes("/") && reviewerKey(name.split("/")[0]!) !== reviewerKey(owner);
  const refused = missing
    .filter(isForeign)
    .map((name): RefusedReviewer => ({ name, why: `teams that can be asked belong to ${owner}` }));
  const own = missing.filter((name) => !isForeign(name));
  if (own.length === 0) return { wrote: false, refused };
  const together = await ask(client, number, own);
  if (together === null) return { wrote: true, refused };
  // GitHub refuses all of them for one that it does not know.
  let wrote = false;
  for (const name of own) {
    const why = own.length === 1 ? together : await ask(client, number, [name]);
    if (why === null) wrote = true;
    else refused.push({ name, why });
  }
  return { wrote, refused };
}

/** Null when they are asked; otherwise why not. */
async function ask(client: GithubClient, number: number, names: readonly string[]): Promise<string | null> {
  const people = names.filter((name) => !name.includes("/"));
  const teams = names.filter((name) => name.includes("/")).map((name) => name.slice(name.indexOf("/") + 1));
  try {
    await client.call(`asking for reviews of request ${number}`, (octokit, name) =>
      octokit.rest.pulls.requestReviewers({
        ...name,
        pull_number: number,
        ...(people.length > 0 && { reviewers: people }),
        ...(teams.length > 0 && { team_reviewers: teams }),
      }),
    );
    return null;
  } catch (error) {
    if (!(error instanceof GithubError) || !REFUSALS.has(error.status ?? 0)) throw error;
    if (error.code === "rate-limited") throw error;
    return error.said === "" ? `GitHub answered ${error.status ?? 0}` : error.said;
  }
}

/** 422: not a collaborator, or the author. 403 and 404: this token may not ask, or may not see the team. */
const REFUSALS: ReadonlySet<number> = new Set([403, 404, 422]);
