import type { OptionSpec } from "./option-spec.ts";

/** One flag a guard (design 3.2); how they are read stands in `apply/raised-guards.ts`. */
export const GUARD_OPTIONS: readonly OptionSpec[] = [
  { flags: "--allow-actions-per-run <n>", summary: "raise actionsPerRun for this run" },
  { flags: "--allow-devices-per-run <n>", summary: "raise devicesPerRun for this run" },
  { flags: "--allow-uninstalls-per-run <n>", summary: "raise uninstallsPerRun for this run" },
  {
    flags: "--allow-recall-devices <name=n>",
    summary: "raise maxDevices of a recall for this run",
    repeats: true,
  },
  { flags: "--allow-empty-snapshot", summary: "let emptySnapshot pass for this run" },
  { flags: "--allow-incomplete-snapshot", summary: "let incompleteSnapshot pass for this run" },
  { flags: "--reason <text>", summary: "why a guard is raised; recorded, and needed with every --allow" },
  { flags: "--allow-fleet-shrink <n>", summary: "raise fleetShrink for this run" },
];
