import type { Snapshot } from "../../core/snapshot.ts";
import { readCachedSnapshot, type SnapshotSource } from "../../snapshot/cached.ts";
import { readSnapshotFile } from "../../snapshot/read.ts";
import type {
  ActionBatch,
  ActionOutcome,
  Observation,
  PatchProvider,
  PatchReader,
  PatchWriter,
  WriterPace,
} from "../provider.ts";
import type { FileProviderOptions } from "./options.ts";
import { appendToOutbox } from "./outbox.ts";

/** Reads a snapshot file that something else keeps up to date. */
export class FileReader implements PatchReader {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  readSnapshot(): Promise<Observation> {
    return readSnapshotFile(this.#path);
  }

  /** By the digest of the file's content. */
  readCached(source: SnapshotSource): Promise<Snapshot | null> {
    return readCachedSnapshot(this.#path, source);
  }
}

/** Puts actions into an outbox file, for something else to carry out. Takes a batch whole or not at all. */
export class FileWriter implements PatchWriter {
  /** The outbox is written anew with each batch. */
  readonly pace: WriterPace = { batchActions: 10_000, concurrency: 1 };
  readonly #outbox: string;

  constructor(outbox: string) {
    this.#outbox = outbox;
  }

  async send(batch: ActionBatch): Promise<readonly ActionOutcome[]> {
    await appendToOutbox(this.#outbox, batch);
    return batch.actions.map(() => ({ kind: "accepted" }));
  }
}

/** The provider of kind file (design 2): a snapshot file in, an outbox file out. */
export function openFileProvider(options: FileProviderOptions): PatchProvider {
  return { reader: new FileReader(options.path), writer: new FileWriter(options.outbox) };
}
