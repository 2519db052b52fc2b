/** One JSON message to an address that is a secret: with a time limit, without redirects, and never naming the address. */
import { createHash } from "node:crypto";
import { NoticeError, type NoticeErrorCode } from "../notice.ts";
import { withRetry, type RetrySettings } from "../retry.ts";

export interface PostTarget {
  /** Name of the environment variable, for messages. */
  readonly urlEnv: string;
  readonly url: URL;
  readonly timeoutMs: number;
  readonly retry: RetrySettings;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The address that a variable holds. Throws `NoticeError` where it holds none that may be used. */
export function readUrl(urlEnv: string, env: Readonly<Record<string, string | undefined>>): URL {
  const value = env[urlEnv]?.trim() ?? "";
  if (value === "") throw new NoticeError("settings", `the environment variable ${urlEnv} is not set`);
  const url = URL.canParse(value) ? new URL(value) : null;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.test(url.hostname));
  if (url === null || !isSafe) {
    throw new NoticeError("settings", `the environment variable ${urlEnv} holds no https address`);
  }
  return url;
}

/** At least once: the header `Idempotency-Key` is the same for the same message. */
export async function postJson(target: PostTarget, payload: object): Promise<void> {
  const body = JSON.stringify(payload);
  const key = createHash("sha256").update(body).digest("hex").slice(0, 32);
  await withRetry(target.retry, () => postOnce(target, body, key));
}

async function postOnce({ url, urlEnv, timeoutMs }: PostTarget, body: string, key: string): Promise<void> {
  let status: number;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "patchring",
        "idempotency-key": key,
      },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = response.status;
    await response.body?.cancel();
  } catch (error) {
    throw failed(error, urlEnv, timeoutMs);
  }
  if (status >= 200 && status < 300) return;
  throw new NoticeError(codeOf(status), `the address in ${urlEnv} answered with HTTP status ${status}`);
}

/** Only what the system calls the error: its text may hold the address. */
function failed(error: unknown, urlEnv: string, timeoutMs: number): NoticeError {
  if (error instanceof Error && error.name === "TimeoutError") {
    return new NoticeError("timeout", `the address in ${urlEnv} did not answer within ${timeoutMs / 1000} s`);
  }
  const cause = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined) : undefined;
  const code =
    typeof cause?.code === "string" && /^[A-Z_0-9]{2,40}$/.test(cause.code) ? ` (${cause.code})` : "";
  return new NoticeError("unreachable", `the address in ${urlEnv} cannot be reached${code}`);
}

function codeOf(status: number): NoticeErrorCode {
  if (status === 401 || status === 403 || status === 404 || status === 410) return "denied";
  return status === 408 || status === 425 || status === 429 || status >= 500 ? "busy" : "refused";
}
