/** The verbs for whoever is on call, as data. */
import type { PreviewVerb } from "./arguments/verb.ts";

export const STATUS_VERBS: readonly PreviewVerb[] = [
  {
    name: "status",
    summary: "one screen: what needs a person, last runs, snapshot, rings, failing, stops, limits",
    arguments: [],
    options: [],
    writes: "nothing",
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "runs",
    summary: "recorded runs, newest first; `runs show ID` has steps, guards, actions and what became of them",
    arguments: [
      { name: "[action]", summary: "show" },
      { name: "[id]", summary: "show: the run" },
    ],
    options: [
      { flags: "--limit <n>", summary: "how many runs (default: 20)" },
      { flags: "--changed", summary: "only runs that changed something, or ended without a word" },
    ],
    writes: "nothing",
    load: async () => (await import("./commands/runs.ts")).runs,
  },
  {
    name: "doctor",
    summary: "is everything reachable, permitted, in time and consistent; exit 1 when a check failed",
    arguments: [],
    options: [{ flags: "--timeout <duration>", summary: "for each thing that is far away (default: 20s)" }],
    writes: "nothing",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
];
