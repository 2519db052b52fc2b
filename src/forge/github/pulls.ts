/** Reading pull requests: one, and lists that are whole. */
import type { Instant } from "../../core/model.ts";
import { isMarked, type MarkerName } from "../marker.ts";
import type { ForgeRequest, RequestState } from "../request.ts";
import { PAGE_SIZE, type GithubClient } from "./client.ts";
import {
  instantOf,
  mergeabilityOf,
  requestOf,
  stateOf,
  type GithubPull,
  type GithubPullItem,
} from "./convert.ts";
import type { Identity } from "./identity.ts";

const LISTINGS = 4;
const MERGEABLE_LOOKS = 4;

/** By number, ascending. */
export async function listOpenPulls(client: GithubClient): Promise<readonly GithubPullItem[]> {
  return listWhole(client, () =>
    client.list("listing open requests", async (octokit, name, page) => {
      const { data, headers } = await octokit.rest.pulls.list({
        ...name,
        state: "open",
        sort: "created",
        direction: "asc",
        per_page: PAGE_SIZE,
        page,
      });
      return { items: data, link: headers.link };
    }),
  );
}

/** Closed and merged ones, the newest first until one was last touched before `since`. */
export async function listEndedPulls(
  client: GithubClient,
  since: Instant | null,
): Promise<readonly GithubPullItem[]> {
  const isBefore = (pull: GithubPullItem): boolean => since !== null && instantOf(pull.updated_at) < since;
  const pulls = await listWhole(client, () =>
    client.list(
      "listing closed requests",
      async (octokit, name, page) => {
        const { data, headers } = await octokit.rest.pulls.list({
          ...name,
          state: "closed",
          sort: "updated",
          direction: "desc",
          per_page: PAGE_SIZE,
          page,
        });
        return { items: data, link: headers.link };
      },
      (items) => items.some(isBefore),
    ),
  );
  return since === null ? pulls : pulls.filter((pull) => instantOf(pull.closed_at) >= since);
}

/**
 * While pages are read, a request that leaves the list pulls another one over the edge between two
 * pages, unseen. So a list of several pages counts when two readings are the same.
 */
async function listWhole(
  client: GithubClient,
  read: () => Promise<{ readonly items: readonly GithubPullItem[]; readonly pages: number }>,
): Promise<readonly GithubPullItem[]> {
  let before = "";
  for (let reading = 1; reading <= LISTINGS; reading++) {
    const { items, pages } = await read();
    const byNumber = new Map(items.map((pull) => [pull.number, pull]));
    const numbers = [...byNumber.keys()].sort((a, b) => a - b);
    if (pages === 1 || numbers.join() === before) return numbers.map((number) => byNumber.get(number)!);
    before = numbers.join();
  }
  throw client.error("contended", "listing requests", "requests kept being opened and closed meanwhile");
}

export async function readPull(client: GithubClient, number: number): Promise<GithubPull> {
  return client.call(`reading request ${number}`, async (octokit, name) => {
    const { data } = await octokit.rest.pulls.get({ ...name, pull_number: number });
    return data;
  });
}

/** GitHub works out in the background whether a merge would go through: asking sets it off. */
export async function readSettledPull(client: GithubClient, number: number): Promise<GithubPull> {
  let pull = await readPull(client, number);
  for (let look = 1; look < MERGEABLE_LOOKS && isUnsettled(pull); look++) {
    await client.pause(look);
    pull = await readPull(client, number);
  }
  return pull;
}

function isUnsettled(pull: GithubPull): boolean {
  return stateOf(pull) === "open" && mergeabilityOf(pull) === "unknown";
}

export async function findMarked(
  client: GithubClient,
  identity: Identity,
  name: MarkerName,
): Promise<ForgeRequest | null> {
  const actors = await identity.readActors();
  const requests = (await listOpenPulls(client)).map((pull) => requestOf(pull, actors));
  return requests.find((request) => isMarked(request.marker, name)) ?? null;
}

export function endedStates(states: readonly RequestState[]): boolean {
  return states.includes("closed") || states.includes("merged");
}
