/** What the routes work with. */
import type { BareRepository } from "./git.ts";
import type { Access, Account, AppAccount, World } from "./world.ts";

export interface Context {
  readonly world: World;
  readonly git: BareRepository;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly apps: readonly AppAccount[];
  /** Address of the API, without a slash at the end. */
  readonly apiUrl: string;
}

export interface Call {
  readonly context: Context;
  /** Null: as the App itself, with its JSON Web Token. */
  readonly access: Access | null;
  readonly app: AppAccount | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** The whole list, to be cut into pages; `wrap` puts a page into its answer. */
  readonly list?: {
    readonly items: readonly unknown[];
    readonly wrap?: (page: readonly unknown[]) => unknown;
  };
}

export type Route = (call: Call) => Promise<Answer>;

/** Thrown by routes. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.body = {
      message,
      documentation_url: "https://docs.github.com/rest",
      status: String(status),
      ...more,
    };
  }
}

export function notFound(): Refusal {
  return new Refusal(404, "Not Found");
}

/** `errors` as GitHub writes them: resource, field, code, and a message for code `custom`. */
export function invalid(...errors: readonly Readonly<Record<string, string>>[]): Refusal {
  return new Refusal(422, "Validation Failed", { errors });
}

export function formatTime(at: number): string {
  return new Date(at * 1000).toISOString().replace(".000Z", "Z");
}

/** Writers have write or admin; to a token that only reads, GitHub pretends that nothing is there. */
export function requireWrite({ access }: Call): string {
  if (access === null || access.right === "read" || access.right === "blind") throw notFound();
  return access.login;
}
