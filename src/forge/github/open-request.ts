/** Finds the request with a marker or opens it: one, whatever happens in between (design 4.3). */
import type { NewRequest, OpenedRequest } from "../forge.ts";
import { isMarked, withMarker } from "../marker.ts";
import type { ForgeRequest } from "../request.ts";
import { ONCE, type GithubClient } from "./client.ts";
import { compare } from "./commits.ts";
import { requestOf } from "./convert.ts";
import { GithubError } from "./failure.ts";
import type { Identity } from "./identity.ts";
import { findMarked } from "./pulls.ts";

const LISTING_LOOKS = 4;

export async function openRequest(
  client: GithubClient,
  identity: Identity,
  request: NewRequest,
): Promise<OpenedRequest> {
  const sending = { times: 0, isTheirs: false };
  const { value, isNew } = await client.writeOnce(
    () => findMarked(client, identity, request.marker),
    async () => {
      sending.times += 1;
      const created = await create(client, identity, request);
      // Refused at first sending: another run was faster. Refused later: ours, whose answer was lost.
      sending.isTheirs = created.isAdopted && sending.times === 1;
      return created.request;
    },
  );
  return { request: value, isNew: isNew && !sending.isTheirs && isAsAsked(value, request) };
}

/** After a lost answer, another run may have won: then what stands there need not be what we asked for. */
function isAsAsked(found: ForgeRequest, request: NewRequest): boolean {
  return found.title === request.title && found.body === request.body.replaceAll("\r\n", "\n");
}

interface Created {
  readonly request: ForgeRequest;
  /** It stood there already. */
  readonly isAdopted: boolean;
}

async function create(client: GithubClient, identity: Identity, request: NewRequest): Promise<Created> {
  const actors = await identity.readActors();
  try {
    const { data } = await client.call("opening a request", (octokit, name) =>
      octokit.rest.pulls.create({
        ...name,
        title: request.title,
        body: withMarker(request.marker, request.body),
        head: request.headBranch,
        base: request.base,
        maintainer_can_modify: false,
        request: ONCE,
      }),
    );
    return { request: requestOf(data, actors), isAdopted: false };
  } catch (error) {
    if (!(error instanceof GithubError) || error.status !== 422) throw error;
    return { request: await adopt(client, identity, request, error), isAdopted: true };
  }
}

/**
 * GitHub refuses a second request for a head and base, an empty one and a missing branch with one status.
 * Which of these it was is asked of the repository, not read from the message.
 */
async function adopt(
  client: GithubClient,
  identity: Identity,
  request: NewRequest,
  error: GithubError,
): Promise<ForgeRequest> {
  for (const branch of [request.headBranch, request.base]) {
    if (!(await hasBranch(client, branch))) {
      throw client.error("not-found", "opening a request", `there is no branch ${branch}`);
    }
  }
  if ((await compare(client, request.base, request.headBranch)).length === 0) {
    const why = `${request.headBranch} has nothing that ${request.base} lacks`;
    throw client.error("refused", "opening a request", why);
  }
  // A request that another run has just opened may not be listed yet.
  for (let look = 1; look <= LISTING_LOOKS; look++) {
    const standing = await findByHead(client, identity, request);
    if (standing !== null && isMarked(standing.marker, request.marker)) return standing;
    if (standing !== null) {
      const why = `request ${standing.number} stands for ${request.headBranch} already, with another marker`;
      throw client.error("exists", "opening a request", why);
    }
    await client.pause(look);
  }
  throw error;
}

async function hasBranch(client: GithubClient, branch: string): Promise<boolean> {
  try {
    await client.call(`looking for the branch ${branch}`, (octokit, name) =>
      octokit.rest.repos.getBranch({ ...name, branch }),
    );
    return true;
  } catch (error) {
    if (error instanceof GithubError && error.code === "not-found") return false;
    throw error;
  }
}

async function findByHead(
  client: GithubClient,
  identity: Identity,
  request: NewRequest,
): Promise<ForgeRequest | null> {
  const actors = await identity.readActors();
  const { data } = await client.call("looking for the request of a branch", (octokit, name) =>
    octokit.rest.pulls.list({
      ...name,
      state: "open",
      head: `${name.owner}:${request.headBranch}`,
      base: request.base,
    }),
  );
  const pull = data[0];
  return pull === undefined ? null : requestOf(pull, actors);
}
