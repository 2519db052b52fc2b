import { expect, it, vi } from "vitest";
import { createGithubForge, parseGithubSettings } from "../../../src/forge/github/github-forge.ts";
import { FAST, OUR_EMAIL } from "./harness.ts";

const loaded: string[] = [];
vi.mock("octokit", async (importOriginal) => {
  loaded.push("octokit");
  return importOriginal();
});

it("loads octokit at the first call, not before", async () => {
  const { settings } = parseGithubSettings(
    { kind: "github", repository: "acme/policy", apiUrl: "http://127.0.0.1:1", tokenEnv: "T" },
    { T: "ghp_canary0123456789" },
  );
  const { reader } = createGithubForge(settings!, { email: OUR_EMAIL, timing: FAST });
  expect(loaded).toEqual([]);
  await reader.describe().catch(() => undefined);
  expect(loaded).toEqual(["octokit"]);
});
