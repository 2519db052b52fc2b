/** Writes to a repository on GitHub: every call can be repeated after a crash. */
import type {
  AskedReviewers,
  ForgeWriter,
  MergeOrder,
  MergeOutcome,
  NewCheck,
  NewRequest,
  OpenedRequest,
  RequestChange,
} from "../forge.ts";
import { withMarker, type Marker } from "../marker.ts";
import type { RequestState } from "../request.ts";
import type { GithubClient } from "./client.ts";
import { ensureComment, sameText } from "./comments.ts";
import { stateOf, type GithubPull } from "./convert.ts";
import { GithubError } from "./failure.ts";
import type { Identity } from "./identity.ts";
import { addLabels, ensureLabels } from "./labels.ts";
import { mergeRequest } from "./merge.ts";
import { openRequest } from "./open-request.ts";
import { readPull } from "./pulls.ts";
import { askReviewers } from "./reviewers.ts";
import { setCheck } from "./set-check.ts";
import { BODY_LIMIT } from "./reader.ts";

export class GithubWriter implements ForgeWriter {
  readonly #client: GithubClient;
  readonly #identity: Identity;

  constructor(client: GithubClient, identity: Identity) {
    this.#client = client;
    this.#identity = identity;
  }

  openRequest(request: NewRequest): Promise<OpenedRequest> {
    return this.#writing("opening a request", async () => {
      this.#checkLength("opening a request", withMarker(request.marker, request.body));
      const opened = await openRequest(this.#client, this.#identity, request);
      if (!(await this.#labelOpened(opened, request.labels))) return opened;
      const { number } = opened.request;
      const { labels: now } = await readPull(this.#client, number);
      const names = now.map((label) => label.name).sort((a, b) => (a < b ? -1 : 1));
      return { ...opened, request: { ...opened.request, labels: names } };
    });
  }

  updateRequest(number: number, change: RequestChange): Promise<boolean> {
    const doing = `updating request ${number}`;
    return this.#writing(doing, async () => {
      const pull = await readPull(this.#client, number);
      const state = stateOf(pull);
      if (state !== "open") throw this.#client.error("refused", doing, `it is ${state}`);
      const { title, content } = change;
      const body = content === undefined ? undefined : withMarker(content.marker, content.body);
      if (body !== undefined) this.#checkLength(doing, body);
      const isTitleNew = title !== undefined && title !== pull.title;
      const isBodyNew = body !== undefined && !sameText(pull.body ?? "", body);
      if (!isTitleNew && !isBodyNew) return false;
      await this.#client.call(doing, (octokit, name) =>
        octokit.rest.pulls.update({
          ...name,
          pull_number: number,
          ...(isTitleNew && { title }),
          ...(isBodyNew && { body }),
        }),
      );
      return true;
    });
  }

  ensureLabels(number: number, wanted: readonly string[]): Promise<boolean> {
    return this.#writing(`labelling request ${number}`, async () => {
      const pull = await readPull(this.#client, number);
      const present = pull.labels.map((label) => label.name);
      return ensureLabels(this.#client, this.#identity, number, present, wanted);
    });
  }

  askReviewers(number: number, wanted: readonly string[]): Promise<AskedReviewers> {
    return this.#writing(`asking for reviews of request ${number}`, () =>
      askReviewers(this.#client, number, wanted),
    );
  }

  ensureComment(number: number, marker: Marker, body: string): Promise<boolean> {
    const doing = `commenting on request ${number}`;
    return this.#writing(doing, async () => {
      this.#checkLength(doing, withMarker(marker, body));
      await readPull(this.#client, number);
      return ensureComment(this.#client, this.#identity, number, marker, body);
    });
  }

  setCheck(sha: string, check: NewCheck): Promise<boolean> {
    return this.#writing(`setting the check ${check.name}`, () =>
      setCheck(this.#client, this.#identity, sha, check),
    );
  }

  closeRequest(number: number): Promise<boolean> {
    return this.#move(number, "closed");
  }

  reopenRequest(number: number): Promise<boolean> {
    return this.#move(number, "open");
  }

  mergeRequest(number: number, order: MergeOrder): Promise<MergeOutcome> {
    return this.#writing(`merging request ${number}`, () => mergeRequest(this.#client, number, order));
  }

  /** Nobody has taken a label off a request that was not there before. */
  async #labelOpened({ request, isNew }: OpenedRequest, wanted: readonly string[]): Promise<boolean> {
    const { number, labels } = request;
    if (!isNew) return ensureLabels(this.#client, this.#identity, number, labels, wanted);
    if (wanted.length > 0) await addLabels(this.#client, number, wanted);
    return wanted.length > 0;
  }

  #move(number: number, to: Exclude<RequestState, "merged">): Promise<boolean> {
    const doing = `${to === "closed" ? "closing" : "reopening"} request ${number}`;
    return this.#writing(doing, async () => {
      const pull: GithubPull = await readPull(this.#client, number);
      const state = stateOf(pull);
      if (state === "merged") throw this.#client.error("refused", doing, "it is merged");
      if (state === to) return false;
      await this.#client.call(doing, (octokit, name) =>
        octokit.rest.pulls.update({ ...name, pull_number: number, state: to }),
      );
      return true;
    });
  }

  #checkLength(doing: string, text: string): void {
    if (text.length <= BODY_LIMIT) return;
    const why = `the text has ${text.length} characters, ${BODY_LIMIT} is the most`;
    throw this.#client.error("refused", doing, why);
  }

  /**
   * To a token that may look but not write, GitHub answers 404 as if nothing were there. What was
   * just looked at is there: then a right is lacking, and a person must act.
   */
  async #writing<T>(doing: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof GithubError) || !error.isWrite || error.status !== 404) throw error;
      throw this.#client.error("denied", doing, "it can be seen, but this token may not write there (404)");
    }
  }
}
