/** The verb of deadlines, as data. */
import type { Verb } from "./arguments/verb.ts";
import { SLA_FORMATS } from "./arguments/formats.ts";

export const SLA_VERBS: readonly Verb[] = [
  {
    name: "sla",
    summary: "deadlines: what is late or at risk, the longest way to a device, and what would make it fit",
    arguments: [
      { name: "[profiles...]", summary: "such as cyber-essentials (default: those that the Fleet names)" },
    ],
    options: [
      { flags: "--format <format>", summary: "text, json or md", choices: SLA_FORMATS },
      { flags: "--detailed-exit-code", summary: "exit 2 when a path can be too slow for a deadline" },
    ],
    writes: "nothing",
    load: async () => (await import("./commands/sla.ts")).sla,
  },
];
