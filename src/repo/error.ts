/**
 * By what must happen next:
 * - `no-git`: Git is not installed, or too old for what is asked.
 * - `no-repository`: the folder is not in a Git repository, or Git refuses to open it.
 * - `unknown-revision`: no commit of that name.
 * - `unsafe-name`: a ref or path that Git could take for something else; never asked of Git.
 * - `missing-object`: the history is shallow or partial, or damaged, and the object is not here.
 * - `dirty-tree`: uncommitted changes in a work tree stand where the write must go.
 * - `detached-head`: a branch is needed, and `HEAD` names none.
 * - `unreachable`: the remote does not answer. Retryable.
 * - `denied`: the remote or the file system does not let us.
 * - `failed`: Git failed otherwise; the message has its first line.
 */
export type RepoErrorCode =
  | "no-git"
  | "no-repository"
  | "unknown-revision"
  | "unsafe-name"
  | "missing-object"
  | "dirty-tree"
  | "detached-head"
  | "unreachable"
  | "denied"
  | "failed";

/** Git could not do it. Messages carry no credentials. Told apart by `code`, never by message. */
export class RepoError extends Error {
  readonly code: RepoErrorCode;
  /** True when the same call may work later without a person doing anything. */
  readonly retryable: boolean;

  constructor(code: RepoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RepoError";
    this.code = code;
    this.retryable = code === "unreachable";
  }
}
