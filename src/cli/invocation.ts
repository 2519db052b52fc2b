/** What a command may use. A verb that previews gets a invocation without anything that writes to a backend. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Instant } from "../core/model.ts";
import type { ChannelSettings } from "../core/notice-settings.ts";
import type { NoticeChannel } from "../notify/notice.ts";
import type { Actor, ForgeReader, ForgeWriter } from "../forge/forge.ts";
import type { WrittenStatement } from "../policy/write-statement.ts";
import type { PromoteGit } from "../reconcile/promote/ports.ts";
import type { BranchReader, BranchWriter, Person } from "../repo/branch-writer.ts";
import type { PolicyAt } from "../repo/files-at.ts";
import type { ActionBatch, PatchReader, PatchWriter } from "../provider/provider.ts";
import type { LedgerFile, RestoredStore, Store, StoreReader } from "../store/store.ts";
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
  /** Throws `RepoError`, `ForgeError`, or refuses a kind of forge that there is none of. */
  openForge(place: ForgePlace): Promise<ForgeView>;
  /** Throws `StoreError`. Never makes a store. */
  openStoreReader(settings: StoreSettings, folder: string): Promise<Opened<StoreView>>;
}

/** `Fleet.spec.store` as it was written; null for a Fleet that has none. */
export type StoreSettings = Readonly<Record<string, unknown>> | null;

/** What is remembered, for reading. */
export interface StoreView {
  /** Null while there is no store: nothing has run yet, or it keeps nothing. */
  readonly reader: StoreReader | null;
  /** The ledger file, absolute; null where the store has none. */
  readonly ledger: string | null;
}

/** The same, to write. */
export interface OpenedStore {
  readonly store: Store;
  readonly ledger: LedgerFile | null;
}

/** What became of a simulated run. */
export interface Simulated {
  readonly diagnostics: readonly Diagnostic[];
  readonly changed: number;
}

/** The ports that write. */
export interface WritingPorts extends ReadingPorts {
  openWriter(provider: ProviderSettings, folder: string): Promise<Opened<BackendWriter>>;
  /**
   * Opens or makes the store. `scope` names the backend it serves, as people know it; a store of
   * another one is refused. Throws `StoreError`.
   */
  openStore(settings: StoreSettings, folder: string, scope: string): Promise<Opened<OpenedStore>>;
  /** Sets a damaged store aside and builds a new one from a ledger file. Throws `StoreError`. */
  restoreStore(settings: StoreSettings, folder: string, ledger: string): Promise<RestoredStore>;
  /** As the program, or as the person that Git is configured for. */
  openForgeDesk(place: ForgePlace, as: "program" | "person"): Promise<ForgeDesk>;
  /** Writes a file of the work tree, whole or not at all; refuses when it is not as it was read. */
  writePolicyFile(directory: string, written: WrittenStatement): Promise<void>;
  /** The channels by which people are told. `folder`: of the policy. Opens no connection yet. */
  openChannels(
    channels: readonly ChannelSettings[],
    folder: string,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<readonly NoticeChannel[]>;
  /** Writes the snapshot that the backend would give right after it took these actions. */
  simulate(source: SnapshotSource, output: string, batch: ActionBatch): Promise<Simulated>;
}

/** Which forge. */
export interface ForgePlace {
  /** `Fleet.spec.forge` as it was written; null for the local one in the policy's own repository. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** Of the policy, absolute. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The time that is written down. */
  readonly now: Instant;
}

/** A forge, and the repository whose base branch counts, for reading. */
export interface ForgeView {
  readonly kind: string;
  readonly reader: ForgeReader;
  /** Comments, oldest first; null where the forge shows them itself. */
  readonly listComments: ((number: number) => Promise<readonly ShownComment[]>) | null;
  readonly branches: BranchReader;
  readonly git: PromoteGit;
  readonly base: { readonly branch: string; readonly commit: string };
  /** Where the policy stands in the repository: "" for the root, else with `/` at the end. */
  readonly folder: string;
  /** The policy of the base commit. */
  readonly readPolicy: () => Promise<PolicyAt>;
}

export interface ShownComment {
  readonly author: Actor;
  readonly body: string;
  readonly createdAt: Instant;
}

/** The same, to write as somebody. */
export interface ForgeDesk extends ForgeView {
  readonly writer: ForgeWriter;
  readonly branches: BranchWriter;
  /** Author of what is committed. */
  readonly author: Person;
  /** Null where reviews are given on the forge itself, and for the program: it never reviews. */
  readonly review: ((number: number, review: GivenReview) => Promise<void>) | null;
}

export interface GivenReview {
  readonly state: "approved" | "changes-requested" | "commented";
  readonly headSha: string;
  readonly body: string;
}

export type BackendWriter = PatchWriter;

/** Where a snapshot comes from: a file, or the provider of the fleet. */
export type SnapshotSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "provider"; readonly provider: ProviderSettings; readonly folder: string };

export interface PreviewInvocation {
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

export interface WritingInvocation extends PreviewInvocation {
  readonly ports: WritingPorts;
}
