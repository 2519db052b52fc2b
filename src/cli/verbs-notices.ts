/** The verbs by which people are told and tell, as data. */
import { PILOT_FORMATS } from "./arguments/formats.ts";
import type { Verb } from "./arguments/verb.ts";
import { SCOPE_RINGS } from "./verbs-statement.ts";

export const NOTICE_VERBS: readonly Verb[] = [
  {
    name: "pilot-notice",
    summary: "what the contacts of a first ring are told before its window; --send tells them",
    arguments: [],
    options: [
      {
        flags: "--ring <name>",
        summary: "these rings (default: first ones that others follow)",
        repeats: true,
      },
      { flags: "--before <duration>", summary: "windows that open within this long (default: the Fleet's)" },
      { flags: "--format <format>", summary: "text, html or json", choices: PILOT_FORMATS },
      { flags: "--folder <dir>", summary: "write each notice into this folder as text, HTML and JSON" },
      { flags: "--send", summary: "send them by the channels of `notices.pilot`, now, to everybody" },
    ],
    writes: "when-asked",
    isAsked: (input) => input.flag("send"),
    loadPreview: async () => (await import("./commands/pilot-notice.ts")).previewPilotNotice,
    load: async () => (await import("./commands/pilot-notice.ts")).sendPilotNotice,
  },
  {
    name: "report-problem",
    summary: "turn a report of a pilot user into a hold of that patch: the file, and what it would stop",
    arguments: [],
    options: [
      { flags: "--device <id>", summary: "where the problem was seen; needed" },
      { flags: "--patch <id>", summary: "the patch that is suspected: id, KB, bulletin or CVE; needed" },
      { flags: "--reason <text>", summary: "what happens there, in a sentence; needed" },
      { flags: "--reporter <who>", summary: "who reports it" },
      SCOPE_RINGS,
      { flags: "--until <instant>", summary: "when the hold ends (default: in 7 days)" },
      { flags: "--ticket <id>", summary: "the ticket that it belongs to" },
      { flags: "--name <name>", summary: "of the document (default: from the patch)" },
      { flags: "--write", summary: "write the file into the work tree" },
      { flags: "--open", summary: "open a request with it; needs mode propose or apply" },
    ],
    writes: "when-asked",
    isAsked: (input) => input.flag("write") || input.flag("open"),
    loadPreview: async () => (await import("./commands/report-problem.ts")).previewProblem,
    load: async () => (await import("./commands/report-problem.ts")).reportProblem,
  },
  {
    name: "metrics",
    summary: "print metrics as OpenMetrics text, from the recorded runs and the policy as it is now",
    arguments: [],
    options: [],
    writes: "nothing",
    load: async () => (await import("./commands/metrics.ts")).metrics,
  },
];
