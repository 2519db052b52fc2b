import type { ExitCode } from "../exit-codes.ts";
import type { PreviewInvocation, WritingInvocation } from "../invocation.ts";
import type { Input } from "./input.ts";
import type { ArgumentSpec, OptionSpec } from "./option-spec.ts";

interface VerbBase {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  /** True when `--out` names a folder that the command fills itself; what it says then goes to stdout. */
  readonly fillsFolder?: (input: Input) => boolean;
}

/** A command gets what was typed and the means it may use, and gives the exit code. */
export type PreviewCommand = (input: Input, invocation: PreviewInvocation) => Promise<ExitCode>;
export type WritingCommand = (input: Input, invocation: WritingInvocation) => Promise<ExitCode>;

/** A verb that cannot write: its invocation holds no port that writes. */
export interface PreviewVerb extends VerbBase {
  readonly writes: "nothing";
  load(): Promise<PreviewCommand>;
}

export interface WritingVerb extends VerbBase {
  readonly writes: "backend";
  load(): Promise<WritingCommand>;
}

/** A verb that shows what it would do, and does it only when it is asked to by its words. */
export interface AskedVerb extends VerbBase {
  readonly writes: "when-asked";
  readonly isAsked: (input: Input) => boolean;
  /** Gets a invocation without ports that write. */
  loadPreview(): Promise<PreviewCommand>;
  load(): Promise<WritingCommand>;
}

export type Verb = PreviewVerb | WritingVerb | AskedVerb;
