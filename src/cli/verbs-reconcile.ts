/** The scheduled job, as data. */
import { GUARD_OPTIONS } from "./arguments/guard-options.ts";
import type { Verb } from "./arguments/verb.ts";

export const RECONCILE_VERBS: readonly Verb[] = [
  {
    name: "reconcile",
    summary:
      "the scheduled job: observe, decide, plan, guard, apply, record, promote, as the fleet's mode allows",
    arguments: [],
    options: [
      { flags: "--dry-run", summary: "show what it would do; write nothing anywhere" },
      { flags: "--every <duration>", summary: "go on until stopped: at least this often, such as 30m" },
      { flags: "--metrics-file <file>", summary: "write metrics there after each run, whole or not at all" },
      { flags: "--listen <address>", summary: "HOST:PORT for /metrics, /healthz, /readyz; with --every" },
      ...GUARD_OPTIONS,
    ],
    writes: "when-asked",
    isAsked: (input) => !input.flag("dryRun"),
    loadPreview: async () => (await import("./commands/reconcile.ts")).previewReconcile,
    load: async () => (await import("./commands/reconcile.ts")).reconcile,
  },
];
