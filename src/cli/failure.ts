/** What an error means to the person at the terminal, and to the exit code. */
import type { Diagnostic } from "../core/diagnostic.ts";
import { ProviderError } from "../provider/provider.ts";
import { ForgeError } from "../forge/error.ts";
import { RepoError } from "../repo/error.ts";
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
  if (error instanceof ForgeError || error instanceof RepoError) return describeWorldError(error);
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

function describeWorldError(error: ForgeError | RepoError): Failure {
  const isForge = error instanceof ForgeError;
  const isDenied = error.code === "denied" || error.code === "refused";
  const summary = isForge ? "Forge refused or failed" : "Git failed";
  const fix = error.retryable ? "run the same command again later; it goes on from where it stopped." : null;
  return {
    exitCode: isDenied ? EXIT_CODES.denied : EXIT_CODES.error,
    diagnostics: [cliError(isForge ? "cli/forge" : "cli/git", summary, `${error.message}.`, fix)],
    trace: null,
  };
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
