import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Instant } from "../../core/model.ts";
import { writeFileAtomically } from "../../snapshot/atomic-file.ts";
import { ProviderError } from "../provider.ts";
import type { KnowledgeDocument } from "./knowledge.ts";
import type { MemoryDocument } from "./memory.ts";

const FORMAT = "patchring.apt-state/1";

export interface StateDocument {
  readonly knowledge: KnowledgeDocument;
  readonly memory: MemoryDocument;
}

export interface StoredScan {
  readonly at: Instant;
  /** The host's answer as it came. */
  readonly text: string;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Null for a file that is not there. */
async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw new ProviderError("storage", false, `could not read ${path}`, { cause });
  }
}

/** A folder on this machine that keeps what was learned of hosts between runs. Nothing in it is needed to decide. */
export class StateFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  get #statePath(): string {
    return join(this.#path, "state.json");
  }

  #scanPath(device: string): string {
    return join(this.#path, "scans", `${createHash("sha256").update(device).digest("hex").slice(0, 32)}.txt`);
  }

  /** Null when there is none yet, or when another version wrote it. */
  async readState(): Promise<StateDocument | null> {
    const text = await readText(this.#statePath);
    if (text === null) return null;
    try {
      const document = JSON.parse(text) as StateDocument & { readonly format?: unknown };
      return document.format === FORMAT ? document : null;
    } catch {
      return null;
    }
  }

  writeState(state: StateDocument): Promise<void> {
    const text = JSON.stringify({ format: FORMAT, ...state });
    return this.#write(this.#statePath, () => writeFileAtomically(this.#statePath, [text]));
  }

  async readScan(device: string): Promise<StoredScan | null> {
    const text = await readText(this.#scanPath(device));
    const line = text?.indexOf("\n") ?? -1;
    const at = Number(text?.slice(0, Math.max(0, line)));
    return text === null || line < 1 || !Number.isInteger(at) ? null : { at, text: text.slice(line + 1) };
  }

  /**
   * There whole or not at all, but not kept through a power cut: the next scan tells it again,
   * and to wait for the disk costs more than the scan.
   */
  writeScan(device: string, { at, text }: StoredScan): Promise<void> {
    const path = this.#scanPath(device);
    const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
    return this.#write(path, async () => {
      try {
        await writeFile(temporary, `${String(at)}\n${text}`, { flag: "wx" });
        await rename(temporary, path);
      } catch (error) {
        await unlink(temporary).catch(() => undefined);
        throw error;
      }
    });
  }

  async #write(path: string, write: () => Promise<void>): Promise<void> {
    try {
      await write().catch(async (error: unknown) => {
        if (!isMissing(error)) throw error;
        await mkdir(join(this.#path, "scans"), { recursive: true });
        await write();
      });
    } catch (cause) {
      throw new ProviderError("storage", true, `could not write ${path}`, { cause });
    }
  }
}
