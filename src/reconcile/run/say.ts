/** The sentences of the steps: one each, for whoever is on call. Ids and backend words are hostile; views escape them. */
import type { ActionRow, GuardRow, Plan } from "../../core/plan.ts";
import type { Settlement, UnsettledAction } from "../../core/settle.ts";
import type { PromotionRun } from "../promote/promote.ts";
import type { Applied } from "./apply.ts";
import type { AnsweredAction } from "./report.ts";

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function observed(
  plan: Plan["snapshot"],
  settlements: readonly Settlement[],
  unsettled: readonly UnsettledAction[],
  cutOff: readonly string[],
): string {
  const results = ["settled", "undone", "unverified"] as const;
  const found = results
    .map(
      (result) => [result, settlements.filter((one) => one.isNew && one.result === result).length] as const,
    )
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `${count} ${result}`);
  return [
    `${counted(plan.devices, "device")}, ${counted(plan.facts, "fact")}, taken ${plan.takenAt}`,
    ...(cutOff.length === 0 ? [] : [`${cutOff.join(", ")} was cut off before it ended`]),
    ...(found.length === 0 ? [] : [`earlier actions: ${found.join(", ")}`]),
    ...(unsettled.length === 0 ? [] : [`${counted(unsettled.length, "action")} on the way, not seen yet`]),
  ].join("; ");
}

export function verdicts(plan: Plan): string {
  const { approve, wait, manual, leave } = plan.verdicts;
  return `${approve} to approve, ${wait} wait, ${manual} need a person, ${leave} are left alone`;
}

export function planned(plan: Plan, sent: readonly ActionRow[], withheld: number): string {
  return [
    counted(sent.length, "action"),
    `${plan.scheduled.length} scheduled`,
    `${plan.blocked.length} blocked`,
    ...(withheld === 0 ? [] : [`${withheld} kept back`]),
  ].join(", ");
}

export function guards(stopped: readonly GuardRow[], raised: number): string {
  if (stopped.length > 0) {
    return `stopped before the first write: ${stopped
      .map(({ guard, value, limit }) => `${guard} is ${value}, limit ${limit}`)
      .join("; ")}`;
  }
  return raised === 0 ? "within all limits" : `${counted(raised, "guard")} raised for this run`;
}

export function applied(
  answers: readonly AnsweredAction[],
  { left, halted }: Pick<Applied, "left" | "halted">,
): string {
  const parts = (["accepted", "refused", "unknown", "not-sent"] as const)
    .map((result) => [result, answers.filter((one) => one.result === result).length] as const)
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `${count} ${result}`);
  const why =
    halted === "interrupted"
      ? "asked to stop"
      : halted === "backend"
        ? "the backend fails call after call"
        : "the device did not answer";
  return [
    parts.length === 0 ? "nothing to send" : parts.join(", "),
    ...(left === 0 ? [] : [`${counted(left, "action")} not begun: ${why}`]),
  ].join("; ");
}

export function promoted(run: PromotionRun): string {
  const written = run.results.filter(({ outcome }) => outcome.kind === "done" && outcome.wrote).length;
  const stalled = run.results.filter(({ outcome }) => outcome.kind === "stalled").length;
  const waiting = run.results.filter(({ outcome }) => outcome.kind === "waiting").length;
  return [
    written === 0 ? "no request changed" : `${counted(written, "request")} opened or changed`,
    ...(stalled === 0 ? [] : [`${counted(stalled, "request needs", "requests need")} a person`]),
    ...(waiting === 0 ? [] : [`${counted(waiting, "request")} left for the next run`]),
  ].join(", ");
}
