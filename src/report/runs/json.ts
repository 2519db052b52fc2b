/** `patchring.runs/1` and `patchring.run-record/1`: minor versions only add. */
import type { RecordedRun } from "../../core/run-rhythm.ts";
import { formatInstant } from "../../core/time.ts";
import type { RecordedAction, RunDetail } from "./detail.ts";

export function runsJson(runs: readonly RecordedRun[], older: boolean): object {
  return { format: "patchring.runs/1", runs: runs.map(runJson), older };
}

export function runDetailJson({ run, actions, records }: RunDetail): object {
  return {
    format: "patchring.run-record/1",
    ...runJson(run),
    actions: actions.map(actionJson),
    guards: records.filter(({ type }) => type === "guard").map(({ data }) => data),
    overrides: records.filter(({ type }) => type === "override").map(({ data }) => data),
    ledger: records.map(({ seq, type, hash }) => ({ seq, type, hash })),
  };
}

function runJson({ id, startedAt, finishedAt, summary }: RecordedRun): object {
  return {
    id,
    startedAt: formatInstant(startedAt),
    finishedAt: finishedAt === null ? null : formatInstant(finishedAt),
    summary,
  };
}

function actionJson(action: RecordedAction): object {
  const { id, device, patch, ring, verdict, reason, source, result, detail } = action;
  return {
    id,
    device,
    patch,
    action: action.action,
    ring,
    verdict,
    reason,
    source,
    intendedAt: formatInstant(action.intendedAt),
    result,
    resultAt: action.resultAt === null ? null : formatInstant(action.resultAt),
    detail,
  };
}
