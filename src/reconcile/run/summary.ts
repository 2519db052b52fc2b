/** What a run comes to: its exit code, and the record that is left of it (design 5.1, 6). */
import type { RunStep, RunSummary } from "../../core/ledger.ts";
import { nextChangeAt } from "../../core/next-change.ts";
import type { Instant } from "../../core/model.ts";
import { ACTIONS, type Action } from "../../core/model.ts";
import type { Plan } from "../../core/plan.ts";
import type { Fleet, PolicySet } from "../../core/policy.ts";
import { formatInstant } from "../../core/time.ts";
import { ForgeError } from "../../forge/error.ts";
import { ProviderError } from "../../provider/provider.ts";
import { RepoError } from "../../repo/error.ts";
import type { RunReport } from "./report.ts";

/** The exit codes of design 5.1 that a run can end with. */
export const RUN_EXITS = {
  done: 0,
  error: 1,
  denied: 4,
  stopped: 5,
  partly: 6,
  unknown: 7,
  locked: 8,
  interrupted: 130,
} as const;

export type RunFindings = Omit<RunReport, "summary" | "id"> & {
  readonly steps: readonly RunStep[];
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly mode: Fleet["mode"];
  readonly policy: PolicySet;
  readonly identity: Plan["policy"];
  readonly isInterrupted: boolean;
};

export function summarize(found: RunFindings): RunSummary {
  const { plan, answers } = found;
  const count = (result: string): number => answers.filter((one) => one.result === result).length;
  const next = plan === null ? null : nextChangeAt(plan, found.policy, found.finishedAt, found.withheld);
  return {
    mode: found.mode,
    startedAt: formatInstant(found.startedAt),
    finishedAt: formatInstant(found.finishedAt),
    changed: hasChanged(found),
    exitCode: exitCodeOf(found),
    policy: found.identity,
    snapshot: plan?.snapshot ?? null,
    verdicts: plan?.verdicts ?? null,
    actions:
      plan === null
        ? null
        : (Object.fromEntries(
            ACTIONS.map((action) => [action, found.actions.filter((row) => row.action === action).length]),
          ) as Record<Action, number>),
    sent: { accepted: count("accepted"), refused: count("refused"), unknown: count("unknown") },
    steps: found.steps,
    nextChangeAt: next === null ? null : formatInstant(next),
  };
}

/** False for a run that sent, settled, proposed, braked and stopped nothing. */
function hasChanged(found: RunFindings): boolean {
  return (
    found.answers.length > 0 ||
    found.cutOff.length > 0 ||
    found.settlements.some((one) => one.isNew) ||
    found.stopped.length > 0 ||
    found.brakes.set.length > 0 ||
    found.brakes.released.length > 0 ||
    (found.promotions?.results ?? []).some(({ outcome }) => outcome.kind === "done" && outcome.wrote)
  );
}

/** The worst first: an unknown outcome, something half done, a stop, a failure. */
export function exitCodeOf(found: RunFindings): number {
  const has = (result: string): boolean => found.answers.some((one) => one.result === result);
  const wrote =
    has("accepted") ||
    (found.promotions?.results ?? []).some(({ outcome }) => outcome.kind === "done" && outcome.wrote);
  if (has("unknown") || isCutOffOpen(found)) return RUN_EXITS.unknown;
  if (has("refused") || found.settlements.some((one) => one.result === "unverified")) return RUN_EXITS.partly;
  if (found.isInterrupted) return RUN_EXITS.interrupted;
  if (found.stopped.length > 0) return RUN_EXITS.stopped;
  if (found.failures.length > 0) {
    if (wrote) return RUN_EXITS.partly;
    return found.failures.some(isDenied) ? RUN_EXITS.denied : RUN_EXITS.error;
  }
  if (found.diagnostics.some((one) => one.severity === "error")) return RUN_EXITS.error;
  return found.left > 0 ? RUN_EXITS.partly : RUN_EXITS.done;
}

/** A run was cut off, and the backend does not say yet what became of its actions. */
function isCutOffOpen({ cutOff, unsettled }: RunFindings): boolean {
  return cutOff.some((run) =>
    unsettled.some((one) => one.result === "unknown" && one.id.startsWith(`${run}/`)),
  );
}

function isDenied(error: unknown): boolean {
  return (
    (error instanceof ProviderError || error instanceof ForgeError || error instanceof RepoError) &&
    error.code === "denied"
  );
}
