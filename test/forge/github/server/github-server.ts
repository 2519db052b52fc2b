/**
 * A GitHub of our own over http, with a real bare Git repository behind it. Every call and every answer
 * is checked against GitHub's published description; what does not fit is collected in `violations`.
 */
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Door, isPermitted, requirePermission } from "./access.ts";
import { Refusal, type Answer, type Call, type Context, type Route } from "./context.ts";
import { faultAt, type Fault } from "./faults.ts";
import { BareRepository } from "./git.ts";
import { checkRequest, checkResponse, findCall, type ApiCall } from "./openapi.ts";
import { sendAnswer, sendFault } from "./send.ts";
import { checkRoutes } from "./routes-checks.ts";
import { issueRoutes } from "./routes-issues.ts";
import { pullRoutes } from "./routes-pulls.ts";
import { repositoryRoutes } from "./routes-repository.ts";
import { reviewRoutes } from "./routes-review.ts";
import { serveGit } from "./smart-http.ts";
import { followPushes } from "./follow.ts";
import { newWorld, type Access, type Account, type World } from "./world.ts";

export const REPOSITORY = "acme/patch-policy";
export const BOT_TOKEN = "ghp_BotTokenCanary0123456789abcdefABCDEF";
const APP = { id: 77, slug: "patchring-app", installationId: 4242 };

const ROUTES: Readonly<Record<string, Route>> = {
  ...pullRoutes,
  ...reviewRoutes,
  ...issueRoutes,
  ...checkRoutes,
  ...repositoryRoutes,
};

const ACCOUNTS: readonly Account[] = [
  { id: 1, login: "acme", type: "User", association: "OWNER" },
  { id: 2, login: "patch-bot", type: "User", association: "COLLABORATOR" },
  { id: 3, login: "ada", type: "User", association: "MEMBER" },
  { id: 4, login: "grace", type: "User", association: "COLLABORATOR" },
  { id: 5, login: "stranger", type: "User", association: "NONE" },
  { id: 6, login: "dependabot[bot]", type: "Bot", association: "NONE" },
  { id: 7, login: "github-actions[bot]", type: "Bot", association: "NONE" },
  { id: 8, login: `${APP.slug}[bot]`, type: "Bot", association: "NONE" },
  { id: 9, login: "ann", type: "User", association: "MEMBER" },
  { id: 10, login: "ben", type: "User", association: "MEMBER" },
];

/** Apps that exist on the server; only the first has its key here. */
const APPS = [APP, { id: 15368, slug: "github-actions", installationId: 1 }];

export interface Recorded {
  readonly method: string;
  readonly operationId: string;
  readonly status: number;
}

export class GithubServer {
  readonly git: BareRepository;
  readonly privateKey: string;
  world: World;
  fault: Fault | null = null;
  /** Calls of the API since the last reset, Git's not among them. */
  readonly calls: Recorded[] = [];
  readonly violations: string[] = [];
  /** Lists come in pages of at most so many, whatever was asked for. */
  largestPage = 100;
  /** Without the header that names the next page, as some proxies leave it out. */
  hidesLinks = false;
  readonly #door: Door;
  readonly #server: Server;
  #seen = 0;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(git: BareRepository) {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.git = git;
    this.privateKey = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    this.world = newWorld(REPOSITORY);
    this.#door = new Door([{ ...APP, publicKey }]);
    this.#server = createServer((request, response) => this.#receive(request, response));
    this.admit(BOT_TOKEN, { login: "patch-bot", right: "write", isInstallation: false });
    for (const { login, association } of ACCOUNTS) {
      const right = association === "NONE" ? "read" : "write";
      this.admit(`token-of-${login}`, { login, right, isInstallation: login === "github-actions[bot]" });
    }
  }

  static async start(): Promise<GithubServer> {
    const server = new GithubServer(await BareRepository.create(`${REPOSITORY}.git`));
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.git.remove();
  }

  /** How many calls were counted for the fault since the last reset. */
  get seen(): number {
    return this.#seen;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As on GitHub Enterprise. */
  get apiUrl(): string {
    return `${this.origin}/api/v3`;
  }

  admit(token: string, access: Access): void {
    this.#door.admit(token, access);
  }

  resetCalls(): void {
    this.calls.length = 0;
    this.#seen = 0;
  }

  /** Somebody else, over the same API. Throws when GitHub refuses. */
  async as(login: string, method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.apiUrl}/repos/${REPOSITORY}${path}`, {
      method,
      headers: { authorization: `token token-of-${login}`, "x-test-person": "1" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${text}`);
    return text === "" ? null : (JSON.parse(text) as unknown);
  }

  #context(): Context {
    const accounts = new Map(ACCOUNTS.map((account) => [account.login, account]));
    return { world: this.world, git: this.git, accounts, apps: APPS, apiUrl: this.apiUrl };
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? "/", this.origin).pathname;
    if (path.startsWith(`/${REPOSITORY}.git/`)) {
      serveGit(this.git.root, request, response, (token) => {
        const access = this.#door.accessOf(token);
        if (access === null || access.right === "blind") return null;
        if (!isPermitted(access, ["read", "contents"])) return null;
        return access.right === "read" || !isPermitted(access, ["write", "contents"]) ? "read" : "write";
      });
      return;
    }
    // One at a time, so that what a route has checked still holds when it writes.
    this.#queue = this.#queue
      .then(() => this.#serve(request, response))
      .catch((error: unknown) => {
        this.violations.push(`the server failed: ${String(error)}`);
        response.destroy();
      });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString("utf8");
    // What people do in a test is not counted and does not fail.
    const isOurs = request.headers["x-test-person"] === undefined;
    const fault = isOurs ? this.#count(request.headers.authorization ?? "") : null;
    if (fault?.when === "before") {
      this.calls.push({ method: request.method ?? "", operationId: "fault", status: 0 });
      sendFault(response, fault.kind, this.world.now);
      return;
    }
    await followPushes(this.#context());
    const url = new URL(request.url ?? "/", this.origin);
    const { call, answer } = await this.#answer(request, url, text);
    if (isOurs) {
      const operationId = call?.operationId ?? url.pathname;
      this.calls.push({ method: request.method ?? "", operationId, status: answer.status });
    }
    if (fault !== null) sendFault(response, fault.kind, this.world.now);
    else
      sendAnswer(response, url, answer, this.largestPage, this.hidesLinks, (body) =>
        this.#check(call, answer.status, body),
      );
  }

  #count(authorization: string): Fault | null {
    const token = this.fault?.token ?? null;
    return token === null || authorization.endsWith(` ${token}`) ? faultAt(this.fault, ++this.#seen) : null;
  }

  #check(call: ApiCall | null, status: number, body: unknown): void {
    if (call !== null) this.violations.push(...checkResponse(call, status, body));
  }

  async #answer(
    request: IncomingMessage,
    url: URL,
    text: string,
  ): Promise<{ readonly call: ApiCall | null; readonly answer: Answer }> {
    const method = request.method ?? "GET";
    const isGraphql = url.pathname === "/api/graphql";
    const call = isGraphql ? null : findCall(method, url.pathname.replace(/^\/api\/v3/, ""));
    try {
      const { access, app } = this.#door.open(request.headers.authorization);
      const body = text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>);
      if (isGraphql) return { call, answer: { status: 200, body: viewer(access) } };
      if (call === null) throw new Error(`no operation of ours: ${method} ${url.pathname}`);
      this.violations.push(...checkRequest(call, url.searchParams, body));
      if (call.operationId === "apps/create-installation-access-token") {
        if (app === null) throw new Refusal(401, "A JSON web token could not be decoded");
        return { call, answer: this.#door.issue(app, Number(call.parameters["installation_id"])) };
      }
      const { parameters } = call;
      const isHere =
        parameters["owner"] === undefined ||
        `${parameters["owner"]}/${String(parameters["repo"])}` === REPOSITORY;
      if (!isHere || access?.right === "blind") throw new Refusal(404, "Not Found");
      requirePermission(access, call.operationId);
      const context = this.#context();
      const asked: Call = { context, access, app, parameters, query: url.searchParams, body: body ?? {} };
      return { call, answer: await ROUTES[call.operationId]!(asked) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { call, answer: { status: error.status, body: error.body } };
    }
  }
}

function viewer(access: Access | null): unknown {
  return { data: { viewer: { login: access?.login ?? "" } } };
}
