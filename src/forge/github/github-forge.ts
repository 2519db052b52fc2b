/** The forge on github.com or GitHub Enterprise. */
import type { Forge } from "../forge.ts";
import { GithubClient } from "./client.ts";
import { listComments, type PostedComment } from "./comments.ts";
import { DEFAULT_TIMING, type Timing } from "./connect.ts";
import { Identity } from "./identity.ts";
import { GithubReader } from "./reader.ts";
import type { GithubSettings } from "./settings.ts";
import { GithubWriter } from "./writer.ts";

export { parseGithubSettings, type GithubSettings, type GithubSettingsResult } from "./settings.ts";

export interface GithubForgeOptions {
  /** That of our commits: by it they are told from those of people. */
  readonly email: string;
  /** How long to wait; absent parts as GitHub asks. */
  readonly timing?: Partial<Timing>;
}

/** For pushing over https as the identity that opens the requests. Secret: never to be shown or stored. */
export interface GithubCredential {
  readonly username: string;
  readonly password: string;
}

export interface GithubForge extends Forge {
  /** Where Git fetches from and pushes to. */
  readonly gitUrl: string;
  /** Where people find the requests. */
  readonly requestsUrl: string;
  /** Oldest first. */
  listComments(number: number): Promise<readonly PostedComment[]>;
  /** One line without the secrets that were used: for what Git says about a push. */
  clean(text: string): string;
  /** Throws `ForgeError`. An App's lasts an hour: read it anew for each push. */
  readCredential(): Promise<GithubCredential>;
}

/** Does nothing until the first call: octokit is loaded then, and the token first used. */
export function createGithubForge(settings: GithubSettings, options: GithubForgeOptions): GithubForge {
  const client = new GithubClient(settings, { ...DEFAULT_TIMING, ...options.timing });
  const identity = new Identity(client);
  const gitUrl = gitUrlOf(settings);
  return {
    reader: new GithubReader(client, identity, options.email),
    writer: new GithubWriter(client, identity),
    gitUrl,
    requestsUrl: gitUrl.replace(/\.git$/, "/pulls"),
    listComments: (number) => listComments(client, identity, number),
    clean: (text) => client.clean(text),
    // What stands before the colon is free with any kind of token.
    readCredential: async () => ({ username: "x-access-token", password: await client.readToken() }),
  };
}

/** `https://api.github.com` serves `https://github.com`; Enterprise serves both from one host, or from `api.<host>`. */
function gitUrlOf({ apiUrl, owner, repo }: GithubSettings): string {
  const { protocol, host } = new URL(apiUrl);
  const site = new URL(apiUrl).pathname === "/" ? host.replace(/^api\./, "") : host;
  return `${protocol}//${site}/${owner}/${repo}.git`;
}
