/** What `apply` did, in the past tense. */
import { ACTIONS } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import type { ActionBatch, ActionOutcome, ActionRequest } from "../../provider/provider.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { counted, formatCount } from "../../report/words.ts";
import type { WritingInvocation } from "../invocation.ts";

interface Settled extends ActionRequest {
  readonly outcome: ActionOutcome;
}

export function showApplied(
  invocation: WritingInvocation,
  batch: ActionBatch,
  outcomes: readonly ActionOutcome[],
): void {
  const settled = batch.actions.map((action, index): Settled => ({ ...action, outcome: outcomes[index]! }));
  const of = (kind: ActionOutcome["kind"]): Settled[] => settled.filter((one) => one.outcome.kind === kind);
  const accepted = of("accepted");
  if (invocation.globals.json) {
    writeJson(invocation, batch, {
      simulated: null,
      accepted: accepted.length,
      refused: of("refused"),
      unknown: of("unknown"),
    });
    return;
  }
  const lines = [
    batch.actions.length === 0
      ? "Nothing to send: the plan has no actions."
      : `Sent ${counted(accepted.length, "action")} to ${counted(countDevices(accepted), "device")}: ${listCounts(accepted)}.`,
    ...of("refused").map((one) => `refused  ${row(one)}`),
    ...of("unknown").map((one) => `unknown  ${row(one)}`),
    ...raisedLines(batch),
    ...(batch.actions.length === 0
      ? []
      : [`Run ${batch.run}. Whether it worked is seen in a later snapshot.`]),
  ];
  invocation.output.write(`${lines.join("\n")}\n`);
}

export function showSimulated(
  invocation: WritingInvocation,
  batch: ActionBatch,
  changed: number,
  to: string,
): void {
  if (invocation.globals.json) {
    writeJson(invocation, batch, { simulated: to, accepted: changed, refused: [], unknown: [] });
    return;
  }
  const would = `Would send ${counted(batch.actions.length, "action")} to ${counted(countDevices(batch.actions), "device")}: ${listCounts(batch.actions)}.`;
  const wrote = `Nothing was sent. ${escapeTerminal(to)} holds what the backend would report after: ${counted(changed, "fact")} changed.`;
  invocation.output.write(`${[would, ...raisedLines(batch), wrote].join("\n")}\n`);
}

interface Result {
  /** The file that was written instead of sending; null when actions were sent. */
  readonly simulated: string | null;
  readonly accepted: number;
  readonly refused: readonly Settled[];
  readonly unknown: readonly Settled[];
}

function writeJson(invocation: WritingInvocation, batch: ActionBatch, result: Result): void {
  const { run, at, actions, raised } = batch;
  const whole = {
    format: "patchring.apply/1",
    run,
    at: formatInstant(at),
    actions: actions.length,
    devices: countDevices(actions),
    raised: raised ?? [],
    ...result,
  };
  invocation.output.write(`${JSON.stringify(whole, null, 2)}\n`);
}

function countDevices(actions: readonly ActionRequest[]): number {
  return new Set(actions.map((one) => one.device)).size;
}

function listCounts(actions: readonly ActionRequest[]): string {
  return ACTIONS.map(
    (action) => `${formatCount(actions.filter((one) => one.action === action).length)} ${action}`,
  ).join(", ");
}

function row({ device, patch, action, outcome }: Settled): string {
  const because = outcome.kind === "accepted" ? "" : `: ${escapeTerminal(outcome.reason)}`;
  return `${action} ${escapeTerminal(patch)} on ${escapeTerminal(device)}${because}`;
}

function raisedLines(batch: ActionBatch): string[] {
  return (batch.raised ?? []).map(
    ({ guard, limit, value, reason }) =>
      `Raised ${guard} from ${formatCount(limit)} to ${formatCount(value)}: ${escapeTerminal(reason)}`,
  );
}
