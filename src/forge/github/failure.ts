/** What GitHub's refusals and the network's failures mean, by what must happen next. */
import type { Instant } from "../../core/model.ts";
import { ForgeError, type ForgeErrorCode } from "../error.ts";
import type { Redactor } from "./redact.ts";

/** GitHub's answer, or null for none (network, time-out). */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** A `ForgeError` with what the writers need to decide on: never shown. */
export class GithubError extends ForgeError {
  /** Null when there was no answer. */
  readonly status: number | null;
  /** False when the call may have had its effect although no answer says so. */
  readonly isWithoutEffect: boolean;
  /** True when the call that failed was to change something. */
  readonly isWrite: boolean;
  /** What GitHub said, cleaned; hostile text. */
  readonly said: string;

  constructor(code: ForgeErrorCode, message: string, facts: GithubErrorFacts) {
    super(code, message, {
      ...(facts.retryAt !== null && { retryAt: facts.retryAt }),
      ...(facts.cause !== null && { cause: facts.cause }),
    });
    this.status = facts.status;
    this.isWithoutEffect = facts.isWithoutEffect;
    this.isWrite = facts.isWrite;
    this.said = facts.said;
  }
}

interface GithubErrorFacts {
  readonly status: number | null;
  readonly isWithoutEffect: boolean;
  readonly isWrite: boolean;
  readonly said: string;
  readonly retryAt: Instant | null;
  readonly cause: Error | null;
}

interface Meaning {
  readonly code: ForgeErrorCode;
  readonly why: string;
}

const NEXT: Readonly<Record<ForgeErrorCode, string>> = {
  unreachable: "GitHub could not be reached",
  "rate-limited": "GitHub's rate limit is used up",
  denied: "GitHub does not permit it to this token",
  "not-found": "it is not there, or this token may not see it",
  exists: "it exists already",
  refused: "GitHub refused it",
  contended: "others changed it at the same time",
  storage: "GitHub's storage failed",
};

/** `doing` is what we were about: `opening a request on acme/policy`. The error that octokit threw is not kept: it holds headers. */
export function toGithubError(
  error: unknown,
  doing: string,
  redactor: Redactor,
  now: Instant,
): GithubError | null {
  if (!(error instanceof Error)) return null;
  const answer = answerOf(error);
  if (answer === null && !isNoAnswer(error)) return null;
  const said = redactor.clean(answer === null ? saidByNetwork(error) : saidBy(answer));
  const { code, why } = answer === null ? { code: "unreachable" as const, why: "" } : meaningOf(answer);
  const reason = why === "" ? NEXT[code] : why;
  const status = answer === null ? "" : `${answer.status}${said === "" ? "" : ": "}`;
  return new GithubError(code, redactor.clean(`${doing}: ${reason} (${status}${said})`), {
    status: answer?.status ?? null,
    isWithoutEffect: answer !== null && answer.status < 500,
    isWrite: isWrite(error),
    said,
    retryAt: code === "rate-limited" && answer !== null ? retryAtOf(answer, now) : null,
    cause: answer === null ? new Error(said) : null,
  });
}

function answerOf(error: Error): FailedAnswer | null {
  const { response } = error as { readonly response?: FailedAnswer };
  return typeof response === "object" && typeof response.status === "number" ? response : null;
}

function isWrite(error: Error): boolean {
  const { request } = error as { readonly request?: { readonly method?: unknown } };
  return request?.method !== undefined && request.method !== "GET";
}

/** octokit gives a lost connection the status 500 and no response. */
function isNoAnswer(error: Error): boolean {
  return error.name === "HttpError" || error.name === "AbortError" || error.name === "TimeoutError";
}

function saidByNetwork(error: Error): string {
  const inner = error.cause instanceof Error ? error.cause : error;
  const cause = inner.cause instanceof Error ? inner.cause : inner;
  const { code } = cause as { readonly code?: unknown };
  return typeof code === "string" && !cause.message.includes(code)
    ? `${code}: ${cause.message}`
    : cause.message;
}

function saidBy({ data }: FailedAnswer): string {
  if (typeof data !== "object" || data === null) return "";
  const { message, errors } = data as { readonly message?: unknown; readonly errors?: unknown };
  const parts = [message, ...(Array.isArray(errors) ? errors.map(sayValidation) : [])];
  return parts.filter((part) => typeof part === "string" && part !== "").join("; ");
}

function sayValidation(error: unknown): string {
  if (typeof error === "string") return error;
  const { message, field, code } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof message === "string") return message;
  return typeof field === "string" && typeof code === "string" ? `${field} is ${code}` : "";
}

function meaningOf(answer: FailedAnswer): Meaning {
  const { status } = answer;
  if (status >= 500) return { code: "unreachable", why: "GitHub has a fault of its own" };
  if (isRateLimit(answer)) return { code: "rate-limited", why: "" };
  switch (status) {
    case 401:
      return { code: "denied", why: "GitHub does not accept the token" };
    case 403:
    case 451:
      return { code: "denied", why: "" };
    case 404:
    case 410:
      return { code: "not-found", why: "" };
    case 409:
      return { code: "contended", why: "" };
    default:
      return {
        code: "refused",
        why: status < 400 ? "the repository has moved; name the new one in policy" : "",
      };
  }
}

/** Primary: nothing remains. Secondary: GitHub says how long to wait, or names its page on the limits. */
function isRateLimit({ status, headers, data }: FailedAnswer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  if (String(headers["x-ratelimit-remaining"]) === "0" || headers["retry-after"] !== undefined) return true;
  const page = (data as { readonly documentation_url?: unknown } | null)?.documentation_url;
  return typeof page === "string" && /rate-limit|abuse/.test(page);
}

/** GitHub's own advice for a secondary limit without a time is a minute. */
function retryAtOf({ headers }: FailedAnswer, now: Instant): Instant {
  const after = Number(headers["retry-after"]);
  if (Number.isFinite(after) && after > 0) return now + Math.ceil(after);
  const reset = Number(headers["x-ratelimit-reset"]);
  const isPrimary = String(headers["x-ratelimit-remaining"]) === "0";
  return isPrimary && Number.isFinite(reset) && reset > now ? Math.floor(reset) + 1 : now + 60;
}
