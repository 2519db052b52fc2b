import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AptHost } from "../../../src/provider/apt/host.ts";
import { openAptProvider } from "../../../src/provider/apt/apt-provider.ts";
import type { AptSettings } from "../../../src/provider/apt/settings.ts";
import type { Action, Instant } from "../../../src/core/model.ts";
import type { Snapshot } from "../../../src/core/snapshot.ts";
import type { ActionOutcome, PatchProvider } from "../../../src/provider/provider.ts";
import { formatColumns } from "../../../src/snapshot/write.ts";
import { copyDevice, makeDevice, type TestDevice } from "./device.ts";
import { makeRepository, type TestRepository } from "./repository.ts";

export type Json = Readonly<Record<string, unknown>>;

/** A folder with a repository and devices; `dispose` removes it. */
export class World {
  readonly folder: string = mkdtempSync(join(tmpdir(), "patchring-test-"));
  readonly repository: TestRepository;
  readonly #template: TestDevice;
  #count = 0;

  constructor() {
    this.repository = makeRepository(this.folder);
    this.#template = makeDevice(join(this.folder, "template"), this.repository.path);
  }

  device(): TestDevice {
    this.#count += 1;
    return copyDevice(this.#template, join(this.folder, `device-${this.#count}`));
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A provider with what tests ask of it in few words. */
export class Fleet {
  readonly provider: PatchProvider;
  #runs = 0;

  constructor(hosts: readonly AptHost[], settings: Partial<AptSettings> = {}, clock?: () => Instant) {
    this.provider = openAptProvider({
      hosts,
      settings: { installSeconds: 60, lockSeconds: 10, ...settings },
      ...(clock === undefined ? {} : { clock }),
    });
  }

  /** Sends the actions, each `device action patch`, as one batch of a run of its own. */
  send(actions: readonly string[], run?: string): Promise<readonly ActionOutcome[]> {
    this.#runs += 1;
    return this.provider.writer.send({
      run: run ?? `run-${this.#runs}`,
      at: Math.floor(Date.now() / 1000),
      actions: actions.map((line) => {
        const [device = "", action = "", patch = ""] = line.split(" ");
        return { device, action: action as Action, patch, reason: "APPROVED", source: null };
      }),
    });
  }

  async look(): Promise<View> {
    const { snapshot, diagnostics } = await this.provider.reader.readSnapshot();
    if (snapshot === null) throw new Error(`no snapshot: ${JSON.stringify(diagnostics)}`);
    return new View(
      snapshot,
      diagnostics.map(({ code, detail }) => `${code}: ${detail}`),
    );
  }
}

/** A snapshot as plain objects. */
export class View {
  readonly snapshot: Snapshot;
  readonly diagnostics: readonly string[];
  readonly #records: readonly Json[];

  constructor(snapshot: Snapshot, diagnostics: readonly string[]) {
    this.snapshot = snapshot;
    this.diagnostics = diagnostics;
    this.#records = [...formatColumns(snapshot)].map((line) => JSON.parse(line) as Json);
  }

  #record(kind: string, id: string): Json {
    const record = this.#records.find((r) => r["record"] === kind && r["id"] === id);
    if (record === undefined) throw new Error(`the snapshot has no ${kind} ${id}`);
    return record;
  }

  patch(id: string): Json {
    return this.#record("patch", id);
  }

  device(id: string): Json {
    return this.#record("device", id);
  }

  /** The fact without the patch; undefined where there is none. */
  fact(device: string, patch: string): Json | undefined {
    const facts = this.device(device)["facts"] as readonly Json[];
    return facts.find((fact) => fact["patch"] === patch);
  }

  /** `status approval`; empty where there is no fact. */
  standing(device: string, patch: string): string {
    const fact = this.fact(device, patch);
    return fact === undefined ? "" : `${String(fact["status"])} ${String(fact["approval"])}`;
  }
}
