/** What an error means to the person at the terminal, and to the exit code. */
import type { Diagnostic } from "../core/diagnostic.ts";
import { ProviderError } from "../provider/provider.ts";
import { ForgeError } from "../forge/error.ts";
import { RepoError, type RepoErrorCode } from "../repo/error.ts";
import type { StoreCode } from "../store/codes.ts";
import { StoreError } from "../store/store.ts";
import { formatInstant } from "../core/time.ts";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";
import { cliError, Refusal } from "./refusal.ts";

export interface Failure {
  readonly exitCode: ExitCode;
  readonly diagnostics: readonly Diagnostic[];
  /** Only for our own mistakes, and only with `--verbose`. */
  readonly trace: string | null;
}

export function describeFailure(error: unknown, version: string, verbose: boolean): Failure {
  if (error instanceof Refusal) {
    return { exitCode: error.exitCode, diagnostics: error.diagnostics, trace: null };
  }
  if (error instanceof ProviderError) return describeProviderError(error);
  if (error instanceof ForgeError) return describeForgeError(error);
  if (error instanceof RepoError) return describeRepoError(error);
  if (error instanceof StoreError) return describeStoreError(error);
  const message = error instanceof Error ? error.message : String(error);
  const bug = cliError(
    "cli/bug",
    "This is a bug in patchring",
    `${message} (patchring ${version}, Node ${process.version}).`,
    "report it in patchring's issue tracker, with the command that you typed and what `--verbose` adds.",
  );
  const trace = verbose && error instanceof Error ? (error.stack ?? null) : null;
  return { exitCode: EXIT_CODES.error, diagnostics: [bug], trace };
}

function describeProviderError(error: ProviderError): Failure {
  const denied = error.code === "denied";
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  const fix = denied
    ? "check the credentials of the provider and what they may do."
    : error.retryable
      ? "try again later; nothing was changed."
      : "check the provider in the Fleet.";
  return {
    exitCode: denied ? EXIT_CODES.denied : EXIT_CODES.error,
    diagnostics: [cliError("cli/backend", "Backend failed", `${error.message}${cause}.`, fix)],
    trace: null,
  };
}

function describeForgeError(error: ForgeError): Failure {
  const denied = error.code === "denied" || error.code === "refused";
  const later = error.retryAt === null ? "later" : `after ${formatInstant(error.retryAt)}`;
  const fix = error.retryable
    ? `run the same command again ${later}; it goes on from where it stopped.`
    : error.code === "denied"
      ? "check who you are for the forge and what you may do there."
      : null;
  return {
    exitCode: denied ? EXIT_CODES.denied : EXIT_CODES.error,
    diagnostics: [cliError("cli/forge", "Forge refused or failed", `${error.message}.`, fix)],
    trace: null,
  };
}

const REPO_FIXES: Partial<Readonly<Record<RepoErrorCode, string>>> = {
  "no-git": "install Git 2.38 or newer.",
  "no-repository": "run it in a clone of the policy repository, or name one with `-C`.",
  "missing-object": "fetch the whole history: `git fetch --unshallow`.",
  "dirty-tree": "commit or stash what is there, or switch that work tree to another branch.",
  "detached-head": "check out a branch, or write `baseBranch` in `forge` of the Fleet.",
  unreachable: "run the same command again later; it goes on from where it stopped.",
  denied: "check who you are for the repository and what you may do there.",
};

function describeRepoError(error: RepoError): Failure {
  return {
    exitCode: error.code === "denied" ? EXIT_CODES.denied : EXIT_CODES.error,
    diagnostics: [cliError("cli/git", "Git failed", `${error.message}.`, REPO_FIXES[error.code] ?? null)],
    trace: null,
  };
}

/** The message says what to do. A lease that was lost is somebody else's run. */
function describeStoreError({ code, message, retryable }: StoreError): Failure {
  const diagnostic: Diagnostic = {
    severity: "error",
    code: `store/${code}` satisfies StoreCode,
    summary: code === "fenced" ? "Another run took over" : "Store cannot be used",
    place: null,
    detail: `${message}.`,
    fix: retryable ? "run the same command again later." : null,
    related: [],
  };
  return {
    exitCode: code === "fenced" || code === "locked" ? EXIT_CODES.locked : EXIT_CODES.error,
    diagnostics: [diagnostic],
    trace: null,
  };
}
