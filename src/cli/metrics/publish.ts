/** Metrics of `reconcile`: into a file for a node exporter, and on a port beside `--every`. */
import { resolve } from "node:path";
import { examine } from "../../core/examined.ts";
import type { KnownDeadlines, KnownRequest } from "../../core/metrics.ts";
import type { Plan } from "../../core/plan.ts";
import type { PolicySet } from "../../core/policy.ts";
import type { RunReport } from "../../reconcile/run/report.ts";
import { renderMetrics } from "../../report/metrics.ts";
import type { StoreReader } from "../../store/store.ts";
import type { Input } from "../arguments/input.ts";
import type { WritingInvocation } from "../invocation.ts";
import { saveFile } from "../output.ts";
import { Refusal, usage } from "../refusal.ts";
import { countProfiles } from "../reconcile/run-deadlines.ts";
import { waitingRequests } from "../reconcile/tell.ts";
import { MetricsServer, parseListen } from "./metrics-server.ts";
import { readMetrics } from "./read-metrics.ts";

export interface MetricsPublisher {
  /** While the run is told of. */
  noteRun(report: RunReport, undelivered: number): Promise<void>;
  /** After it. A file that cannot be written is reported, and fails no run. Throws `StoreError`. */
  publish(policy: PolicySet, store: StoreReader): Promise<void>;
  stop(): Promise<void>;
}

/** Two runs may be this much apart before `/readyz` says no; the rest is for the run itself. */
const INTERVALS = 2;
const MARGIN_SECONDS = 300;

/** Listens before the first run, so that a port in use is told at once. */
export async function openPublisher(
  input: Input,
  invocation: WritingInvocation,
  everySeconds: number | null,
): Promise<MetricsPublisher> {
  const listen = input.text("listen");
  if (listen !== null && everySeconds === null) {
    throw usage("`--listen` answers between runs, so it needs `--every`.", "add `--every 30m`.");
  }
  const given = input.text("metricsFile");
  const file = given === null ? null : resolve(invocation.io.cwd, given);
  const server =
    listen === null
      ? null
      : await MetricsServer.start({
          address: parseListen(listen),
          staleSeconds: INTERVALS * (everySeconds ?? 0) + MARGIN_SECONDS,
          now: () => invocation.io.now(),
        });
  return new Publisher(invocation, file, server);
}

class Publisher implements MetricsPublisher {
  readonly #invocation: WritingInvocation;
  readonly #file: string | null;
  readonly #server: MetricsServer | null;
  #plan: Plan | null = null;
  #undelivered = 0;
  #deadlines: readonly KnownDeadlines[] = [];
  #requests: readonly KnownRequest[] = [];

  constructor(invocation: WritingInvocation, file: string | null, server: MetricsServer | null) {
    this.#invocation = invocation;
    this.#file = file;
    this.#server = server;
  }

  async noteRun(report: RunReport, undelivered: number): Promise<void> {
    this.#plan = report.plan;
    this.#undelivered = undelivered;
    if (this.#isOff) return;
    const { decided, promotions } = report;
    this.#deadlines = await countProfiles(decided);
    this.#requests = waitingRequests(promotions, decided === null ? null : examine(decided));
  }

  async publish(policy: PolicySet, store: StoreReader): Promise<void> {
    if (this.#isOff) return;
    const now = this.#invocation.io.now();
    const { version } = this.#invocation;
    const source = {
      now,
      version,
      policy,
      plan: this.#plan,
      store,
      undelivered: this.#undelivered,
      deadlines: this.#deadlines,
      requests: this.#requests,
    };
    const text = await renderMetrics(await readMetrics(source));
    this.#server?.update(text, now);
    await this.#save(text);
  }

  get #isOff(): boolean {
    return this.#file === null && this.#server === null;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async #save(text: string): Promise<void> {
    if (this.#file === null) return;
    try {
      saveFile(this.#file, (write) => {
        write(text);
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await this.#invocation.report(error.diagnostics.map((one) => ({ ...one, severity: "warning" })));
    }
  }
}
