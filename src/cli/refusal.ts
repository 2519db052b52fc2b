import type { Diagnostic } from "../core/diagnostic.ts";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";

/** A command cannot go on, and a person can do something about it. Shown without a stack trace. */
export class Refusal extends Error {
  readonly exitCode: ExitCode;
  readonly diagnostics: readonly Diagnostic[];

  constructor(exitCode: ExitCode, diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((one) => one.summary).join("; "));
    this.name = "Refusal";
    this.exitCode = exitCode;
    this.diagnostics = diagnostics;
  }
}

/** The codes of what the command line itself refuses, with what `patchring explain` says. */
export const CLI_CODES = {
  "cli/usage":
    "The command line has an option, an argument or a value that the verb does not take. Nothing was read. `patchring <verb> --help` lists what it takes.",
  "cli/no-directory":
    "The policy directory (`-C`, else the current one) does not exist or may not be read. Nothing was decided.",
  "cli/unknown-revision":
    "Git has no commit of that name in the repository of the policy directory, or there is no Git repository. Name a branch, a tag or a commit that `git log` knows; a shallow clone may have to be deepened first.",
  "cli/no-provider":
    "The Fleet names no provider, so there is nothing to read devices from. Give a snapshot file with `--snapshot`, or add a provider to the Fleet.",
  "cli/unknown-provider": "The Fleet names a kind of provider that this version does not have.",
  "cli/backend":
    "The patch backend could not be reached, refused access, or its file could not be read or written. The message names it. Nothing else was changed.",
  "cli/not-written":
    "The file named by `--out`, `--save` or `--simulate` could not be written. A file of that name that was there before is unchanged.",
  "cli/not-found":
    "The snapshot has no such device or patch, or the policy no such rule, or a name stands for several. The near one is offered.",
  "cli/table": "A spreadsheet of `snapshot --from-csv` could not be read. Nothing was written.",
  "cli/plan-file":
    "The file given to `apply` is no plan of format `patchring.plan/1`, cannot be read, or was changed by hand. Save one with `patchring plan --save FILE`.",
  "cli/mode":
    "The Fleet's `mode` does not allow this. `observe` only reads and `propose` only opens pull requests; `apply` lets actions be sent. Changing it is a change of policy, and goes through review like any other.",
  "cli/stale-plan":
    "The plan is not what policy and facts say now: the policy changed, the backend reports other facts, or a window shut or a hold came in between. The rows that moved are named. `apply` never sends anything but the plan that was read; make a new one and read it.",
  "cli/guard":
    "A limit of the fleet or a recall is exceeded, so the whole run was stopped before its first write. Check the number that is named: it is usually right and the policy is not. If the number is meant, raise that one guard for one run with its own flag and a `--reason`, which is recorded.",
  "cli/comparison":
    "A saved comparison cannot be posted: it is no file of `plan --base … --save`, its numbers contradict each other, or the request has another head by now. Nothing was posted.",
  "cli/incomplete":
    "The backend stopped half way while it was read, so devices or facts are missing from the snapshot. It is shown, but not applied.",
  "cli/unknown-forge":
    "The Fleet names a kind of forge that this version does not have, or that a verb needs and the forge does not give.",
  "cli/forge":
    "The forge, where requests are opened and merged, could not be reached, refused access or refused what was asked. The message says which. What was done before stays; the same command again goes on from there.",
  "cli/git":
    "Git could not do what was asked: there is no repository, no such branch or commit, something uncommitted is in the way, or it may not write. Nothing of it was done by halves.",
  "cli/no-person":
    "Git does not know who works here (`user.name` and `user.email`), so what a person does could not be told from what the program does.",
  "cli/request":
    "There is no such request, or it cannot be merged, closed or reviewed as it stands. Nothing was changed. The message says what stands in the way.",
  "cli/statement":
    "The statement cannot be written as it was asked for: a reason or an end is missing, or a document of that name says something else already. Nothing was written.",
  "cli/moved":
    "Something changed between looking and writing (a file, a branch, the base branch), so nothing was written over it. Look again and repeat the command.",
  "cli/listen":
    "The address of `--listen` cannot be opened: something else uses the port, or this user may not. No run was started.",
  "cli/watch":
    "The folder that `--watch` looks at is gone or cannot be watched. It goes on as soon as the folder is there again, or ends when it never was.",
  "cli/notice":
    "A notice did not reach a channel: it could not be reached, refused the message, or its environment variable is not set. The run went on; what did not arrive is sent again in the next run.",
  "cli/no-channel":
    "The Fleet names no channel by which people could be told (`notices`), so nothing was sent. Name one; its address or password stands in an environment variable.",
  "cli/outcome":
    "The backend refused an action, or it is not known whether it took it. What is unknown must not be sent again before the backend was read again.",
  "cli/lock":
    "Another run writes for this backend: one at a time. The message says who holds the lease, since when and until when. A run that was killed holds it until that instant; the next run after that takes over and reads the backend before it sends anything again.",
  "reconcile/unverified":
    "The backend answered an action with success, and two later observations do not show its effect. It is named once, and policy decides again: the same action is tried later, after a wait that doubles up to the fleet's `retries.backoff`; what only stops an install is sent again at once. Look at the device in the backend.",
  "cli/bug": "A mistake in patchring itself. Nothing is wrong with your policy. Please report it.",
} as const;
export type CliCode = keyof typeof CLI_CODES;

export function cliError(code: CliCode, summary: string, detail: string, fix: string | null): Diagnostic {
  return { severity: "error", code, summary, place: null, detail, fix, related: [] };
}

export function refuse(
  exit: keyof typeof EXIT_CODES,
  code: CliCode,
  summary: string,
  detail: string,
  fix: string | null,
): Refusal {
  return new Refusal(EXIT_CODES[exit], [cliError(code, summary, detail, fix)]);
}

/** The command line is wrong: exit 64. */
export function usage(detail: string, fix: string | null = null): Refusal {
  return refuse("usage", "cli/usage", "Wrong command line", detail, fix);
}
