/** One command from its words to its exit code. The only place where errors become output. */
import type { Diagnostic } from "../core/diagnostic.ts";
import { readGlobals, type Globals } from "./arguments/globals.ts";
import type { Input } from "./arguments/input.ts";
import { parseArguments, type ParsedCommand } from "./arguments/parse.ts";
import type { Verb } from "./arguments/verb.ts";
import { EXIT_CODES, type ExitCode } from "./exit-codes.ts";
import { describeFailure } from "./failure.ts";
import type { Io } from "./io.ts";
import { FileOutput, streamOutput, type Output } from "./output.ts";
import { Progress } from "./progress.ts";
import type { PreviewInvocation, WritingPorts } from "./invocation.ts";
import { wantsColor } from "./views/color.ts";
import { VERBS } from "./verbs.ts";

export async function runCommand(
  argv: readonly string[],
  io: Io,
  version: string,
  ports: WritingPorts,
): Promise<ExitCode> {
  const parsed = parseArguments(argv, VERBS, version, io);
  if (parsed === "printed") return EXIT_CODES.done;
  if (parsed === "wrong") return EXIT_CODES.usage;
  let globals: Globals | null = null;
  try {
    globals = readGlobals(parsed.input, io.cwd);
    return await runVerb(parsed, globals, io, version, ports);
  } catch (error) {
    const failure = describeFailure(error, version, globals?.verbose ?? false);
    await reportTo(io, globals, failure.diagnostics);
    if (failure.trace !== null) io.stderr.write(`${failure.trace}\n`);
    return failure.exitCode;
  }
}

async function runVerb(
  parsed: ParsedCommand,
  globals: Globals,
  io: Io,
  version: string,
  ports: WritingPorts,
): Promise<ExitCode> {
  const { verb, input } = parsed;
  const toStdout = globals.out === null || verb.fillsFolder?.(input) === true;
  const output: Output = toStdout ? streamOutput(io.stdout) : new FileOutput(globals.out);
  const invocation: PreviewInvocation = {
    version,
    io,
    globals,
    now: globals.at ?? io.now(),
    output,
    progress: new Progress(io.stderr, globals.quiet),
    ports: {
      openReader: (provider, folder) => ports.openReader(provider, folder),
      openForge: (place) => ports.openForge(place),
      openStoreReader: (settings, folder) => ports.openStoreReader(settings, folder),
    },
    report: (diagnostics) =>
      reportTo(
        io,
        globals,
        diagnostics.filter((one) => isReported(one, globals)),
      ),
    note: (text) => {
      if (!globals.quiet) io.stderr.write(`${text}\n`);
    },
  };
  try {
    const code = await callVerb(verb, input, invocation, ports);
    output.commit();
    return code;
  } finally {
    output.abandon();
  }
}

/** The only place where ports that write are handed out. */
async function callVerb(
  verb: Verb,
  input: Input,
  invocation: PreviewInvocation,
  ports: WritingPorts,
): Promise<ExitCode> {
  if (verb.writes === "nothing") return (await verb.load())(input, invocation);
  if (verb.writes === "when-asked" && !verb.isAsked(input))
    return (await verb.loadPreview())(input, invocation);
  return (await verb.load())(input, { ...invocation, ports });
}

/** On stderr, beside a result: errors always, warnings unless quiet, notes only when asked. */
function isReported({ severity }: Diagnostic, { quiet, verbose }: Globals): boolean {
  return severity === "error" || (!quiet && (severity === "warning" || verbose));
}

async function reportTo(io: Io, globals: Globals | null, diagnostics: readonly Diagnostic[]): Promise<void> {
  if (diagnostics.length === 0) return;
  const { renderDiagnosticsText } = await import("../report/diagnostics/text.ts");
  const color = wantsColor(globals?.color ?? "auto", io.stderr, io.env);
  io.stderr.write(renderDiagnosticsText(diagnostics, { color }));
}
