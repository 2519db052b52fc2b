/** Guards raised for one run: one flag a guard, and a reason that is recorded (design 3.2). */
import type { GuardRow } from "../../core/plan.ts";
import type { RaisedGuard } from "../../provider/provider.ts";
import type { Input } from "../arguments/input.ts";
import { usage } from "../refusal.ts";

/** The flag that raises a guard, for messages. */
export function flagOf(guard: string): string | null {
  const recall = /^recallMaxDevices:(.*)$/s.exec(guard)?.[1];
  if (recall !== undefined) return `--allow-recall-devices ${recall}=N`;
  return FLAGS[guard] ?? null;
}

const FLAGS: Readonly<Record<string, string>> = {
  actionsPerRun: "--allow-actions-per-run N",
  devicesPerRun: "--allow-devices-per-run N",
  uninstallsPerRun: "--allow-uninstalls-per-run N",
  fleetShrink: "--allow-fleet-shrink N",
  emptySnapshot: "--allow-empty-snapshot",
  incompleteSnapshot: "--allow-incomplete-snapshot",
};

/** What was asked for: the new limit by guard, and why. */
export interface GuardOverrides {
  readonly allowed: ReadonlyMap<string, number>;
  readonly reason: string;
}

export function readOverrides(input: Input): GuardOverrides {
  const allowed = new Map<string, number>();
  for (const [guard, option] of [
    ["actionsPerRun", "allowActionsPerRun"],
    ["devicesPerRun", "allowDevicesPerRun"],
    ["uninstallsPerRun", "allowUninstallsPerRun"],
    ["fleetShrink", "allowFleetShrink"],
  ] as const) {
    const limit = input.count(option);
    if (limit !== null) allowed.set(guard, limit);
  }
  for (const text of input.values("allowRecallDevices")) {
    const match = /^([a-z0-9-]+)=(\d{1,9})$/.exec(text);
    if (match === null) {
      throw usage(
        `\`--allow-recall-devices\` takes the name of a recall and a number, such as \`pull-kb5990160=80\`, but was given ${JSON.stringify(text)}.`,
      );
    }
    allowed.set(`recallMaxDevices:${match[1]!}`, Number(match[2]));
  }
  if (input.flag("allowEmptySnapshot")) allowed.set("emptySnapshot", 0);
  if (input.flag("allowIncompleteSnapshot")) allowed.set("incompleteSnapshot", 1);
  const reason = (input.text("reason") ?? "").trim();
  if (allowed.size > 0 && reason === "") {
    throw usage("A guard is raised for a reason, but none was given.", 'add `--reason "…"`; it is recorded.');
  }
  if (allowed.size === 0 && reason !== "") {
    throw usage("`--reason` goes with a guard that is raised, but no `--allow-…` was given.");
  }
  return { allowed, reason };
}

export interface GuardCheck {
  /** Tripped and not raised, or not far enough. */
  readonly stopped: readonly GuardRow[];
  /** Tripped, raised and passed: what has to be recorded. */
  readonly raised: readonly RaisedGuard[];
}

/** Refuses an override of a guard that this run does not have. */
export function checkGuards(guards: readonly GuardRow[], overrides: GuardOverrides): GuardCheck {
  for (const guard of overrides.allowed.keys()) {
    // Without an earlier snapshot there is nothing to compare the fleet with.
    if (guard !== "fleetShrink" && !guards.some((row) => row.guard === guard))
      throw usage(`This run has no guard ${JSON.stringify(guard)}.`);
  }
  const stopped: GuardRow[] = [];
  const raised: RaisedGuard[] = [];
  for (const row of guards) {
    if (!row.tripped) continue;
    const allowed = overrides.allowed.get(row.guard);
    if (allowed === undefined || (row.guard !== "emptySnapshot" && row.value > allowed)) stopped.push(row);
    else raised.push({ guard: row.guard, limit: row.limit, value: row.value, reason: overrides.reason });
  }
  return { stopped, raised };
}
