/** The verb that looks after the ledger, as data. */
import { LEDGER_TYPES } from "../core/ledger.ts";
import type { AskedVerb } from "./arguments/verb.ts";

export const LEDGER_VERBS: readonly AskedVerb[] = [
  {
    name: "ledger",
    summary: "the record of runs and actions: show it, verify it, checkpoint it in Git, restore the store",
    arguments: [
      { name: "<action>", summary: "show, verify, checkpoint or restore" },
      { name: "[file]", summary: "a ledger file (default: the store's)" },
    ],
    options: [
      { flags: "--type <type>", summary: "show: only such records", repeats: true, choices: LEDGER_TYPES },
      { flags: "--run <id>", summary: "show: only of these runs", repeats: true },
      { flags: "--device <id>", summary: "show: only what names these devices", repeats: true },
      { flags: "--patch <id>", summary: "show: only what names these patches", repeats: true },
      {
        flags: "--against <ref>",
        summary: "verify: hold it against a checkpoint, or against a record's hash",
      },
    ],
    writes: "when-asked",
    isAsked: (input) => ["checkpoint", "restore"].includes(input.argument(0) ?? ""),
    loadPreview: async () => (await import("./commands/ledger.ts")).readLedger,
    load: async () => (await import("./commands/ledger.ts")).actOnLedger,
  },
];
