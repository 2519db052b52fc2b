/** Makes octokit: loaded when first needed, since loading takes as long as a small verb. */
import type { Octokit } from "octokit";
import { createTransport } from "./transport.ts";
import type { Redactor } from "./redact.ts";
import type { GithubSettings } from "./settings.ts";

/** Waiting, as tests shorten it. */
export interface Timing {
  /** What a second of waiting takes, in milliseconds. */
  readonly secondMs: number;
  /** One write a second, and one in three for what notifies people, as GitHub asks. */
  readonly isPaced: boolean;
  /** A rate limit that asks for more is given to the caller. */
  readonly longestWaitSeconds: number;
  /** For one attempt. */
  readonly timeoutMs: number;
}

export const DEFAULT_TIMING: Timing = {
  secondMs: 1000,
  isPaced: true,
  longestWaitSeconds: 90,
  timeoutMs: 30_000,
};

export interface Connection {
  readonly octokit: Octokit;
  /** Speaks as the App itself, not as its installation; null with a token. */
  readonly app: Octokit | null;
}

/** Only faults of GitHub and of the network are tried again: everything else is answered. */
const ANSWERED = Array.from({ length: 100 }, (_, at) => 400 + at);
const RATE_LIMIT_RETRIES = 2;

export async function connect(
  settings: GithubSettings,
  timing: Timing,
  redactor: Redactor,
): Promise<Connection> {
  const { App, Octokit: Base } = await import("octokit");
  const options = octokitOptions(settings, timing, redactor);
  const { auth } = settings;
  if (auth.kind === "token") {
    redactor.remember(auth.token);
    return { octokit: refuseRedirects(new Base({ ...options, auth: auth.token })), app: null };
  }
  redactor.remember(auth.privateKey);
  const { appId, privateKey } = auth;
  const app = new App({ appId, privateKey, log: options.log, Octokit: Base.defaults(options) });
  const installationId = auth.installationId ?? (await findInstallation(app.octokit, settings));
  const octokit = await app.getInstallationOctokit(installationId);
  return { octokit: refuseRedirects(octokit), app: refuseRedirects(app.octokit) };
}

async function findInstallation(app: Octokit, settings: GithubSettings): Promise<number> {
  const { owner, repo } = settings;
  const { data } = await app.rest.apps.getRepoInstallation({ owner, repo });
  return data.id;
}

type OctokitOptions = NonNullable<ConstructorParameters<typeof Octokit>[0]> & { log: Log };
interface Log {
  readonly debug: () => void;
  readonly info: () => void;
  readonly warn: () => void;
  readonly error: () => void;
}

function octokitOptions(settings: GithubSettings, timing: Timing, redactor: Redactor): OctokitOptions {
  const silent = (): void => undefined;
  // octokit's own words go to the console and hold addresses with queries.
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const mayWait = (seconds: number, _request: unknown, _octokit: unknown, retries: number): boolean =>
    retries < RATE_LIMIT_RETRIES && seconds <= timing.longestWaitSeconds;
  return {
    baseUrl: settings.apiUrl,
    userAgent: "patchring",
    log,
    request: {
      log,
      fetch: createTransport({ apiUrl: settings.apiUrl, timeoutMs: timing.timeoutMs, redactor }),
    },
    retry: { doNotRetry: ANSWERED, retryAfterBaseValue: timing.secondMs },
    throttle: {
      onRateLimit: mayWait,
      onSecondaryRateLimit: mayWait,
      retryAfterBaseValue: timing.secondMs,
      ...(!timing.isPaced && { write: UNPACED, notifications: UNPACED }),
    },
  };
}

/** Stands in for the limiter that spaces out writes. */
const UNPACED = {
  key: (): { schedule: (options: unknown, run: () => Promise<unknown>) => Promise<unknown> } => ({
    schedule: (_options, run) => run(),
  }),
};

function refuseRedirects(octokit: Octokit): Octokit {
  octokit.hook.after("request", (response) => {
    const status = response.status;
    if (status < 300) return;
    throw Object.assign(new Error("moved"), { name: "HttpError", response });
  });
  return octokit;
}
