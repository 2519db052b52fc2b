/** `Fleet.spec.forge` with `kind: github`: which repository, and as whom. */
import { createPrivateKey } from "node:crypto";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { GithubCode } from "../github-codes.ts";

export type GithubAuth =
  | { readonly kind: "token"; readonly token: string }
  /** `installationId` null: the installation of the repository is looked up. `privateKey` is PKCS #8 PEM. */
  | {
      readonly kind: "app";
      readonly appId: number;
      readonly installationId: number | null;
      readonly privateKey: string;
    };

export interface GithubSettings {
  readonly owner: string;
  readonly repo: string;
  /** Without a slash at the end; GitHub Enterprise: `https://<host>/api/v3`. */
  readonly apiUrl: string;
  /** Null: the repository's default branch. */
  readonly baseBranch: string | null;
  readonly auth: GithubAuth;
  /** `auto`: check runs with `appId`, commit statuses with a token, whoever's it is. */
  readonly checks: "auto" | "status" | "check-run";
  readonly mergeMethod: "merge" | "squash";
}

export type GithubSettingsResult =
  | { readonly settings: GithubSettings; readonly diagnostics: readonly [] }
  | { readonly settings: null; readonly diagnostics: readonly Diagnostic[] };

type Record_ = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;
type Report = (code: GithubCode, summary: string, detail: string, fix: string) => null;

const KEYS: readonly string[] = [
  "kind",
  "repository",
  "baseBranch",
  "apiUrl",
  "tokenEnv",
  "appId",
  "installationId",
  "privateKeyEnv",
  "checks",
  "mergeMethod",
];
const REPOSITORY = /^([A-Za-z0-9][A-Za-z0-9-]{0,38})\/([A-Za-z0-9._-]{1,100})$/;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const DEFAULT_API = "https://api.github.com";

/** Secrets come from the environment variables that the policy names; no diagnostic shows their values. */
export function parseGithubSettings(forge: Record_, environment: Environment): GithubSettingsResult {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (code, summary, detail, fix) => {
    diagnostics.push({ severity: "error", code, summary, place: null, detail, fix, related: [] });
    return null;
  };
  const repository = parseRepository(forge["repository"], report);
  const apiUrl = parseApiUrl(forge["apiUrl"], report);
  const auth = parseAuth(forge, environment, report);
  const baseBranch = parseBaseBranch(forge["baseBranch"], report);
  const checks = parseChoice("checks", forge["checks"] ?? "auto", ["auto", "status", "check-run"], report);
  const mergeMethod = parseChoice(
    "mergeMethod",
    forge["mergeMethod"] ?? "merge",
    ["merge", "squash"],
    report,
  );
  for (const key of Object.keys(forge).filter((name) => !KEYS.includes(name))) {
    report(
      "forge/github-key",
      "Unknown forge key",
      `The forge of kind github has no key ${JSON.stringify(key.slice(0, 60))}. Known keys: ${KEYS.join(", ")}.`,
      "remove it.",
    );
  }
  if (repository === null || apiUrl === null || auth === null || checks === null || mergeMethod === null) {
    return { settings: null, diagnostics };
  }
  if (diagnostics.length > 0) return { settings: null, diagnostics };
  return { settings: { ...repository, apiUrl, baseBranch, auth, checks, mergeMethod }, diagnostics: [] };
}

function parseRepository(value: unknown, report: Report): { owner: string; repo: string } | null {
  const match = typeof value === "string" ? REPOSITORY.exec(value) : null;
  if (match !== null && match[2] !== "." && match[2] !== "..") return { owner: match[1]!, repo: match[2]! };
  return report(
    "forge/github-repository",
    "Forge names no repository",
    "`repository` is the owner and the name of the repository on GitHub.",
    "write `repository: acme/patch-policy`.",
  );
}

/** Plain http only to this machine: a token must not cross a network in the clear. */
function parseApiUrl(value: unknown, report: Report): string | null {
  if (value === undefined || value === null) return DEFAULT_API;
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  const isLocal = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const isSecure = url?.protocol === "https:" || (url?.protocol === "http:" && isLocal);
  const isPlain = url?.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (url !== null && isSecure && isPlain) return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  return report(
    "forge/github-api-url",
    "API address is unusable",
    "`apiUrl` is the https address of GitHub Enterprise's API, without user, password or query.",
    "write `apiUrl: https://github.example.com/api/v3`, or leave it out for github.com.",
  );
}

function parseBaseBranch(value: unknown, report: Report): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" && value !== "" && !value.startsWith("refs/")) return value;
  return report(
    "forge/github-base-branch",
    "Base branch is no name",
    "`baseBranch` is the short name of the branch that counts.",
    "write `baseBranch: main`, or leave it out for the default branch.",
  );
}

function parseChoice<T extends string>(
  key: string,
  value: unknown,
  choices: readonly T[],
  report: Report,
): T | null {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  return report(
    key === "checks" ? "forge/github-checks" : "forge/github-merge-method",
    "Unknown forge setting",
    `\`${key}\` is one of ${choices.join(", ")}.`,
    `write \`${key}: ${choices[0] ?? ""}\`, or leave it out.`,
  );
}

function parseAuth(forge: Record_, environment: Environment, report: Report): GithubAuth | null {
  if (forge["appId"] !== undefined || forge["privateKeyEnv"] !== undefined) {
    return parseAppAuth(forge, environment, report);
  }
  const token = readVariable("tokenEnv", forge["tokenEnv"], environment, report)?.trim() ?? null;
  if (token === null || /^[\x21-\x7e]+$/.test(token)) return token === null ? null : { kind: "token", token };
  return report(
    "forge/github-token",
    "Token is not readable",
    `The environment variable ${String(forge["tokenEnv"])} holds spaces, line breaks or characters that no token has.`,
    "set it to the token alone.",
  );
}

function parseAppAuth(forge: Record_, environment: Environment, report: Report): GithubAuth | null {
  const appId = parseId("appId", forge["appId"], report);
  const installation = forge["installationId"];
  const installationId =
    installation === undefined || installation === null
      ? null
      : parseId("installationId", installation, report);
  const text = readVariable("privateKeyEnv", forge["privateKeyEnv"], environment, report);
  const privateKey = text === null ? null : toPkcs8(text);
  if (text !== null && privateKey === null) {
    report(
      "forge/github-private-key",
      "Private key is not readable",
      `The environment variable ${String(forge["privateKeyEnv"])} holds no private key in PEM form.`,
      "set it to the whole .pem file that GitHub gave for the App, line breaks included.",
    );
  }
  return appId === null || privateKey === null ? null : { kind: "app", appId, installationId, privateKey };
}

function parseId(key: string, value: unknown, report: Report): number | null {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  return report(
    "forge/github-app",
    "App is not named",
    `\`${key}\` is the number that GitHub shows for the App or its installation.`,
    `write \`${key}: 12345\`.`,
  );
}

function readVariable(key: string, name: unknown, environment: Environment, report: Report): string | null {
  if (typeof name !== "string" || !ENV_NAME.test(name)) {
    return report(
      "forge/github-token-env",
      "Forge names no secret",
      `\`${key}\` is the name of the environment variable that holds the secret, never the secret itself.`,
      key === "tokenEnv" ? "write `tokenEnv: GITHUB_TOKEN`." : `write \`${key}: APP_PRIVATE_KEY\`.`,
    );
  }
  const value = environment[name];
  if (value !== undefined && value.trim() !== "") return value;
  return report(
    "forge/github-token-missing",
    "Secret is not set",
    `The policy reads the secret for GitHub from the environment variable ${name}, which is empty or not set.`,
    `set ${name} where this runs.`,
  );
}

/** Some places can keep a secret only on one line, with `\n` written out. Null when it is no key. */
function toPkcs8(text: string): string | null {
  try {
    const key = createPrivateKey(text.includes("\n") ? text : text.replaceAll("\\n", "\n"));
    return key.export({ type: "pkcs8", format: "pem" }).toString();
  } catch {
    return null;
  }
}
