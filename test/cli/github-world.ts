/** The policy of `forge-world.ts` on a GitHub of our own: requests over its API, Git over http. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { formatInstant } from "../../src/core/time.ts";
import { createForgePorts } from "../../src/wiring/forge.ts";
import { FAST } from "../forge/github/harness.ts";
import { BOT_TOKEN, GithubServer, REPOSITORY } from "../forge/github/server/github-server.ts";
import { newWorld, type Pull, type StatusRecord } from "../forge/github/server/world.ts";
import { git, run, type Ran } from "./cli.ts";
import { fleetFile, ForgeWorld } from "./forge-world.ts";

export { BOT_TOKEN };

export interface Choice {
  readonly files?: Readonly<Record<string, string>>;
  /** Of `forge` in the Fleet, besides kind and repository. */
  readonly forge?: string;
  readonly apiUrl?: string;
  readonly repository?: string;
  readonly token?: string;
  readonly mode?: string;
}

export class GithubWorld extends ForgeWorld {
  readonly server: GithubServer;
  token: string;

  private constructor(server: GithubServer, files: Readonly<Record<string, string>>, token: string) {
    super(files, server.git.path);
    this.server = server;
    this.token = token;
    server.world.now = this.now;
    // What a workstation may be set up with: a helper that keeps every secret it is told, and ssh instead of https.
    const kept = join(this.root, "kept-secrets");
    mkdirSync(join(this.root, "home"));
    writeFileSync(
      join(this.root, "home/.gitconfig"),
      [
        `[credential]\n\thelper = "!f() { echo asked $1 >> ${kept}; cat >> ${kept}; }; f"`,
        `[credential "${server.origin}"]\n\thelper = "!f() { echo asked $1 >> ${kept}; cat >> ${kept}; }; f"`,
        `[url "ssh://git@nowhere.invalid/"]\n\tinsteadOf = ${server.origin}/`,
        `[url "ssh://git@elsewhere.invalid/"]\n\tpushInsteadOf = ${server.origin}/`,
        `[http "${server.origin}/"]\n\textraHeader = "Authorization: basic c29tZWJvZHk6ZWxzZQ=="`,
        "",
      ].join("\n"),
    );
  }

  static async start(choice: Choice = {}): Promise<GithubWorld> {
    const server = await GithubServer.start();
    const settings = `{ kind: github, repository: ${choice.repository ?? REPOSITORY}, apiUrl: "${choice.apiUrl ?? server.apiUrl}", ${choice.forge ?? "tokenEnv: PATCH_TOKEN"} }`;
    const fleet = fleetFile(choice.mode).replace("{ kind: local, path: ../policy.git }", settings);
    return new GithubWorld(server, { "fleet.yaml": fleet, ...choice.files }, choice.token ?? BOT_TOKEN);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  override day(days: number): void {
    super.day(days);
    this.server.world.now = this.now;
  }

  override async run(...words: readonly string[]): Promise<Ran> {
    const ran = await run(this.clone, words, {
      now: formatInstant(this.now),
      env: {
        HOME: join(this.root, "home"),
        PATCH_TOKEN: this.token,
        APP_KEY: this.server.privateKey,
        GIT_TRACE_CURL: "1",
        GIT_TRACE_REDACT: "0",
        GIT_ASKPASS: "/bin/false",
      },
      ports: createForgePorts({ ...FAST }),
    });
    expect(this.server.violations).toEqual([]);
    return ran;
  }

  /** No requests, and none of our branches. */
  async restart(): Promise<void> {
    const { now } = this.server.world;
    this.server.world = { ...newWorld(REPOSITORY), now };
    for (const ref of (await this.server.git.refs("refs/")).keys()) {
      if (ref !== "heads/main") await this.server.git.setRef(`refs/${ref}`, null);
    }
    this.server.resetCalls();
  }

  /** The clone loses all that was fetched or made since it was cloned. */
  forget(): void {
    git(this.clone, "reflog", "expire", "--expire=now", "--all");
    for (const ref of git(this.clone, "for-each-ref", "--format=%(refname)", "refs/patchring").split("\n")) {
      if (ref !== "") git(this.clone, "update-ref", "-d", ref);
    }
    git(this.clone, "prune", "--expire=now");
  }

  get pulls(): readonly Pull[] {
    return this.server.world.pulls;
  }

  statuses(sha: string): StatusRecord[] {
    return this.server.world.statuses.filter((one) => one.sha === sha);
  }

  /** Calls that change something, over the API. */
  writes(): string[] {
    return this.server.calls.filter(({ method }) => method !== "GET").map(({ operationId }) => operationId);
  }
}
