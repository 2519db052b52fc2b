/** Every verb that this version has, as data. Commands are loaded when they are asked for. */
import { GUARD_OPTIONS } from "./arguments/guard-options.ts";
import { DIAGNOSTIC_FORMATS, PLAN_FORMATS } from "./arguments/formats.ts";
import type { Verb } from "./arguments/verb.ts";
import { SLA_VERBS } from "./verbs-sla.ts";
import { REPORT_VERBS } from "./verbs-report.ts";
import { EVIDENCE_VERBS } from "./verbs-evidence.ts";
import { NOTICE_VERBS } from "./verbs-notices.ts";
import { RECONCILE_VERBS } from "./verbs-reconcile.ts";
import { LEDGER_VERBS } from "./verbs-ledger.ts";
import { STATEMENT_VERBS } from "./verbs-statement.ts";
import { STATUS_VERBS } from "./verbs-status.ts";
import { watchable, WATCH_OPTION } from "./watch.ts";

export const VERBS: readonly Verb[] = [
  {
    name: "init",
    summary: "write a policy repository to start from: rings, rules, workflows, editor settings",
    arguments: [{ name: "[dir]", summary: "an empty folder, or one that has none of the files" }],
    options: [],
    writes: "nothing",
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "validate",
    summary: "check schema, references and meaning of a policy; with a snapshot also the fleet",
    arguments: [],
    options: [
      { flags: "--format <format>", summary: "text, json, github or sarif", choices: DIAGNOSTIC_FORMATS },
      WATCH_OPTION,
    ],
    writes: "nothing",
    load: async () => watchable((await import("./commands/validate.ts")).validate),
  },
  {
    name: "match",
    summary: "show which patches and devices a rule matches now, near misses, and where the rest went",
    arguments: [{ name: "<rule>", summary: "the id of a rule, such as microsoft/security" }],
    options: [],
    writes: "nothing",
    load: async () => (await import("./commands/match.ts")).match,
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
      { flags: "--base <rev>", summary: "compare with the policy at a commit, on one snapshot" },
      { flags: "--save <file>", summary: "also save the plan as JSON, for apply; with --base for comment" },
      { flags: "--detailed-exit-code", summary: "exit 2 when actions would be sent now" },
      WATCH_OPTION,
    ],
    writes: "nothing",
    load: async () => watchable((await import("./commands/plan.ts")).plan),
  },
  {
    name: "why",
    summary: "explain one patch on one device: the decision path, gates, windows, what would change it",
    arguments: [
      { name: "<device>", summary: "its id or name" },
      { name: "<patch>", summary: "its id, KB, bulletin or CVE" },
    ],
    options: [],
    writes: "nothing",
    load: async () => (await import("./commands/why.ts")).why,
  },
  {
    name: "apply",
    summary: "send exactly the actions of a saved plan; refuses when policy or facts moved",
    arguments: [{ name: "<plan>", summary: "a file written by plan --save" }],
    options: [
      { flags: "--simulate <file>", summary: "send nothing; write what the backend would report after" },
      ...GUARD_OPTIONS,
    ],
    writes: "backend",
    load: async () => (await import("./commands/apply.ts")).apply,
  },
  ...RECONCILE_VERBS,
  ...STATUS_VERBS,
  {
    name: "promote",
    summary: "show what could go to a later ring and every gate; --open asks for it by requests",
    arguments: [],
    options: [{ flags: "--open", summary: "open or update the requests; needs mode propose or apply" }],
    writes: "when-asked",
    isAsked: (input) => input.flag("open"),
    loadPreview: async () => (await import("./commands/promote.ts")).previewPromote,
    load: async () => (await import("./commands/promote.ts")).openPromote,
  },
  {
    name: "requests",
    summary: "list or show requests; on the local forge also merge, close, reopen or review one",
    arguments: [
      { name: "[action]", summary: "list (without one), show, merge, close, reopen or review" },
      { name: "[number]", summary: "the number of a request" },
    ],
    options: [
      {
        flags: "--state <state>",
        summary: "which to list (default: open)",
        choices: ["open", "closed", "merged", "all"],
      },
      { flags: "--head <sha>", summary: "the head that was looked at; another one is not touched" },
      { flags: "--approve", summary: "review: approve this head" },
      { flags: "--request-changes", summary: "review: ask for changes, with a --message" },
      { flags: "--comment", summary: "review: only say something, with a --message" },
      { flags: "--message <text>", summary: "review: what to say" },
    ],
    writes: "when-asked",
    isAsked: (input) => ["merge", "close", "reopen", "review"].includes(input.argument(0) ?? ""),
    loadPreview: async () => (await import("./commands/requests.ts")).readRequests,
    load: async () => (await import("./commands/requests.ts")).actOnRequest,
  },
  ...SLA_VERBS,
  ...STATEMENT_VERBS,
  ...NOTICE_VERBS,
  ...LEDGER_VERBS,
  {
    name: "comment",
    summary: "post a saved comparison on its request: one comment, edited in place, and statuses",
    arguments: [{ name: "[file]", summary: "a file written by plan --base --save" }],
    options: [
      { flags: "--request <n>", summary: "the number of the request (default: the open one with that head)" },
      { flags: "--head <commit>", summary: "refuse a comparison of any other head" },
      { flags: "--url <address>", summary: "where the statuses lead, such as the run of the job" },
      { flags: "--failed", summary: "there is no comparison: set the statuses to failure" },
    ],
    writes: "backend",
    load: async () => (await import("./commands/comment.ts")).comment,
  },
  ...REPORT_VERBS,
  {
    name: "history",
    summary: "who wrote which statement and who let it in, for a patch, a device, a ring or a rule",
    arguments: [],
    options: [
      { flags: "--patch <id>", summary: "statements that name this patch; a CVE works where it is written" },
      { flags: "--device <id>", summary: "statements that name this device by id or name" },
      { flags: "--ring <name>", summary: "the ring itself, its promotions and what names it" },
      { flags: "--rule <id>", summary: "one rule, such as microsoft/security" },
    ],
    writes: "nothing",
    load: async () => (await import("./commands/history.ts")).history,
  },
  {
    name: "snapshot",
    summary: "read the provider and write a snapshot file",
    arguments: [],
    options: [
      { flags: "--from-csv <files...>", summary: "read two spreadsheets instead: patches, then facts" },
    ],
    writes: "nothing",
    load: async () => (await import("./commands/snapshot.ts")).snapshot,
  },
  {
    name: "schema",
    summary: "print the JSON Schema of a kind; without one list the kinds",
    arguments: [{ name: "[kind]", summary: "such as Ring" }],
    options: [],
    writes: "nothing",
    load: async () => (await import("./commands/schema.ts")).schema,
  },
  {
    name: "explain",
    summary: "explain a verdict, action, reason, guard, error or exit code; without one list them",
    arguments: [{ name: "[code]", summary: "such as SOAK, policy/unknown-ring or 5" }],
    options: [],
    writes: "nothing",
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  ...EVIDENCE_VERBS,
];
