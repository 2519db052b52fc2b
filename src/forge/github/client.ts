/** One repository on GitHub: calls with their failures translated, lists read to their end. */
import { Buffer } from "node:buffer";
import type { Octokit } from "octokit";
import type { Instant } from "../../core/model.ts";
import { connect, type Connection, type Timing } from "./connect.ts";
import { GithubError, toGithubError } from "./failure.ts";
import { Redactor } from "./redact.ts";
import type { GithubSettings } from "./settings.ts";

export interface RepoName {
  readonly owner: string;
  readonly repo: string;
}

/** What octokit gives for a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly link: string | undefined;
}

export const PAGE_SIZE = 100;
/** A list of 100,000 is none of ours. */
const MOST_PAGES = 1000;
const ATTEMPTS = 3;

export class GithubClient {
  readonly settings: GithubSettings;
  readonly name: RepoName;
  readonly #timing: Timing;
  readonly #redactor = new Redactor();
  #connection: Promise<Connection> | null = null;

  constructor(settings: GithubSettings, timing: Timing) {
    this.settings = settings;
    this.name = { owner: settings.owner, repo: settings.repo };
    this.#timing = timing;
  }

  /** `doing` becomes the start of the error's message. */
  call<T>(doing: string, run: (octokit: Octokit, name: RepoName) => Promise<T>): Promise<T> {
    return this.#translate(doing, async () => {
      const { octokit } = await this.#connect();
      return run(octokit, this.name);
    });
  }

  /** As the App itself; null when we are none. */
  callAsApp<T>(doing: string, run: (app: Octokit) => Promise<T>): Promise<T | null> {
    return this.#translate(doing, async () => {
      const { app } = await this.#connect();
      return app === null ? null : run(app);
    });
  }

  /** All pages, in the forge's order. `isEnough` ends the reading early. */
  async list<T>(
    doing: string,
    readPage: (octokit: Octokit, name: RepoName, page: number) => Promise<Page<T>>,
    isEnough: (items: readonly T[]) => boolean = () => false,
  ): Promise<{ readonly items: readonly T[]; readonly pages: number }> {
    const items: T[] = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      const found = await this.call(doing, (octokit, name) => readPage(octokit, name, page));
      items.push(...found.items);
      if (!hasNext(found) || isEnough(found.items)) return { items, pages: page };
    }
    throw this.error("refused", doing, "the list is too long to be read");
  }

  /**
   * For writes that twice are one too many: looks, writes if nothing is there, and looks again
   * before writing again when the answer was lost. `isNew`: this call wrote it.
   */
  async writeOnce<T>(
    look: () => Promise<T | null>,
    write: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly isNew: boolean }> {
    let isSent = false;
    for (let attempt = 1; ; attempt++) {
      const found = await look();
      if (found !== null) return { value: found, isNew: isSent };
      try {
        return { value: await write(), isNew: true };
      } catch (error) {
        if (!(error instanceof GithubError) || error.isWithoutEffect || attempt === ATTEMPTS) throw error;
        isSent = true;
        await this.pause(attempt);
      }
    }
  }

  pause(seconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, seconds * this.#timing.secondMs));
  }

  /** An error of our own finding, without an answer behind it. */
  error(code: GithubError["code"], doing: string, why: string): GithubError {
    const facts = {
      status: null,
      isWithoutEffect: true,
      isWrite: false,
      said: "",
      retryAt: null,
      cause: null,
    };
    return new GithubError(code, this.#redactor.clean(`${this.#sentence(doing)}: ${why}`), facts);
  }

  /** The token that writes: for pushing branches as the same identity. */
  readToken(): Promise<string> {
    return this.#translate("getting a token", async () => {
      const { octokit } = await this.#connect();
      const { token } = (await octokit.auth({ type: "installation" })) as { readonly token: string };
      this.#redactor.remember(token);
      // As Git sends it.
      this.#redactor.remember(Buffer.from(`x-access-token:${token}`).toString("base64"));
      return token;
    });
  }

  /** One line without any secret that was used. */
  clean(text: string): string {
    return this.#redactor.clean(text);
  }

  /** A connection that could not be made is tried anew by the next call. */
  #connect(): Promise<Connection> {
    this.#connection ??= connect(this.settings, this.#timing, this.#redactor).catch((error: unknown) => {
      this.#connection = null;
      throw error;
    });
    return this.#connection;
  }

  async #translate<T>(doing: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof GithubError) throw error;
      const now: Instant = Math.floor(Date.now() / 1000);
      throw toGithubError(error, this.#sentence(doing), this.#redactor, now) ?? error;
    }
  }

  #sentence(doing: string): string {
    return `GitHub, ${this.settings.owner}/${this.settings.repo}, ${doing}`;
  }
}

/** GitHub names the next page; where a proxy took that away, a full page means that there is one. */
function hasNext<T>({ items, link }: Page<T>): boolean {
  return link === undefined ? items.length >= PAGE_SIZE : link.includes('rel="next"');
}

/** For octokit's calls: never repeated by the retry plugin. */
export const ONCE: { readonly retries: 0 } = { retries: 0 };
