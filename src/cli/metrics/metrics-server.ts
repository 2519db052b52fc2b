/**
 * A port for a monitoring system beside `reconcile --every`: `/metrics`, `/healthz` (the process
 * answers) and `/readyz` (a run has ended, not too long ago). It reads nothing and can change nothing.
 */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import { METRICS_CONTENT_TYPE } from "../../report/metrics.ts";
import { refuse, usage } from "../refusal.ts";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:9464`, `[::1]:9464`, `:9464` (the loopback). Refuses with exit 64. */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match !== null && port <= 65_535) return { host: (match[1] ?? match[2]) || "127.0.0.1", port };
  throw usage(
    `\`--listen\` takes HOST:PORT, but was given ${JSON.stringify(text)}.`,
    "write it such as `--listen 127.0.0.1:9464`.",
  );
}

interface State {
  readonly metrics: string;
  readonly runEndedAt: Instant;
}

export interface MetricsServerOptions {
  readonly address: ListenAddress;
  /** Longest time between the ends of two runs before `/readyz` says no. */
  readonly staleSeconds: number;
  readonly now: () => Instant;
}

export class MetricsServer {
  readonly #server: Server;
  readonly #options: MetricsServerOptions;
  #state: State | null = null;

  private constructor(options: MetricsServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      request.resume();
      if (request.method === "GET" || request.method === "HEAD") this.#answer(request.url ?? "", response);
      else reply(response, 405, "only GET\n");
    });
    this.#server.headersTimeout = 5000;
    this.#server.requestTimeout = 5000;
    this.#server.keepAliveTimeout = 2000;
    this.#server.maxConnections = 50;
  }

  /** Listens; refuses with exit 1 where the system does. */
  static async start(options: MetricsServerOptions): Promise<MetricsServer> {
    const made = new MetricsServer(options);
    const { host, port } = options.address;
    await new Promise<void>((done, fail) => {
      made.#server.once("error", (error: NodeJS.ErrnoException) => {
        fail(
          refuse(
            "error",
            "cli/listen",
            "Cannot listen",
            `Nothing can listen on ${host}:${port}: the system says ${JSON.stringify(error.code ?? error.name)}.`,
            "name another port, or stop what uses it.",
          ),
        );
      });
      made.#server.listen(port, host, done);
    });
    return made;
  }

  /** The port that was opened, where 0 was asked for. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** After each run, whether it did well or not. */
  update(metrics: string, runEndedAt: Instant): void {
    this.#state = { metrics, runEndedAt };
  }

  /** Safe to repeat. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((done) => {
      this.#server.close(() => {
        done();
      });
    });
  }

  #answer(url: string, response: ServerResponse): void {
    const state = this.#state;
    switch (url.split("?", 1)[0]) {
      case "/healthz":
        reply(response, 200, "ok\n");
        return;
      case "/readyz": {
        const { now, staleSeconds } = this.#options;
        if (state === null) reply(response, 503, "no run has ended yet\n");
        else if (now() - state.runEndedAt > staleSeconds) {
          reply(response, 503, `the last run ended at ${formatInstant(state.runEndedAt)}\n`);
        } else reply(response, 200, `the last run ended at ${formatInstant(state.runEndedAt)}\n`);
        return;
      }
      case "/metrics":
        if (state === null) reply(response, 503, "no run has ended yet\n");
        else reply(response, 200, state.metrics, METRICS_CONTENT_TYPE);
        return;
      default:
        reply(response, 404, "/metrics, /healthz, /readyz\n");
    }
  }
}

function reply(
  response: ServerResponse,
  status: number,
  body: string,
  type = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
