import type { Instant } from "../core/model.ts";

/** Where text goes: a terminal, a pipe or a test. */
export interface TextSink {
  write(text: string): void;
  /** True for a terminal: a person reads along. */
  readonly isTTY: boolean;
  /** Width of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
  /** True when nobody reads any more (`patchring verdicts | head`). Writing then does nothing. */
  readonly closed: boolean;
}

/** Everything of the process that a command may see; passed in, so that tests run commands in process. */
export interface Io {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  now(): Instant;
  /**
   * From now on a request to stop (SIGTERM, SIGINT) aborts this signal instead of ending the process; a
   * second one ends it. Absent where nobody can ask.
   */
  catchStop?(): AbortSignal;
}
