import type { Verb } from "./arguments/verb.ts";

/** The verb for auditors. */
export const EVIDENCE_VERBS: readonly Verb[] = [
  {
    name: "evidence",
    summary: "build an evidence pack for auditors, draw a sample from it, check that it was not changed",
    arguments: [
      { name: "<action>", summary: "build, sample or verify" },
      { name: "[folder]", summary: "of the pack (build: a new one, default evidence-PERIOD)" },
    ],
    options: [
      { flags: "--period <period>", summary: "build: 2026, 2026Q1, 2026-03 or 2026-01-15..2026-02-28" },
      { flags: "--every <duration>", summary: "build: how often runs should have been (default: 30m)" },
      { flags: "--ledger <file>", summary: "build: the ledger (default: that of the Fleet's store)" },
      { flags: "--without-forge", summary: "build: do not ask the forge for reviews" },
      { flags: "--population <name>", summary: "sample: which list (default: obligations)" },
      { flags: "--n <count>", summary: "sample: how many items (default: 25)" },
      { flags: "--seed <words>", summary: "sample: words of whoever asks for it" },
    ],
    writes: "nothing",
    load: async () => (await import("./commands/evidence.ts")).evidence,
  },
];
