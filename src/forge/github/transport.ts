/** The `fetch` that octokit is given: each attempt has its own time-out, and half an answer is no answer. */
import type { Redactor } from "./redact.ts";

export interface TransportOptions {
  /** Nothing is sent anywhere else, so that no answer can send a token astray. */
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly redactor: Redactor;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const API_VERSION = "2022-11-28";
/** Larger answers are no answers: 100 bodies of 256 KiB fit, with room. */
const MOST_BYTES = 64 * 1024 * 1024;

export function createTransport(options: TransportOptions): Fetch {
  const { origin } = new URL(options.apiUrl);
  return async (url, init) => {
    if (new URL(url).origin !== origin) throw new TypeError("address outside of the forge");
    const headers = new Headers(init.headers);
    headers.set("x-github-api-version", API_VERSION);
    rememberSecret(headers, options.redactor);
    const isRead = init.method === "GET" || init.method === "HEAD";
    const answer = await fetch(url, {
      ...init,
      headers,
      // A redirected write would arrive as a read.
      redirect: isRead ? "follow" : "manual",
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    // octokit takes a body that broke off for an empty one: read it here, where it can be tried again.
    const body = await readBody(answer);
    if (answer.ok && body.length > 0) checkJson(body);
    const whole = new Response(answer.status === 204 || answer.status === 304 ? null : body, {
      status: answer.status,
      headers: answer.headers,
    });
    Object.defineProperty(whole, "url", { value: answer.url });
    return whole;
  };
}

async function readBody(answer: Response): Promise<string> {
  const bytes = await answer.arrayBuffer();
  if (bytes.byteLength > MOST_BYTES) throw new TypeError("the answer is too large");
  return new TextDecoder().decode(bytes);
}

/** A proxy's login page comes with status 200. */
function checkJson(body: string): void {
  try {
    JSON.parse(body);
  } catch {
    throw new TypeError("the answer is not GitHub's: it is no JSON. Is `apiUrl` right?");
  }
}

function rememberSecret(headers: Headers, redactor: Redactor): void {
  const secret = headers.get("authorization")?.split(" ").at(-1);
  if (secret !== undefined) redactor.remember(secret);
}
