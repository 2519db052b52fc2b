import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { TextSink } from "./io.ts";
import { refuse } from "./refusal.ts";

/** Where the result goes. Nothing of it counts before `commit`. */
export interface Output {
  write(text: string): void;
  /** True when nobody reads any more. */
  readonly closed: boolean;
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  commit(): void;
  /** The command failed: a file is left as it was. Safe to repeat, also after `commit`. */
  abandon(): void;
}

export function streamOutput(sink: TextSink): Output {
  return {
    write: (text) => sink.write(text),
    get closed() {
      return sink.closed;
    },
    isTTY: sink.isTTY,
    columns: sink.columns,
    commit: () => undefined,
    abandon: () => undefined,
  };
}

const BUFFER_CHARACTERS = 64 * 1024;
/** Each piece becomes a gzip member of its own; large ones compress better. */
const GZIP_CHARACTERS = 4 * 1024 * 1024;

/**
 * A file that is there whole or not at all: written beside its place, synced, then renamed.
 * Text is taken in pieces and never held as a whole; gzip when the name ends in `.gz`. Refuses with exit 1 where the system does.
 */
export class FileOutput implements Output {
  readonly closed = false;
  readonly isTTY = false;
  readonly columns = undefined;
  readonly #path: string;
  readonly #temporary: string;
  readonly #limit: number;
  #descriptor: number | null;
  #buffer = "";

  constructor(path: string) {
    this.#path = path;
    this.#limit = path.endsWith(".gz") ? GZIP_CHARACTERS : BUFFER_CHARACTERS;
    this.#temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
    this.#descriptor = this.#guard(() => openSync(this.#temporary, "wx"));
  }

  write(text: string): void {
    this.#buffer += text;
    if (this.#buffer.length >= this.#limit) this.#flush();
  }

  commit(): void {
    this.#flush();
    const descriptor = this.#descriptor;
    if (descriptor === null) return;
    this.#guard(() => {
      fsyncSync(descriptor);
      closeSync(descriptor);
      renameSync(this.#temporary, this.#path);
    });
    this.#descriptor = null;
  }

  abandon(): void {
    if (this.#descriptor === null) return;
    try {
      closeSync(this.#descriptor);
      unlinkSync(this.#temporary);
    } catch {
      // It is a temporary file: what matters is that the real one is as it was.
    }
    this.#descriptor = null;
  }

  #flush(): void {
    const descriptor = this.#descriptor;
    if (descriptor === null) return;
    const text = Buffer.from(this.#buffer);
    const bytes = this.#limit === GZIP_CHARACTERS ? gzipSync(text) : text;
    this.#buffer = "";
    this.#guard(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    });
  }

  #guard<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error)) throw error;
      throw refuse(
        "error",
        "cli/not-written",
        "File cannot be written",
        `${this.#path} could not be written: the system says ${JSON.stringify(String(error.code))}. A file that was there before is unchanged.`,
        "check that the folder exists and who may write there.",
      );
    }
  }
}

/** Writes a file whole or not at all. */
export function saveFile(path: string, produce: (write: (text: string) => void) => void): void {
  const file = new FileOutput(path);
  try {
    produce((text) => file.write(text));
    file.commit();
  } finally {
    file.abandon();
  }
}
