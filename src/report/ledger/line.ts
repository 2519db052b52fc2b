/** A record of the ledger as one line for people. */
import type { LedgerData, LedgerRecord, LedgerType } from "../../core/ledger.ts";
import { escapeTerminal } from "../escape/terminal.ts";

type Words = { readonly [Type in LedgerType]: (data: LedgerData[Type]) => string };

const WORDS: Words = {
  run: (run) => {
    const { accepted, refused, unknown } = run.sent;
    const sent = `${String(accepted)} accepted, ${String(refused)} refused, ${String(unknown)} unknown`;
    return `${run.mode}, ${run.changed ? sent : "nothing changed"}, exit ${String(run.exitCode)}`;
  },
  action: ({ action, patch, device, ring, reason }) =>
    `${action} ${patch} on ${device}${ring === null ? "" : ` (${ring})`}: ${reason}`,
  outcome: ({ patch, device, result, detail }) =>
    `${result}: ${patch} on ${device}${detail === null ? "" : `: ${detail}`}`,
  promotion: ({ event, ring, request, patches }) =>
    `${event} to ${ring}${request === null ? "" : `, request ${String(request)}`}: ${patches.join(", ")}`,
  guard: ({ guard, value, limit, tripped }) =>
    `${guard} ${String(value)} of ${String(limit)}${tripped ? ", tripped" : ""}`,
  override: ({ guard, value, limit, reason }) =>
    `${guard} ${String(value)} over ${String(limit)} let pass: ${reason}`,
  brake: ({ event, ring, patch, failed, eligible }) =>
    `${event} for ${patch} in ${ring}: ${String(failed)} of ${String(eligible)} failed`,
  notice: ({ kind, channel, subject }) => `${kind} by ${channel}: ${subject}`,
};

/** `12  2026-03-18T09:00:00Z  action  approve KB1 on ws-001 (pilot): APPROVED  [run r1]`. Safe for a terminal. */
export function describeRecord({ seq, at, type, data, run }: LedgerRecord): string {
  const say = (Object.hasOwn(WORDS, type) ? WORDS[type] : null) as ((data: unknown) => string) | null;
  const shown = [String(seq), at, type, say === null ? "a record of another version" : say(data)];
  const tail = run === null ? [] : [`[run ${run}]`];
  return [...shown, ...tail].map((part) => escapeTerminal(part)).join("  ");
}
