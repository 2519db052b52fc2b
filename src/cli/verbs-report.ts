/** `report`: what people look at (issue 6), as data. Its first argument says which report; `commands/report.ts` has the table. */
import type { OptionSpec } from "./arguments/option-spec.ts";
import type { PreviewVerb } from "./arguments/verb.ts";
import { OVERVIEW_FORMATS } from "./arguments/formats.ts";
import { OVERVIEW_GROUPS } from "../core/overview-columns.ts";

/** Which facts a report speaks of; every report may take these. */
const SCOPE_OPTIONS: readonly OptionSpec[] = [
  { flags: "--client <name>", summary: "only these clients", repeats: true },
  { flags: "--site <name>", summary: "only these sites", repeats: true },
  { flags: "--ring <name>", summary: "only these rings", repeats: true },
  { flags: "--device <id>", summary: "only these devices, by id or name", repeats: true },
  {
    flags: "--patch <id>",
    summary: "only these patches; a KB, bulletin or CVE works too",
    repeats: true,
  },
];

const OVERVIEW_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--format <format>",
    summary: "text, html, csv, xml, json or md",
    choices: OVERVIEW_FORMATS,
  },
  {
    flags: "--group-by <what>",
    summary: "patch (default), device, client, site or ring",
    choices: OVERVIEW_GROUPS,
  },
  { flags: "--status <status>", summary: "only these statuses; `stale` is one more", repeats: true },
  { flags: "--superseded", summary: "show superseded patches too" },
  {
    flags: "--split <what>",
    summary: "one file for each client, in the folder of --out",
    choices: ["client"],
  },
];

export const REPORT_VERBS: readonly PreviewVerb[] = [
  {
    name: "report",
    summary: "write a report: overview (patches by patch, device, client, site or ring)",
    arguments: [{ name: "<what>", summary: "overview" }],
    options: [...OVERVIEW_OPTIONS, ...SCOPE_OPTIONS],
    writes: "nothing",
    fillsFolder: (input) => input.text("split") !== null,
    load: async () => (await import("./commands/report.ts")).report,
  },
];
