/**
 * The same forge on `emulate`, which people who do not know this program wrote: for what it does as GitHub
 * does (sticky comments, labels, reviews, check runs). Never asserted on it: files, mergeability, statuses, merges.
 */
import { createServer, type AddressInfo } from "node:net";
import { createEmulator, type Emulator } from "emulate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createGithubForge,
  parseGithubSettings,
  type GithubForge,
} from "../../../src/forge/github/github-forge.ts";
import { FAST, markerOf, newRequest, OUR_EMAIL } from "./harness.ts";

const BOT = "emulated-bot-token";
const ADA = "emulated-ada-token";
const OWNER = "emulated-owner-token";
const HEAD = "patchring/promote/production";
let emulator: Emulator;
let head: string;

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    }),
  );
}

async function call(
  token: string,
  method: string,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${emulator.url}/repos/acme/policy${path}`, {
    method,
    headers: { authorization: `token ${token}`, "content-type": "application/json" },
    ...(body !== null && { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  const text = await answer.text();
  return (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
}

function forge(more: Readonly<Record<string, unknown>> = { tokenEnv: "TOKEN" }): GithubForge {
  const key = emulator.generatedSecrets.find(({ kind }) => kind === "github.app_private_key")?.value ?? "";
  const { settings, diagnostics } = parseGithubSettings(
    { kind: "github", repository: "acme/policy", apiUrl: emulator.url, ...more },
    { TOKEN: BOT, KEY: key },
  );
  if (settings === null) throw new Error(diagnostics.map(({ detail }) => detail).join("\n"));
  return createGithubForge(settings, { email: OUR_EMAIL, timing: FAST });
}

beforeAll(async () => {
  emulator = await createEmulator({
    service: "github",
    port: await freePort(),
    seed: {
      tokens: {
        [OWNER]: { login: "acme", scopes: ["repo"] },
        [BOT]: { login: "patch-bot", scopes: ["repo"] },
        [ADA]: { login: "ada", scopes: ["repo"] },
      },
      github: {
        users: [{ login: "acme" }, { login: "patch-bot" }, { login: "ada" }],
        repos: [{ owner: "acme", name: "policy", auto_init: true, private: false }],
        apps: [
          {
            app_id: 77,
            slug: "patchring-app",
            name: "Patchring",
            permissions: { checks: "write", pull_requests: "write", contents: "write" },
            installations: [{ installation_id: 100, account: "acme" }],
          },
        ],
      },
    },
  });
  for (const login of ["patch-bot", "ada"]) {
    await call(OWNER, "PUT", `/collaborators/${login}`, { permission: "push" });
  }
  const main = (await call(BOT, "GET", "/git/ref/heads/main", null))["object"] as { sha: string };
  await call(BOT, "POST", "/git/refs", { ref: `refs/heads/${HEAD}`, sha: main.sha });
  const content = Buffer.from("kind: Promotion\n").toString("base64");
  const put = await call(BOT, "PUT", "/contents/kb1.yaml", { message: "Promote", content, branch: HEAD });
  head = (put["commit"] as { sha: string }).sha;
});
afterAll(() => emulator.close());

describe("emulate 0.11.2 as GitHub", () => {
  it("opens one request, finds it by its marker, and labels it", async () => {
    const { reader, writer } = forge();
    expect((await reader.describe()).us).toEqual({ login: "patch-bot", kind: "bot", isUs: true });
    const first = await writer.openRequest(newRequest());
    expect(first).toMatchObject({
      isNew: true,
      request: { marker: markerOf(), labels: ["promotion", "ring/production"] },
    });
    const again = await forge().writer.openRequest(newRequest());
    expect(again).toMatchObject({
      isNew: false,
      request: { number: first.request.number, body: newRequest().body },
    });
    expect(
      await reader.listRequests({ states: ["open"], kind: "promotion", closedSince: null }),
    ).toHaveLength(1);
    expect(await writer.ensureLabels(first.request.number, ["promotion", "ring/production"])).toBe(false);
  });

  it("keeps one comment, edited in place, beside those of people", async () => {
    const { reader, writer } = forge();
    const { number } = (await reader.findOpenRequest(markerOf()))!;
    const plan = { kind: "plan", key: "main", data: {} };
    expect(await writer.ensureComment(number, plan, "5 devices")).toBe(true);
    expect(await writer.ensureComment(number, plan, "5 devices")).toBe(false);
    await call(ADA, "POST", `/issues/${number}/comments`, {
      body: '<!-- patchring:plan v1 {"key":"main"} -->\nmine',
    });
    expect(await writer.ensureComment(number, plan, "6 devices")).toBe(true);
    const comments = (await call(ADA, "GET", `/issues/${number}/comments`, null)) as unknown as {
      body: string;
    }[];
    expect(comments.map(({ body }) => body.split("\n")[1])).toEqual(["6 devices", "mine"]);
  });

  it("reads the reviews of people, and their head", async () => {
    const { reader } = forge();
    const { number } = (await reader.findOpenRequest(markerOf()))!;
    await call(ADA, "POST", `/pulls/${number}/reviews`, { event: "APPROVE", body: "good", commit_id: head });
    expect(await reader.listReviews(number)).toMatchObject([
      { author: { login: "ada", kind: "person", isUs: false }, state: "approved", headSha: head },
    ]);
  });

  it("changes title and body, closes and reopens", async () => {
    const { reader, writer } = forge();
    const { number } = (await reader.findOpenRequest(markerOf()))!;
    const content = { marker: markerOf("production", "sha256:2"), body: "Two patches." };
    expect(await writer.updateRequest(number, { title: "New", content })).toBe(true);
    expect(await writer.updateRequest(number, { title: "New", content })).toBe(false);
    expect(await writer.closeRequest(number)).toBe(true);
    expect(await reader.findOpenRequest(markerOf())).toBeNull();
    expect(await writer.reopenRequest(number)).toBe(true);
    expect(await reader.findOpenRequest(markerOf())).toMatchObject({ number, title: "New", ...content });
  });

  it("signs in as an App, finds its installation and sets check runs", async () => {
    const { reader, writer } = forge({ appId: 77, privateKeyEnv: "KEY" });
    expect((await reader.describe()).us.login).toBe("patchring-app[bot]");
    const check = { name: "patchring / plan", url: null, summary: "| a |" } as const;
    // Whose run it is, emulate does not say (`app` is null): none is taken for ours and edited, a newer one is made.
    await writer.setCheck(head, { ...check, state: "pending", description: "reading" });
    await writer.setCheck(head, { ...check, state: "success", description: "no change" });
    const { check_runs: runs } = await call(ADA, "GET", `/commits/${head}/check-runs`, null);
    const titles = (runs as { conclusion: string | null; output: { title: string } }[]).map(
      ({ conclusion, output }) => `${output.title}: ${conclusion}`,
    );
    expect(titles.sort()).toEqual(["no change: success"]);
  });
});
