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
];
