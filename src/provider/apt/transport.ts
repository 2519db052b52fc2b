/** The way to a host: runs a shell script there. Nothing else differs between hosts. */

/**
 * - `done`: the script ran; `code` is its exit code.
 * - `failed`: it is not known how far the script came, if it started at all.
 */
export type ScriptResult =
  | { readonly kind: "done"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "failed"; readonly reason: string };

export interface Transport {
  /**
   * Runs a POSIX shell script given on standard input, as root where the host needs it.
   * The script must stand in one function that its last line calls, so that one which
   * arrives in part does nothing.
   */
  run(script: string, timeoutMs: number): Promise<ScriptResult>;
}

export interface TransportSettings {
  /** How long to wait for a connection. */
  readonly connectSeconds: number;
  /** A private directory for the sockets of shared connections. */
  readonly socketFolder: string;
}
