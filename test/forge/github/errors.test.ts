/** What GitHub's refusals become, and that no secret leaves with them. */
import { createPrivateKey } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ForgeError } from "../../../src/forge/forge.ts";
import { createGithubForge, parseGithubSettings } from "../../../src/forge/github/github-forge.ts";
import { Redactor } from "../../../src/forge/github/redact.ts";
import { FAST, markerOf, newRequest, OUR_EMAIL, Scene } from "./harness.ts";
import { BOT_TOKEN } from "./server/github-server.ts";
import type { FaultKind } from "./server/faults.ts";

let scene: Scene;
beforeAll(async () => (scene = await Scene.start()));
afterAll(() => scene.stop());
beforeEach(() => scene.reset());
afterEach(() => vi.restoreAllMocks());

async function errorOf(promise: Promise<unknown>): Promise<ForgeError> {
  const error: unknown = await promise.then(
    () => new Error("no error"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ForgeError);
  return error as ForgeError;
}

/** Everything that a careless logger could print. */
function everythingIn(error: unknown): string {
  const hidden = inspect(error, { depth: 20, showHidden: true, getters: true });
  const seen: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    seen.push(String(at), at.stack ?? "", JSON.stringify(at, Object.getOwnPropertyNames(at)));
  }
  return [hidden, ...seen].join("\n");
}

describe("what must happen next", () => {
  it("a wrong token: a person", async () => {
    const error = await errorOf(
      scene.forge({ token: "ghp_unknownCanary0123456789abcdefABCDEF01" }).reader.describe(),
    );
    expect(error).toMatchObject({ code: "denied", retryable: false });
    expect(error.message).toBe(
      "GitHub, acme/patch-policy, reading the repository: GitHub does not accept the token (401: Bad credentials)",
    );
  });

  it("a repository that the token may not see: not found", async () => {
    scene.server.admit("blind", { login: "patch-bot", right: "blind", isInstallation: false });
    const error = await errorOf(scene.forge({ token: "blind" }).reader.describe());
    expect(error.code).toBe("not-found");
  });

  it("a write that GitHub answers with 404 to a token that may only read: a right is lacking", async () => {
    await scene.forge().writer.openRequest(newRequest());
    scene.server.admit("reader", { login: "patch-bot", right: "read", isInstallation: false });
    const { writer } = scene.forge({ token: "reader" });
    const head = await scene.head();
    const check = { name: "x", state: "success", description: "", url: null, summary: null } as const;
    const codes = await Promise.all(
      [
        writer.openRequest(newRequest({ marker: markerOf("b"), headBranch: "other" })),
        writer.updateRequest(1, { title: "x" }),
        writer.ensureLabels(1, ["new"]),
        writer.ensureLabels(1, []),
        writer.setCheck(head, check),
        writer.closeRequest(1),
        writer.mergeRequest(1, { headSha: head, title: "t", message: "" }),
      ].map(async (call) => (await errorOf(call)).code),
    );
    expect(codes).toEqual(codes.map(() => "denied"));
  });

  it("check runs without being an App: a right is lacking", async () => {
    const { writer } = scene.forge({ settings: { checks: "check-run" } });
    const check = { name: "x", state: "success", description: "", url: null, summary: null } as const;
    expect((await errorOf(writer.setCheck(await scene.head(), check))).code).toBe("denied");
  });

  it("a repository with another name by now: the policy must say it", async () => {
    scene.server.world.fullName = "acme/renamed";
    const error = await errorOf(scene.forge().reader.describe());
    expect(error.code).toBe("refused");
    expect(error.message).toContain("it is acme/renamed now");
  });

  it.each<[FaultKind, string]>([
    ["500", "unreachable"],
    ["503", "unreachable"],
    ["reset", "unreachable"],
    ["truncated", "unreachable"],
    ["timeout", "unreachable"],
    ["html", "unreachable"],
    ["secondary-limit", "rate-limited"],
    ["primary-limit", "rate-limited"],
    ["409", "contended"],
  ])("%s for good: %s", async (kind, code) => {
    scene.server.fault = { at: 1, kind, when: "before", isLasting: true, token: null };
    const error = await errorOf(
      scene.forge({ timeoutMs: kind === "timeout" ? 60 : 2000, longestWaitSeconds: 5 }).reader.describe(),
    );
    expect(error).toMatchObject({ code, retryable: true });
    expect(error.retryAt === null).toBe(code !== "rate-limited");
  });

  it("nothing listens there", async () => {
    const forge = scene.forge({ settings: { apiUrl: "http://127.0.0.1:1/api/v3" } });
    const error = await errorOf(forge.reader.describe());
    expect(error.code).toBe("unreachable");
    expect(error.message).toMatch(/could not be reached \(.*(ECONNREFUSED|bad port)/);
  });
});

/** Echoes the credentials in whatever way a broken proxy can, and leads elsewhere. */
function startEcho(): Promise<Server> {
  const server = createServer((request, response) => {
    const secret = request.headers.authorization ?? "";
    const bare = secret.split(" ").at(-1) ?? "";
    if (request.url?.includes("moved") === true) {
      response
        .writeHead(request.method === "GET" ? 404 : 307, { location: "http://127.0.0.1:1/elsewhere" })
        .end();
      return;
    }
    const message = `no: ${secret} at https://user:${bare}@example.com/x?access_token=${bare}&a=1`;
    response.writeHead(422, { "content-type": "application/json" });
    response.end(JSON.stringify({ message, errors: [{ message: secret }] }));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe("no secret leaves", () => {
  it("in any error, with its causes, nor on the console, whatever GitHub answers", async () => {
    const echo = await startEcho();
    const written: string[] = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0);
    }
    for (const name of ["log", "info", "warn", "error", "debug"] as const) {
      vi.spyOn(console, name).mockImplementation((...words: unknown[]) => void written.push(inspect(words)));
    }
    const address = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
    const errors: unknown[] = [];
    const collect = async (promise: Promise<unknown>): Promise<void> =>
      void errors.push(await errorOf(promise));
    await collect(scene.forge({ settings: { apiUrl: address } }).reader.describe());
    await collect(scene.appForge({ apiUrl: address }).reader.describe());
    for (const kind of ["500", "reset", "html", "409", "primary-limit", "truncated"] as const) {
      for (const at of [1, 2, 3]) {
        await scene.reset();
        scene.server.fault = { at, kind, when: "before", isLasting: true, token: null };
        await collect(scene.forge({ longestWaitSeconds: 1 }).writer.openRequest(newRequest()));
        scene.server.resetCalls();
        await collect(scene.appForge().writer.openRequest(newRequest()));
      }
    }
    vi.restoreAllMocks();
    echo.close();
    const text = [...errors.map(everythingIn), ...written].join("\n");
    const pkcs8 = createPrivateKey(scene.server.privateKey).export({ type: "pkcs8", format: "pem" });
    const keys = [scene.server.privateKey, pkcs8.toString()].map((pem) => pem.split("\n")[3]!);
    for (const canary of [BOT_TOKEN, "TokenCanary", ...keys, "eyJ", "access_token", "user:"]) {
      expect(text).not.toContain(canary);
    }
    expect(errors).toHaveLength(38);
    expect(written).toEqual([]);
  });

  it("to another host: neither by a redirected write nor by a link", async () => {
    const echo = await startEcho();
    const address = `http://127.0.0.1:${(echo.address() as AddressInfo).port}/moved`;
    const error = await errorOf(scene.forge({ settings: { apiUrl: address } }).writer.closeRequest(1));
    expect(error.code).toBe("not-found");
    echo.close();
  });

  it.each([
    ["a@b https://u:p@h.example/a/b?token=x#y c", "a@b https://h.example/a/b c"],
    ["GET /repos/a/b?per_page=1 failed", "GET /repos/a/b failed"],
    ["ghs_16C7e42F292c6912E7710c838347Ae178B4a", "***"],
    ["github_pat_11ABCDEFG0123456789_abcdefghij", "***"],
    ["Authorization: Bearer abcdefghijklmnopqrstuvwxyz", "Authorization: Bearer ***"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x", "*** x"],
    ["line\nbreaks\u0000", "line breaks\u0000"],
  ])("%j becomes %j", (text, clean) => {
    expect(new Redactor().clean(text)).toBe(clean);
  });
});

describe("settings", () => {
  const good = { kind: "github", repository: "acme/policy", tokenEnv: "T" };
  const codes = (
    forge: Record<string, unknown>,
    env: Record<string, string> = { T: "ghp_canary" },
  ): string[] => parseGithubSettings(forge, env).diagnostics.map(({ code }) => code);

  it("reads the token from the variable that policy names, and the rest by default", () => {
    expect(parseGithubSettings(good, { T: "ghp_canary\n" }).settings).toEqual({
      ...{ owner: "acme", repo: "policy", apiUrl: "https://api.github.com", baseBranch: null },
      ...{ auth: { kind: "token", token: "ghp_canary" }, checks: "auto", mergeMethod: "merge" },
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["no repository", { repository: undefined }, "forge/github-repository"],
    ["a path", { repository: "acme/../x" }, "forge/github-repository"],
    ["http across a network", { apiUrl: "http://ghe.example.com/api/v3" }, "forge/github-api-url"],
    ["a password in the address", { apiUrl: "https://a:b@ghe.example.com" }, "forge/github-api-url"],
    ["no variable", { tokenEnv: undefined }, "forge/github-token-env"],
    ["a variable that is not set", { tokenEnv: "OTHER" }, "forge/github-token-missing"],
    ["an App without a number", { appId: "x", privateKeyEnv: "T" }, "forge/github-app"],
    ["a key that is none", { appId: 1, privateKeyEnv: "T" }, "forge/github-private-key"],
    ["an unknown key", { tokn: 1 }, "forge/github-key"],
    ["a full ref", { baseBranch: "refs/heads/main" }, "forge/github-base-branch"],
    ["an unknown way to merge", { mergeMethod: "rebase" }, "forge/github-merge-method"],
  ])("refuses %s", (_name, change, code) => {
    expect(codes({ ...good, ...change })).toContain(code);
  });

  it("shows no secret in a diagnostic", () => {
    const { diagnostics } = parseGithubSettings(good, { T: "ghp_canary with spaces" });
    expect(diagnostics.map(({ code }) => code)).toEqual(["forge/github-token"]);
    expect(JSON.stringify(diagnostics)).not.toContain("canary");
  });

  it.each([
    ["https://api.github.com", "https://github.com/acme/policy.git"],
    ["https://ghe.example.com/api/v3", "https://ghe.example.com/acme/policy.git"],
    ["https://api.acme.ghe.com", "https://acme.ghe.com/acme/policy.git"],
  ])("pushes beside %s to %s", (apiUrl, gitUrl) => {
    const { settings } = parseGithubSettings({ ...good, apiUrl }, { T: "ghp_canary" });
    expect(createGithubForge(settings!, { email: OUR_EMAIL, timing: FAST }).gitUrl).toBe(gitUrl);
  });
});
