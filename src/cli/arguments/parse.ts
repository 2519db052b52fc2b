/** From the words of the command line to a verb and its input, by way of commander. */
import { Command, CommanderError, Option } from "commander";
import type { Io } from "../io.ts";
import { GLOBAL_OPTIONS } from "./globals.ts";
import { Input } from "./input.ts";
import type { OptionSpec } from "./option-spec.ts";
import type { Verb } from "./verb.ts";

export interface ParsedCommand {
  readonly verb: Verb;
  readonly input: Input;
}

/** `printed`: help or the version, already on stdout. `wrong`: what is wrong, already on stderr. */
export type Parsed = ParsedCommand | "printed" | "wrong";

const ABOUT =
  "Patch policy as code: approval rules, rings, soak, holds and recalls in Git, decided and reconciled against a patch backend.";

export function parseArguments(
  argv: readonly string[],
  verbs: readonly Verb[],
  version: string,
  io: Io,
): Parsed {
  const parsed: ParsedCommand[] = [];
  const program = makeProgram(version, io);
  for (const verb of verbs) {
    const command = program.command(verb.name).summary(verb.summary).description(verb.summary);
    for (const one of verb.arguments) command.argument(one.name, one.summary);
    for (const one of verb.options) command.addOption(makeOption(one));
    command.action(() => {
      parsed.push({ verb, input: new Input(command.args, command.optsWithGlobals()) });
    });
  }
  try {
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? "printed" : "wrong";
  }
  return parsed[0] ?? "wrong";
}

function makeProgram(version: string, io: Io): Command {
  const program = new Command("patchring")
    .description(ABOUT)
    .version(version, "-V, --version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      outputError: (text, write) => write(`patchring: ${text}`),
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("Try `patchring --help`, or `patchring <verb> --help`.")
    .helpCommand("help [verb]", "show the help of a verb");
  for (const one of GLOBAL_OPTIONS) program.addOption(makeOption(one));
  return program;
}

function makeOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.summary);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (spec.repeats === true) {
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  }
  return option;
}
