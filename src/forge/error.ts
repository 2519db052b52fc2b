import type { Instant } from "../core/model.ts";

/**
 * By what must happen next:
 * - `unreachable`: network, time-out, 5xx. Look again later.
 * - `rate-limited`: primary or secondary limit. Not before `retryAt`.
 * - `denied`: no or wrong credentials, or a right is lacking. A person must act.
 * - `not-found`: the repository, request, branch or commit is not there, or may not be seen.
 * - `exists`: an open request for the same head and base already stands, with another marker.
 * - `refused`: the forge understood and said no (validation, protected branch, body too long).
 * - `contended`: other writers kept winning. Look again later.
 * - `storage`: the repository that holds the requests is damaged or cannot be written.
 */
export type ForgeErrorCode =
  "unreachable" | "rate-limited" | "denied" | "not-found" | "exists" | "refused" | "contended" | "storage";

export interface ForgeErrorOptions extends ErrorOptions {
  readonly retryAt?: Instant;
}

/** The world failed. Messages carry no tokens and no query strings. Told apart by `code`, never by message. */
export class ForgeError extends Error {
  readonly code: ForgeErrorCode;
  /** True when the same call may work later without a person doing anything. */
  readonly retryable: boolean;
  /** The earliest instant to try again, where the forge says one. */
  readonly retryAt: Instant | null;

  constructor(code: ForgeErrorCode, message: string, options?: ForgeErrorOptions) {
    super(message, options);
    this.name = "ForgeError";
    this.code = code;
    this.retryable = code === "unreachable" || code === "rate-limited" || code === "contended";
    this.retryAt = options?.retryAt ?? null;
  }
}
