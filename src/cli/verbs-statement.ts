/** The verbs that write a statement of policy for a person, as data. */
import type { OptionSpec } from "./arguments/option-spec.ts";
import type { AskedVerb } from "./arguments/verb.ts";
import type { StatementKind } from "../policy/write-statement.ts";

const SCOPE: readonly OptionSpec[] = [
  { flags: "--device <id>", summary: "only these devices (globs); absent: all", repeats: true },
  { flags: "--tag <tag>", summary: "only devices with one of these tags", repeats: true },
  { flags: "--client <name>", summary: "only devices of these clients", repeats: true },
  { flags: "--site <name>", summary: "only devices at these sites", repeats: true },
];

const COMMON: readonly OptionSpec[] = [
  { flags: "--reason <text>", summary: "why; needed" },
  { flags: "--ticket <id>", summary: "the ticket or change that it belongs to" },
  { flags: "--name <name>", summary: "of the document (default: from the first patch)" },
  { flags: "--write", summary: "write the file into the work tree" },
  { flags: "--open", summary: "open a request with it; needs mode propose or apply" },
];

/** Also of `report-problem`. */
export const SCOPE_RINGS: OptionSpec = {
  flags: "--ring <name>",
  summary: "only in these rings; absent: all",
  repeats: true,
};

const SKIP = "what its actions do not wait for";

function statement(
  name: string,
  kind: StatementKind,
  summary: string,
  own: readonly OptionSpec[],
): AskedVerb {
  return {
    name,
    summary,
    arguments: [{ name: "<patches...>", summary: "their ids, KBs, bulletins or CVEs" }],
    options: [...own, ...SCOPE, ...COMMON],
    writes: "when-asked",
    isAsked: (input) => input.flag("write") || input.flag("open"),
    loadPreview: async () => (await import("./commands/statement.ts")).previewStatement(kind),
    load: async () => (await import("./commands/statement.ts")).makeStatement(kind),
  };
}

export const STATEMENT_VERBS: readonly AskedVerb[] = [
  statement("hold", "Hold", "stop patches where a problem was found; devices that have them keep them", [
    SCOPE_RINGS,
    { flags: "--until <instant>", summary: "when it ends, such as 2026-03-20; absent: never" },
  ]),
  statement("recall", "Recall", "take patches back: ignored everywhere, removed where they can be", [
    { flags: "--uninstall", summary: "also remove them where they are installed" },
    { flags: "--max-devices <n>", summary: "most devices that a run may remove them from" },
    { flags: "--skip <what>", summary: `${SKIP}: window, freeze`, repeats: true },
  ]),
  statement("decide", "Decision", "approve, ignore or set aside patches by name, against the rules", [
    {
      flags: "--action <action>",
      summary: "approve, ignore or manual; needed",
      choices: ["approve", "ignore", "manual"],
    },
    { flags: "--expires <instant>", summary: "when it ends, such as 2027-01-31; needed to ignore" },
    { flags: "--locked", summary: "no narrower decision beats it" },
  ]),
  statement("emergency", "Emergency", "let patches into every ring at once, for 72 hours at most", [
    { flags: "--skip <what>", summary: `${SKIP}: promotion, window, freeze`, repeats: true },
    { flags: "--for <duration>", summary: "how long from now, such as 24h" },
    { flags: "--expires <instant>", summary: "when it ends, instead of --for" },
  ]),
];
