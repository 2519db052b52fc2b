import { hostname } from "node:os";
import { parseDuration } from "../../core/time.ts";
import type { Fleet } from "../../core/policy.ts";
import type { GuardRow } from "../../core/plan.ts";
import { previewRun, reconcileOnce } from "../../reconcile/run/run.ts";
import { DEFAULT_SETTINGS, type RunOrder, type RunReadPorts } from "../../reconcile/run/ports.ts";
import type { PatchReader } from "../../provider/provider.ts";
import { checkGuards, readOverrides, type GuardOverrides } from "../apply/raised-guards.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readUsablePolicy } from "../inputs/policy.ts";
import { openStore } from "../inputs/remembered.ts";
import { snapshotSource } from "../inputs/snapshot.ts";
import { Refusal, usage } from "../refusal.ts";
import type { OpenedStore, PreviewInvocation, WritingInvocation } from "../invocation.ts";
import { runClock } from "../reconcile/clock.ts";
import { openForgePorts } from "../reconcile/forge-ports.ts";
import { runEvery } from "../reconcile/every.ts";
import { openPublisher, type MetricsPublisher } from "../metrics/publish.ts";
import type { RunReport } from "../../reconcile/run/report.ts";
import type { StoreWriter } from "../../store/store.ts";
import { tellPeople } from "../reconcile/tell.ts";
import { lockedRefusal, showRun } from "../views/run.ts";

/** `--dry-run`: the same steps, and nothing is written anywhere. Has no port that writes. */
export async function previewReconcile(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  if (input.text("every") !== null) {
    throw usage("`--every` goes on until it is stopped, so `--dry-run` cannot be given with it.");
  }
  const order = await makeOrder(invocation, readOverrides(input));
  const { fleet } = order.policy;
  const fromFile = invocation.globals.snapshot !== null;
  const memory = fromFile ? null : await openStore(invocation, fleet);
  const ports: RunReadPorts = {
    reader: await openReader(invocation, fleet),
    memory,
    clock: runClock(invocation),
    stop: new AbortController().signal,
  };
  try {
    const report = await invocation.progress.during("looking", () => previewRun(order, ports));
    await showRun(invocation, report);
    return report.summary.exitCode as ExitCode;
  } finally {
    await memory?.close();
  }
}

/** Once, or with `--every` until it is stopped. */
export async function reconcile(input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  refuseOtherWorlds(invocation);
  const overrides = readOverrides(input);
  const every = readEvery(input);
  if (every !== null && overrides.allowed.size > 0) {
    throw usage("A guard is raised for one run, so it cannot be given with `--every`.");
  }
  const stop = invocation.io.catchStop?.() ?? new AbortController().signal;
  const stores = new Stores(invocation);
  const publisher = await openPublisher(input, invocation, every);
  const once = (): Promise<{ readonly code: ExitCode; readonly nextChangeAt: string | null }> =>
    runOnce(invocation, overrides, stop, stores, publisher);
  try {
    return every === null ? (await once()).code : await runEvery(invocation, once, every, stop);
  } finally {
    await publisher.stop();
    await stores.close();
  }
}

/** What is asked for now, of this backend, by the policy as it stands. */
function refuseOtherWorlds({ globals }: WritingInvocation): void {
  const given = [
    ["--snapshot", globals.snapshot],
    ["--at", globals.at],
    ["--ref", globals.ref],
  ] as const;
  for (const [flag, value] of given) {
    if (value === null) continue;
    throw usage(
      `\`reconcile\` works on the backend, now, with the policy as it stands, so \`${flag}\` cannot be given with it.`,
      `leave \`${flag}\` out, or add \`--dry-run\` to look only.`,
    );
  }
}

const SHORTEST_EVERY = 60;

function readEvery(input: Input): number | null {
  const text = input.text("every");
  if (text === null) return null;
  const seconds = parseDuration(text);
  if (seconds !== null && seconds >= SHORTEST_EVERY) return seconds;
  throw usage(
    `\`--every\` takes a duration of a minute or more, but was given ${JSON.stringify(text)}.`,
    "write it such as `--every 30m`.",
  );
}

async function runOnce(
  invocation: WritingInvocation,
  overrides: GuardOverrides,
  stop: AbortSignal,
  stores: Stores,
  publisher: MetricsPublisher,
): Promise<{ readonly code: ExitCode; readonly nextChangeAt: string | null }> {
  const order = await makeOrder(invocation, overrides);
  const { fleet } = order.policy;
  const { store, ledger } = await stores.open(fleet);
  const ports = {
    reader: await openReader(invocation, fleet),
    writer: fleet.mode === "apply" ? await openWriter(invocation, fleet) : null,
    memory: store.reader,
    store,
    ledgerFile: ledger,
    clock: runClock(invocation),
    stop,
    random: Math.random,
    ...openForgePorts(invocation, fleet),
    tell: async (report: RunReport, writer: StoreWriter) => {
      const undelivered = await tellPeople(invocation, order, store, report, writer);
      await publisher.noteRun(report, undelivered);
    },
  };
  const outcome = await invocation.progress.during("reconciling", () => reconcileOnce(order, ports));
  if (outcome.kind !== "ran") throw lockedRefusal(outcome, invocation.io.now());
  const { report } = outcome;
  await publisher.publish(order.policy, store.reader);
  await showRun(invocation, report);
  return { code: report.summary.exitCode as ExitCode, nextChangeAt: report.summary.nextChangeAt };
}

async function makeOrder(invocation: PreviewInvocation, overrides: GuardOverrides): Promise<RunOrder> {
  const { policy, zones, identity } = await readUsablePolicy(invocation);
  for (const guard of overrides.allowed.keys()) {
    const recall = /^recallMaxDevices:(.*)$/.exec(guard)?.[1];
    if (recall === undefined) continue;
    if (policy.recalls.some(({ name, maxDevices }) => name === recall && maxDevices !== null)) continue;
    throw usage(`This run has no guard ${JSON.stringify(guard)}.`);
  }
  return {
    policy,
    zones,
    identity: await identity(),
    checkGuards: (guards: readonly GuardRow[]) => checkGuards(guards, only(overrides, guards)),
    holder: `${hostname()}, process ${process.pid}`,
    settings: DEFAULT_SETTINGS,
  };
}

/** Where nothing is sent, the guards about what is sent do not count. */
function only(overrides: GuardOverrides, guards: readonly GuardRow[]): GuardOverrides {
  const known = new Set(guards.map(({ guard }) => guard));
  return { ...overrides, allowed: new Map([...overrides.allowed].filter(([guard]) => known.has(guard))) };
}

async function openReader(invocation: PreviewInvocation, fleet: Fleet): Promise<PatchReader> {
  const source = snapshotSource(invocation, fleet);
  if (source.kind === "file") {
    const { readSnapshot } = await import("../inputs/snapshot.ts");
    return {
      readSnapshot: async () => ({ snapshot: await readSnapshot(invocation, source), diagnostics: [] }),
    };
  }
  const opened = await invocation.ports.openReader(source.provider, source.folder);
  if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
  return opened.port;
}

async function openWriter(invocation: WritingInvocation, fleet: Fleet) {
  const source = snapshotSource(invocation, fleet);
  if (source.kind === "file") throw new Error("a run without a provider");
  const opened = await invocation.ports.openWriter(source.provider, source.folder);
  if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
  return opened.port;
}

/** The backend that a store serves, without its secrets: those stand in no policy file. */
function scopeOf({ provider }: Fleet): string {
  const { kind, path, server } = provider ?? {};
  const place = typeof path === "string" ? path : typeof server === "string" ? server : "";
  return `${String(kind)} ${place}`.trim();
}

/** One store for all runs of a process; opened anew when the policy names another one. */
class Stores {
  readonly #invocation: WritingInvocation;
  #open: { readonly key: string; readonly opened: OpenedStore } | null = null;

  constructor(invocation: WritingInvocation) {
    this.#invocation = invocation;
  }

  async open(fleet: Fleet): Promise<OpenedStore> {
    const scope = scopeOf(fleet);
    const key = JSON.stringify([fleet.store, scope]);
    if (this.#open?.key === key) return this.#open.opened;
    await this.close();
    const { ports, globals } = this.#invocation;
    const opened = await ports.openStore(fleet.store, globals.directory, scope);
    if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
    this.#open = { key, opened: opened.port };
    return opened.port;
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.opened.store.reader.close();
  }
}
