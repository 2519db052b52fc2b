import { resolve } from "node:path";
import type { Instant } from "../../core/model.ts";
import type { Input } from "./input.ts";
import type { OptionSpec } from "./option-spec.ts";

export const COLOR_MODES = ["auto", "always", "never"] as const;
export type ColorMode = (typeof COLOR_MODES)[number];

/** The options that every verb takes (design 5), in the order of the help. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: "-C, --directory <dir>", summary: "policy repository (default: the current directory)" },
  { flags: "--snapshot <file>", summary: "read this snapshot file instead of the provider" },
  { flags: "--at <instant>", summary: "evaluate as if it were now, such as 2026-03-18T09:00:00Z" },
  { flags: "--ref <rev>", summary: "policy at a commit, read from Git; the work tree is not touched" },
  { flags: "--json", summary: "print the result as JSON" },
  { flags: "--out <file>", summary: "write the result to a file, whole or not at all" },
  { flags: "-q, --quiet", summary: "errors only on stderr" },
  { flags: "-v, --verbose", summary: "notes on stderr too, and where a bug happened" },
  {
    flags: "--color <when>",
    summary: "colour: auto, always or never (NO_COLOR is honoured)",
    choices: COLOR_MODES,
  },
  { flags: "--max-rows <n>", summary: "rows of all tables together; 0 is all (default: 100)" },
];

export interface Globals {
  /** Absolute. */
  readonly directory: string;
  /** The directory as it was typed, for messages. */
  readonly directoryGiven: string;
  readonly snapshot: string | null;
  readonly at: Instant | null;
  readonly ref: string | null;
  readonly json: boolean;
  /** Absolute. */
  readonly out: string | null;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: ColorMode;
  /** Null is all. */
  readonly maxRows: number | null;
}

const DEFAULT_ROWS = 100;

export function readGlobals(input: Input, cwd: string): Globals {
  const given = input.text("directory") ?? ".";
  const out = input.text("out");
  const rows = input.count("maxRows") ?? DEFAULT_ROWS;
  return {
    directory: resolve(cwd, given),
    directoryGiven: given,
    snapshot: input.text("snapshot"),
    at: input.instant("at"),
    ref: input.text("ref"),
    json: input.flag("json"),
    out: out === null ? null : resolve(cwd, out),
    quiet: input.flag("quiet"),
    verbose: input.flag("verbose"),
    color: (input.text("color") as ColorMode | null) ?? "auto",
    maxRows: rows === 0 ? null : rows,
  };
}
