/** `--watch`: a command again after every save, until it is stopped. Trouble of one round does not end it. */
import { resolve } from "node:path";
import { formatInstant } from "../core/time.ts";
import type { Input } from "./arguments/input.ts";
import type { OptionSpec } from "./arguments/option-spec.ts";
import type { PreviewCommand } from "./arguments/verb.ts";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";
import { describeFailure } from "./failure.ts";
import type { PreviewInvocation } from "./invocation.ts";
import { usage } from "./refusal.ts";

export const WATCH_OPTION: OptionSpec = {
  flags: "--watch",
  summary: "again after every save, until Ctrl-C",
};

/** The command as it is, or with `--watch` in a loop. */
export function watchable(command: PreviewCommand): PreviewCommand {
  return (input, invocation) =>
    input.flag("watch") ? watchLoop(command, input, invocation) : command(input, invocation);
}

/** Ends with 0 when it is asked to stop (SIGINT, SIGTERM). */
async function watchLoop(
  command: PreviewCommand,
  input: Input,
  invocation: PreviewInvocation,
): Promise<ExitCode> {
  const { globals, io } = invocation;
  if (globals.ref !== null) throw usage("A commit never changes, so `--ref` cannot be given with `--watch`.");
  if (globals.out !== null)
    throw usage("`--watch` prints again and again, so `--out` cannot be given with it.");
  const { watchPolicy } = await import("../repo/watch.ts");
  const stop = io.catchStop?.() ?? new AbortController().signal;
  const also = globals.snapshot === null ? [] : [resolve(io.cwd, globals.snapshot)];
  // A folder that is not there refuses here as it does without `--watch`.
  await runOnce(command, input, invocation);
  const watching = await watchPolicy(globals.directory, { also });
  try {
    for (;;) {
      invocation.note(`patchring: watching ${globals.directoryGiven}; Ctrl-C ends it`);
      if (!(await watching.next(stop))) return EXIT_CODES.done;
      showRound(invocation);
      await runOnce(command, input, invocation);
      if (stop.aborted) return EXIT_CODES.done;
    }
  } finally {
    await watching.close();
  }
}

/** A terminal is cleared, so that the newest stands alone; into a pipe goes a line instead. */
function showRound({ io, output }: PreviewInvocation): void {
  if (output.isTTY) output.write("\x1b[2J\x1b[3J\x1b[H");
  else output.write(`\n--- ${formatInstant(io.now())} ---\n`);
}

async function runOnce(command: PreviewCommand, input: Input, invocation: PreviewInvocation): Promise<void> {
  const { globals, io, version } = invocation;
  try {
    await command(input, { ...invocation, now: globals.at ?? io.now() });
  } catch (error) {
    const failure = describeFailure(error, version, globals.verbose);
    await invocation.report(failure.diagnostics);
    if (failure.trace !== null) invocation.note(failure.trace);
  }
}
