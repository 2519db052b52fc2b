/** Every verb that this version has, as data. Commands are loaded when they are asked for. */
import type { Verb } from "./arguments/verb.ts";

export const PLAN_FORMATS = ["text", "json", "md", "html", "csv"] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

export const DIAGNOSTIC_FORMATS = ["text", "json", "github", "sarif"] as const;
export type DiagnosticFormat = (typeof DIAGNOSTIC_FORMATS)[number];

export const VERBS: readonly Verb[] = [
  {
    name: "validate",
    summary: "check schema, references and meaning of a policy; with a snapshot also the fleet",
    arguments: [],
    options: [
      { flags: "--format <format>", summary: "text, json, github or sarif", choices: DIAGNOSTIC_FORMATS },
    ],
    writes: "nothing",
    load: async () => (await import("./commands/validate.ts")).validate,
  },
  {
    name: "verdicts",
    summary: "print every verdict as NDJSON, by device and patch",
    arguments: [],
    options: [
      { flags: "--device <id>", summary: "only these devices", repeats: true },
      {
        flags: "--patch <id>",
        summary: "only these patches; a KB, bulletin or CVE works too",
        repeats: true,
      },
      { flags: "--ring <name>", summary: "only these rings", repeats: true },
      { flags: "--verdict <verdict>", summary: "only these verdicts", repeats: true },
    ],
    writes: "nothing",
    load: async () => (await import("./commands/verdicts.ts")).verdicts,
  },
  {
    name: "plan",
    summary: "show what would change",
    arguments: [],
    options: [
      { flags: "--format <format>", summary: "text, json, md, html or csv", choices: PLAN_FORMATS },
      { flags: "--save <file>", summary: "also save the plan as JSON, for apply" },
      { flags: "--detailed-exit-code", summary: "exit 2 when actions would be sent now" },
    ],
    writes: "nothing",
    load: async () => (await import("./commands/plan.ts")).plan,
  },
];
