/** Whom our writes are attributed to, and who is a person. */
import type { Actor } from "../request.ts";
import type { GithubClient } from "./client.ts";
import { GithubError } from "./failure.ts";

/** Of GitHub's description of a user only what is read here. Null for accounts that were deleted. */
export interface GithubUser {
  readonly login: string;
  readonly type: string;
}

export class Identity {
  readonly #client: GithubClient;
  #us: Promise<{ readonly login: string; readonly isApp: boolean }> | null = null;

  constructor(client: GithubClient) {
    this.#client = client;
  }

  async readUs(): Promise<{ readonly login: string; readonly isApp: boolean }> {
    this.#us ??= readUs(this.#client).catch((error: unknown) => {
      this.#us = null;
      throw error;
    });
    return this.#us;
  }

  /** Translates users into actors. */
  async readActors(): Promise<(user: GithubUser | null | undefined) => Actor> {
    const { login } = await this.readUs();
    const ours = login.toLowerCase();
    return (user) => {
      // GitHub shows deleted accounts as the user "ghost".
      if (user === null || user === undefined) return { login: "ghost", kind: "person", isUs: false };
      const isUs = user.login.toLowerCase() === ours;
      return { login: user.login, kind: isUs || user.type === "Bot" ? "bot" : "person", isUs };
    };
  }
}

const DOING = "asking who the token belongs to";

/**
 * An App knows its name. A token of a person or machine account is asked at `/user`; the token of an
 * installation (that of GitHub Actions) may not read that, and only GraphQL tells its login.
 */
async function readUs(client: GithubClient): Promise<{ login: string; isApp: boolean }> {
  const slug = await client.callAsApp(DOING, async (app) => {
    const { data } = await app.rest.apps.getAuthenticated();
    return data?.slug ?? "";
  });
  if (slug !== null) return { login: `${slug}[bot]`, isApp: true };
  try {
    const { data } = await client.call(DOING, (octokit) => octokit.rest.users.getAuthenticated());
    return { login: data.login, isApp: data.type === "Bot" };
  } catch (error) {
    if (!(error instanceof GithubError) || error.status !== 403 || error.code !== "denied") throw error;
  }
  const { viewer } = await client.call(DOING, (octokit) =>
    octokit.graphql<{ readonly viewer: { readonly login: string } }>("query { viewer { login } }"),
  );
  return { login: viewer.login.endsWith("[bot]") ? viewer.login : `${viewer.login}[bot]`, isApp: true };
}
