/** Who is calling: tokens, an App's JSON Web Token, and what Apps get for it. */
import { verify, type KeyObject } from "node:crypto";
import { formatTime, Refusal, type Answer } from "./context.ts";
import { fill } from "./openapi.ts";
import type { Access, AppAccount } from "./world.ts";

export interface RegisteredApp extends AppAccount {
  readonly publicKey: KeyObject;
}

export class Door {
  readonly #tokens = new Map<string, Access>();
  readonly #apps: readonly RegisteredApp[];
  #issued = 0;

  constructor(apps: readonly RegisteredApp[]) {
    this.#apps = apps;
  }

  admit(token: string, access: Access): void {
    this.#tokens.set(token, access);
  }

  accessOf(token: string): Access | null {
    return this.#tokens.get(token) ?? null;
  }

  /** Throws a refusal for wrong credentials, and for none: the repository is private. */
  open(header: string | undefined): { readonly access: Access | null; readonly app: AppAccount | null } {
    const token = (header ?? "").split(" ").at(-1) ?? "";
    const access = this.accessOf(token);
    if (access !== null) return { access, app: null };
    const app = token.split(".").length === 3 ? this.#verify(token) : null;
    if (app === null) throw new Refusal(401, "Bad credentials");
    return { access: null, app };
  }

  #verify(token: string): AppAccount | null {
    const [head = "", claims = "", signature = ""] = token.split(".");
    const { iss, exp, iat } = JSON.parse(Buffer.from(claims, "base64url").toString()) as Readonly<
      Record<string, unknown>
    >;
    const app = this.#apps.find(({ id }) => String(id) === String(iss));
    if (app === undefined || typeof exp !== "number" || typeof iat !== "number") return null;
    const isSigned = verify(
      "sha256",
      Buffer.from(`${head}.${claims}`),
      app.publicKey,
      Buffer.from(signature, "base64url"),
    );
    const now = Date.now() / 1000;
    return isSigned && exp > now && exp - iat <= 660 ? app : null;
  }

  /** A token of its own for each asking, an hour long. */
  issue(app: AppAccount, installationId: number): Answer {
    if (app.installationId !== installationId) throw new Refusal(404, "Not Found");
    const token = `ghs_${String(++this.#issued).padStart(4, "0")}InstallationTokenCanary0123456789`;
    this.admit(token, { login: `${app.slug}[bot]`, right: "write", isInstallation: true });
    const expires = formatTime(Math.floor(Date.now() / 1000) + 3600);
    return { status: 201, body: fill("installation-token", { token, expires_at: expires, permissions: {} }) };
  }
}

type Need = readonly [level: "read" | "write", ...anyOf: string[]];

/** What GitHub asks of a token that is cut to permissions, by operation. The repository itself is always seen. */
const NEEDS: Readonly<Record<string, Need>> = {
  "repos/get-branch": ["read", "contents"],
  "repos/compare-commits-with-basehead": ["read", "contents"],
  "git/get-commit": ["read", "contents"],
  "repos/create-commit-status": ["write", "statuses"],
  "repos/get-combined-status-for-ref": ["read", "statuses"],
  "checks/list-for-ref": ["read", "checks"],
  "checks/create": ["write", "checks"],
  "checks/update": ["write", "checks"],
  "pulls/list": ["read", "pull-requests"],
  "pulls/get": ["read", "pull-requests"],
  "pulls/list-files": ["read", "pull-requests"],
  "pulls/list-commits": ["read", "pull-requests"],
  "pulls/list-reviews": ["read", "pull-requests"],
  "pulls/create": ["write", "pull-requests"],
  "pulls/update": ["write", "pull-requests"],
  "pulls/create-review": ["write", "pull-requests"],
  "pulls/request-reviewers": ["write", "pull-requests"],
  "pulls/merge": ["write", "contents"],
  "issues/get": ["read", "issues", "pull-requests"],
  "issues/list-comments": ["read", "issues", "pull-requests"],
  "issues/list-events": ["read", "issues", "pull-requests"],
  "issues/create-comment": ["write", "issues", "pull-requests"],
  "issues/update-comment": ["write", "issues", "pull-requests"],
  "issues/delete-comment": ["write", "issues", "pull-requests"],
  "issues/add-labels": ["write", "issues", "pull-requests"],
  "issues/remove-label": ["write", "issues", "pull-requests"],
};

export function isPermitted({ permissions }: Access, [level, ...anyOf]: Need): boolean {
  if (permissions === undefined) return true;
  return anyOf.some((name) => permissions[name] === "write" || permissions[name] === level);
}

/** Throws a refusal. */
export function requirePermission(access: Access | null, operationId: string): void {
  const need = NEEDS[operationId];
  if (access === null || need === undefined || isPermitted(access, need)) return;
  throw new Refusal(403, "Resource not accessible by integration");
}
