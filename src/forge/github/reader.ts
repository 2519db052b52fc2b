/** Looks at a repository on GitHub. */
import type { ForgeDescription, ForgeReader, RequestFilter } from "../forge.ts";
import type { MarkerName } from "../marker.ts";
import type {
  ChangedFiles,
  Check,
  ForgeRequest,
  ForgeRequestDetail,
  RequestCommit,
  Review,
} from "../request.ts";
import { listChecks } from "./checks.ts";
import { PAGE_SIZE, type GithubClient } from "./client.ts";
import { listChangedFiles, listCommits } from "./commits.ts";
import { mergeabilityOf, requestOf, reviewOf, type GithubPull } from "./convert.ts";
import type { Identity } from "./identity.ts";
import { listAsked } from "./reviewers.ts";
import { endedStates, findMarked, listEndedPulls, listOpenPulls, readSettledPull } from "./pulls.ts";

/** GitHub's limit for a body or comment. */
export const BODY_LIMIT = 65_536;

export class GithubReader implements ForgeReader {
  readonly #client: GithubClient;
  readonly #identity: Identity;
  readonly #ourEmail: string;

  constructor(client: GithubClient, identity: Identity, email: string) {
    this.#client = client;
    this.#identity = identity;
    this.#ourEmail = email.toLowerCase();
  }

  async describe(): Promise<ForgeDescription> {
    const { settings } = this.#client;
    const doing = "reading the repository";
    const { data } = await this.#client.call(doing, (octokit, name) => octokit.rest.repos.get({ ...name }));
    const named = `${settings.owner}/${settings.repo}`;
    if (data.full_name.toLowerCase() !== named.toLowerCase()) {
      throw this.#client.error("refused", doing, `it is ${data.full_name} now; write that in policy`);
    }
    const { login } = await this.#identity.readUs();
    return {
      us: { login, kind: "bot", isUs: true },
      defaultBranch: settings.baseBranch ?? data.default_branch,
      bodyLimit: BODY_LIMIT,
    };
  }

  async listRequests(filter: RequestFilter): Promise<readonly ForgeRequest[]> {
    const actors = await this.#identity.readActors();
    const pulls = [
      ...(filter.states.includes("open") ? await listOpenPulls(this.#client) : []),
      ...(endedStates(filter.states) ? await listEndedPulls(this.#client, filter.closedSince) : []),
    ];
    // A request that is closed between the two lists is in both: the second is the truth.
    const requests = new Map(pulls.map((pull) => [pull.number, requestOf(pull, actors)]));
    return [...requests.values()]
      .filter(({ state, marker }) => {
        return filter.states.includes(state) && (filter.kind === null || marker?.kind === filter.kind);
      })
      .sort((a, b) => a.number - b.number);
  }

  findOpenRequest(name: MarkerName): Promise<ForgeRequest | null> {
    return findMarked(this.#client, this.#identity, name);
  }

  async readRequest(number: number): Promise<ForgeRequestDetail> {
    const actors = await this.#identity.readActors();
    const pull = await readSettledPull(this.#client, number);
    const request = requestOf(pull, actors);
    const isMerged = request.state === "merged";
    return {
      ...request,
      closedBy: request.state === "closed" ? await this.#readCloser(pull) : null,
      mergedBy: isMerged && pull.merged_by !== null ? actors(pull.merged_by) : null,
      mergeCommit: isMerged ? pull.merge_commit_sha : null,
      askedReviewers: await listAsked(this.#client, number),
      mergeability: mergeabilityOf(pull),
    };
  }

  /** Only the issue behind a request says who closed it. */
  async #readCloser({ number }: GithubPull): Promise<ForgeRequestDetail["closedBy"]> {
    const actors = await this.#identity.readActors();
    const { data } = await this.#client.call(`reading who closed request ${number}`, (octokit, name) =>
      octokit.rest.issues.get({ ...name, issue_number: number }),
    );
    return data.closed_by === null || data.closed_by === undefined ? null : actors(data.closed_by);
  }

  async listReviews(number: number): Promise<readonly Review[]> {
    const actors = await this.#identity.readActors();
    const { items } = await this.#client.list(
      `listing the reviews of request ${number}`,
      async (octokit, name, page) => {
        const { data, headers } = await octokit.rest.pulls.listReviews({
          ...name,
          pull_number: number,
          per_page: PAGE_SIZE,
          page,
        });
        return { items: data, link: headers.link };
      },
    );
    const reviews = items.map((review) => reviewOf(review, actors)).filter((review) => review !== null);
    return reviews.sort((a, b) => a.at - b.at);
  }

  listCommits(number: number): Promise<readonly RequestCommit[]> {
    return listCommits(this.#client, number, this.#ourEmail);
  }

  listChangedFiles(number: number): Promise<ChangedFiles> {
    return listChangedFiles(this.#client, number);
  }

  listChecks(sha: string): Promise<readonly Check[]> {
    return listChecks(this.#client, sha);
  }
}
