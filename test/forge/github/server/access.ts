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
