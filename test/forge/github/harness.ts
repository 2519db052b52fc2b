/** A server with a small history, and forges that talk to it without waiting. */
import {
  createGithubForge,
  parseGithubSettings,
  type GithubForge,
} from "../../../src/forge/github/github-forge.ts";
import type { NewRequest } from "../../../src/forge/forge.ts";
import type { Marker } from "../../../src/forge/marker.ts";
import { BOT_TOKEN, GithubServer, REPOSITORY } from "./server/github-server.ts";
import { newWorld } from "./server/world.ts";

export const OUR_EMAIL = "patch-bot@example.com";
export const OURS: { readonly name: string; readonly email: string } = {
  name: "patch-bot",
  email: OUR_EMAIL,
};
export const FAST = { secondMs: 1, isPaced: false, timeoutMs: 2000 } as const;

type Files = Readonly<Record<string, string>>;

export interface ForgeChoice {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly token?: string;
  readonly timeoutMs?: number;
  readonly longestWaitSeconds?: number;
  readonly email?: string;
}

export class Scene {
  readonly server: GithubServer;
  /** Refs as they were after `start`. */
  #refs: ReadonlyMap<string, string> = new Map();

  private constructor(server: GithubServer) {
    this.server = server;
  }

  static async start(
    files: Files = { "README.md": "Policy\n", "rules/a.yaml": "a\n", "rules/b.yaml": "b\n" },
    branches: Readonly<Record<string, Files>> = {
      "patchring/promote/production": { "promotions/kb1.yaml": "kb1\n" },
      other: { "rules/c.yaml": "c\n" },
    },
  ): Promise<Scene> {
    const scene = new Scene(await GithubServer.start());
    const { git } = scene.server;
    const from = await git.push("main", files);
    for (const [branch, added] of Object.entries(branches)) {
      const person = branch === "other" ? {} : { person: OURS, message: "Promote KB1" };
      await git.push(branch, added, { from, ...person });
    }
    scene.#refs = await git.refs("refs/");
    return scene;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Back to the start: no requests, and the branches of the start. */
  async reset(): Promise<void> {
    const { server } = this;
    server.fault = null;
    server.world = newWorld(REPOSITORY);
    server.largestPage = 100;
    server.hidesLinks = false;
    server.violations.length = 0;
    server.resetCalls();
    await server.git.putRefs(this.#refs);
  }

  forge(choice: ForgeChoice = {}): GithubForge {
    const { server } = this;
    const { settings, diagnostics } = parseGithubSettings(
      {
        kind: "github",
        repository: REPOSITORY,
        apiUrl: server.apiUrl,
        tokenEnv: "TOKEN",
        ...choice.settings,
      },
      { TOKEN: choice.token ?? BOT_TOKEN, KEY: server.privateKey },
    );
    if (settings === null) throw new Error(diagnostics.map(({ detail }) => detail).join("\n"));
    const { timeoutMs, longestWaitSeconds } = choice;
    const timing = {
      ...FAST,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(longestWaitSeconds !== undefined && { longestWaitSeconds }),
    };
    return createGithubForge(settings, { email: choice.email ?? OUR_EMAIL, timing });
  }

  appForge(more: Readonly<Record<string, unknown>> = {}): GithubForge {
    return this.forge({ settings: { tokenEnv: undefined, appId: 77, privateKeyEnv: "KEY", ...more } });
  }

  head(branch = "patchring/promote/production"): Promise<string> {
    return this.server.git.resolve(`refs/heads/${branch}`).then((sha) => sha ?? "");
  }
}

export function markerOf(key = "production", digest = "sha256:1"): Marker {
  return { kind: "promotion", key, data: { digest, patches: ["KB1"] } };
}

export function newRequest(change: Partial<NewRequest> = {}): NewRequest {
  return {
    marker: markerOf(),
    headBranch: "patchring/promote/production",
    base: "main",
    title: "Promote KB1 to production",
    body: "One patch.\n\nNo *failures*.",
    labels: ["promotion", "ring/production"],
    ...change,
  };
}
