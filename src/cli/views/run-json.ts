/** `patchring.run/1` (design 5): minor versions only add. */
import type { RunReport } from "../../reconcile/run/report.ts";
import { listNeeds } from "./run-needs.ts";

export function runJson(report: RunReport): object {
  const { summary, brakes } = report;
  return {
    format: "patchring.run/1",
    id: report.id,
    dryRun: report.id === null,
    ...summary,
    actionRows: report.actions,
    withheld: report.withheld,
    answers: report.answers.map(({ row, result, detail }) => ({
      device: row.device,
      patch: row.patch,
      action: row.action,
      result,
      detail,
    })),
    left: report.left,
    cutOff: report.cutOff,
    settlements: report.settlements
      .filter((one) => one.isNew)
      .map(({ action, result, detail }) => ({
        id: action.id,
        device: action.device,
        patch: action.patch,
        action: action.action,
        result,
        detail,
      })),
    unsettled: report.unsettled.map(({ id, device, patch, action, result }) => ({
      id,
      device,
      patch,
      action,
      result,
    })),
    guards: report.guards,
    raised: report.raised,
    brakes: {
      set: brakes.set,
      kept: brakes.kept,
      released: brakes.released.map(({ brake, why }) => ({ ring: brake.ring, patch: brake.patch, why })),
    },
    needs: listNeeds(report),
  };
}
