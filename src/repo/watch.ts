/** Watching a policy directory: one signal for a burst of saves, whatever an editor does to write a file. */
import { watch } from "chokidar";
import { isPolicyFileName, isPolicyFolder } from "./policy-file.ts";
import { basename } from "node:path";
import { statSync } from "node:fs";

export interface WatchOptions {
  /** Further files that count, absolute, such as a snapshot. */
  readonly also?: readonly string[];
  /** How long nothing may change before a burst counts as over. */
  readonly settleMs?: number;
}

export interface PolicyWatch {
  /** True after changes since the last call, once they settled; false when the watch was closed or the signal aborted. */
  next(signal: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

const SETTLE_MS = 150;

/**
 * Policy files of the directory, and its folders. A file or folder that is deleted, renamed or made
 * anew is a change like any other, the directory itself too. Resolves when it is watched.
 */
export async function watchPolicy(directory: string, options: WatchOptions = {}): Promise<PolicyWatch> {
  const settleMs = options.settleMs ?? SETTLE_MS;
  const also = new Set(options.also ?? []);
  const changes = new Changes(settleMs);
  const watcher = watch([directory, ...also], {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path, stats) => {
      if (path === directory || also.has(path)) return false;
      const name = basename(path);
      return stats?.isFile() === true
        ? !isPolicyFileName(name)
        : !isPolicyFolder(name) && !isPolicyFileName(name);
    },
  });
  watcher.on("all", () => {
    changes.add();
  });
  watcher.on("error", () => {
    changes.add();
  });
  await new Promise<void>((ready) => {
    watcher.once("ready", () => {
      ready();
    });
  });
  // What a directory that is moved away and made anew has lost, is watched again.
  const rewatch = setInterval(() => {
    const isThere = statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
    if (isThere && !Object.keys(watcher.getWatched()).includes(directory)) {
      watcher.add(directory);
      changes.add();
    }
  }, 500);
  return {
    next: (signal) => changes.next(signal),
    close: async () => {
      clearInterval(rewatch);
      changes.close();
      await watcher.close();
    },
  };
}

class Changes {
  readonly #settleMs: number;
  #timer: NodeJS.Timeout | null = null;
  #isPending = false;
  #isClosed = false;
  #waiting: ((changed: boolean) => void) | null = null;

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  add(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#isPending = true;
      this.#tell(true);
    }, this.#settleMs);
  }

  next(signal: AbortSignal): Promise<boolean> {
    if (this.#isClosed || signal.aborted) return Promise.resolve(false);
    if (this.#isPending) {
      this.#isPending = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const stop = (): void => {
        this.#tell(false);
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting = (changed) => {
        signal.removeEventListener("abort", stop);
        resolve(changed);
      };
    });
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#isClosed = true;
    this.#tell(false);
  }

  #tell(changed: boolean): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    if (changed) this.#isPending = false;
    waiting(changed);
  }
}
