/** A folder that is filled once: every file is new, and its digest is noted while it is written. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PackFile } from "../../core/evidence-pack.ts";
import { refuse } from "../refusal.ts";

export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

export async function digestFile(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return { sha256: hash.digest("hex"), bytes: statSync(path).size };
}

function systemCode(error: unknown): string | null {
  return error instanceof Error && "code" in error ? String(error.code) : null;
}

export class PackFolder {
  readonly path: string;
  readonly #shown: string;
  readonly #files: PackFile[] = [];

  /** Makes the folder. Refuses one that has something in it: evidence is never mixed with other evidence. */
  constructor(path: string, shown: string) {
    this.path = path;
    this.#shown = shown;
    this.#guard(() => mkdirSync(path, { recursive: true }));
    const there = this.#guard(() => readdirSync(path));
    if (there.length === 0) return;
    throw refuse(
      "error",
      "cli/evidence",
      "The folder is not empty",
      `${JSON.stringify(shown)} has ${there.length === 1 ? "a file" : `${there.length} files`} in it. Nothing was written.`,
      "name a new folder.",
    );
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const code = systemCode(error);
      if (code === null) throw error;
      throw refuse(
        "error",
        "cli/not-written",
        "File cannot be written",
        `The pack in ${JSON.stringify(this.#shown)} could not be written: the system says ${JSON.stringify(code)}. What was written before it stays, without a manifest.`,
        "check that the folder may be written to and that there is room, and start again in a new one.",
      );
    }
  }

  /** `path` is relative to the folder, with `/`. */
  write(path: string, data: string | Uint8Array, rows: number | null = null): void {
    const target = join(this.path, path);
    this.#guard(() => {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, data, { flag: "wx" });
    });
    this.#files.push({ path, sha256: sha256Hex(data), bytes: Buffer.byteLength(data), rows });
  }

  /** For a file that another program writes to the path that it is given. */
  async writeBy(path: string, work: (target: string) => Promise<void>): Promise<void> {
    const target = join(this.path, path);
    this.#guard(() => mkdirSync(dirname(target), { recursive: true }));
    await work(target);
    this.#files.push({ path, ...(await digestFile(target)), rows: null });
  }

  /** Sorted by path, by code unit. */
  get files(): readonly PackFile[] {
    return [...this.#files].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
