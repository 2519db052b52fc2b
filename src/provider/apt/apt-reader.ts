import { Buffer } from "node:buffer";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import { readSnapshotBytes } from "../../snapshot/read.ts";
import { formatSnapshot } from "../../snapshot/write.ts";
import type { Observation, PatchReader } from "../provider.ts";
import { diagnostic } from "./diagnostics.ts";
import type { AptHost } from "./host.ts";
import { completeAnswer, isCovered, keepAnswer } from "./kept-answer.ts";
import { Knowledge } from "./knowledge.ts";
import { Memory } from "./memory.ts";
import { parseScan } from "./parse-scan.ts";
import { mapBounded } from "./pool.ts";
import { scanScript } from "./scan-script.ts";
import type { AptSettings } from "./settings.ts";
import { buildSnapshot, type ScannedHost } from "./snapshot-document.ts";
import { readTracker, type SecurityTracker } from "./security-tracker.ts";
import { StateFolder } from "./state-folder.ts";
import type { ScriptResult, Transport } from "./transport.ts";

export interface AptFleet {
  readonly hosts: readonly AptHost[];
  readonly transportOf: (host: AptHost) => Transport;
  readonly settings: AptSettings;
  /** Seconds since 1970. */
  readonly clock: () => Instant;
}

/** Why an answer is of no use; null when it is. */
export function scanFailure(result: ScriptResult): string | null {
  if (result.kind === "failed") return result.reason;
  if (parseScan(result.stdout) !== null) return null;
  const said = result.stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  return `the scan ended early (exit code ${result.code}${said === "" ? "" : `: ${said}`})`;
}

/** Scans Debian hosts, one round trip each. */
export class AptReader implements PatchReader {
  readonly #fleet: AptFleet;
  readonly #state: StateFolder | null;
  #knowledge: Knowledge | null = null;
  #memory: Memory | null = null;

  constructor(fleet: AptFleet) {
    this.#fleet = fleet;
    this.#state = fleet.settings.stateFolder === null ? null : new StateFolder(fleet.settings.stateFolder);
  }

  async readSnapshot(): Promise<Observation> {
    const { hosts, settings, clock } = this.#fleet;
    const knowledge = await this.#load();
    const diagnostics: Diagnostic[] = [];
    const scanned = await mapBounded(hosts, settings.concurrency, (host) =>
      this.#scan(host, knowledge, diagnostics),
    );
    const takenAt = clock();
    const { listsMaxAge } = settings;
    const tracker = await this.#readTracker(diagnostics);
    const memory = this.#memory;
    const built = buildSnapshot({ hosts: scanned, knowledge, tracker, memory, takenAt, listsMaxAge });
    for (const entry of scanned) diagnostics.push(...listFindings(entry, listsMaxAge));
    await this.#store(knowledge, built);
    const bytes = Buffer.from([...formatSnapshot(built.document)].join(""));
    const result = readSnapshotBytes(bytes, "apt");
    return { snapshot: result.snapshot, diagnostics: [...diagnostics, ...result.diagnostics] };
  }

  async #readTracker(diagnostics: Diagnostic[]): Promise<SecurityTracker | null> {
    const { tracker: path } = this.#fleet.settings;
    if (path === null) return null;
    const read = await readTracker(path);
    diagnostics.push(...read.diagnostics);
    return read.tracker;
  }

  async #load(): Promise<Knowledge> {
    if (this.#knowledge !== null) return this.#knowledge;
    const state = (await this.#state?.readState()) ?? null;
    this.#knowledge = new Knowledge(state?.knowledge ?? null);
    this.#memory = this.#state === null ? null : new Memory(state?.memory ?? null);
    return this.#knowledge;
  }

  async #store(knowledge: Knowledge, built: ReturnType<typeof buildSnapshot>): Promise<void> {
    if (this.#state === null || this.#memory === null) return;
    const { packages, sources, document } = built;
    const patches = new Set(document.patches.map((patch) => String(patch["id"])));
    const devices = new Set(this.#fleet.hosts.map(({ id }) => id));
    await this.#state.writeState({
      knowledge: knowledge.toDocument(packages, sources),
      memory: this.#memory.toDocument(patches, devices),
    });
  }

  async #scan(host: AptHost, knowledge: Knowledge, diagnostics: Diagnostic[]): Promise<ScannedHost> {
    const { settings, clock, transportOf } = this.#fleet;
    const before = (await this.#state?.readScan(host.id)) ?? null;
    const kept = before === null ? null : keepAnswer(before.text);
    const basis = kept !== null && isCovered(kept, knowledge) ? kept.basis : [];
    const { known, read } = knowledge;
    const script = scanScript({ known, read, basis, refreshAfterSeconds: settings.refreshAfterSeconds });
    const result = await transportOf(host).run(script, settings.scanSeconds * 1000);
    const text = result.kind === "done" ? completeAnswer(result.stdout, kept) : "";
    const scan = parseScan(text);
    if (scan !== null) {
      knowledge.learn(scan);
      const at = clock();
      await this.#state?.writeScan(host.id, { at, text });
      return { host, scan, scannedAt: at };
    }
    diagnostics.push(unreachable(host, scanFailure(result) ?? "no answer", before?.at ?? null));
    return { host, scan: before === null ? null : parseScan(before.text), scannedAt: before?.at ?? null };
  }
}

function unreachable(host: AptHost, reason: string, lastAt: Instant | null): Diagnostic {
  return diagnostic({
    severity: "warning",
    code: "apt/host-unreachable",
    summary: "Host was not scanned",
    detail: `${host.id}: ${reason}. ${
      lastAt === null
        ? "It was never scanned, so nothing is known of it."
        : `What its scan of ${formatInstant(lastAt)} said is kept.`
    }`,
    fix: "see that the host is up, that its key and host key are in place, and that nothing blocks the port.",
  });
}

function listFindings({ host, scan, scannedAt }: ScannedHost, listsMaxAge: number): readonly Diagnostic[] {
  if (scan === null || scannedAt === null) return [];
  const errors = scan.updateErrors ?? [];
  if (errors.length === 0 && scan.listsAt !== null && scannedAt - scan.listsAt <= listsMaxAge) return [];
  const age =
    scan.listsAt === null ? "It has no package lists" : `Its lists are of ${formatInstant(scan.listsAt)}`;
  return [
    diagnostic({
      severity: "warning",
      code: "apt/lists-old",
      summary: "Package lists are old",
      detail: `${host.id}: ${age}${errors.length === 0 ? "." : `: ${errors.join("; ").slice(0, 500)}`}`,
      fix: "run `apt-get update` on the host, or set `refresh` for the provider.",
    }),
  ];
}
