/** What a command may use. A verb that previews gets a session without anything that writes to a backend. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Instant } from "../core/model.ts";
import type { ActionBatch, ActionOutcome, PatchReader } from "../provider/provider.ts";
import type { Globals } from "./arguments/globals.ts";
import type { Io } from "./io.ts";
import type { Output } from "./output.ts";
import type { Progress } from "./progress.ts";

/** `Fleet.spec.provider` as it was written. */
export type ProviderSettings = Readonly<Record<string, unknown>>;

export type Opened<T> =
  { readonly port: T } | { readonly port: null; readonly diagnostics: readonly Diagnostic[] };

/** The ports that only read. */
export interface ReadingPorts {
  openReader(provider: ProviderSettings, folder: string): Promise<Opened<PatchReader>>;
}

/** What became of a simulated run. */
export interface Simulated {
  readonly diagnostics: readonly Diagnostic[];
  readonly changed: number;
}

/** The ports that write, for `apply`. */
export interface WritingPorts extends ReadingPorts {
  openWriter(provider: ProviderSettings, folder: string): Promise<Opened<BackendWriter>>;
  /** Writes the snapshot that the backend would give right after it took these actions. */
  simulate(source: SnapshotSource, output: string, batch: ActionBatch): Promise<Simulated>;
}

export interface BackendWriter {
  send(batch: ActionBatch): Promise<readonly ActionOutcome[]>;
}

/** Where a snapshot comes from: a file, or the provider of the fleet. */
export type SnapshotSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "provider"; readonly provider: ProviderSettings; readonly folder: string };

export interface PreviewSession {
  readonly version: string;
  readonly io: Io;
  readonly globals: Globals;
  /** `--at`, or the clock, read once. */
  readonly now: Instant;
  /** The result: stdout, or the file of `--out`. */
  readonly output: Output;
  readonly progress: Progress;
  readonly ports: ReadingPorts;
  /** Diagnostics go to stderr: errors always, warnings unless `--quiet`, notes with `--verbose`. */
  report(diagnostics: readonly Diagnostic[]): Promise<void>;
  /** A line on stderr, unless `--quiet`. */
  note(text: string): void;
}

export interface WritingSession extends PreviewSession {
  readonly ports: WritingPorts;
}
