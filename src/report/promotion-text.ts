/** Candidates on the terminal: what is ready, what waits and for what (`promote`). */
import type { Instant } from "../core/model.ts";
import type { PromotionCandidate } from "../core/promotion-candidates.ts";
import type { LeftOut } from "../core/promotion-request.ts";
import { formatInstant } from "../core/time.ts";
import { escapeTerminal as t } from "./escape/terminal.ts";
import { gateWords, instantWords, leftOutWords, stateWords } from "./promotion-words.ts";
import { wrap } from "./text/layout.ts";
import { counted } from "./words.ts";

/** A request as it stands or would be opened; null numbers are still to come. */
export interface RequestSummary {
  readonly number: number | null;
  readonly ring: string;
  readonly asked: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly isFrozen: boolean;
  readonly stalled: string | null;
  /** False when it stands as it should. */
  readonly wouldWrite: boolean;
}

export interface PromotionOverview {
  readonly at: Instant;
  readonly candidates: readonly PromotionCandidate[];
  /** Null without a forge: then nothing is said of requests. */
  readonly requests: readonly RequestSummary[] | null;
  readonly leftOut: readonly LeftOut[];
  /** One ring only; null for all. */
  readonly ring: string | null;
}

const WIDTH = 100;
const INDENT = "         ";
const ORDER = { ready: 0, frozen: 1, waiting: 2, held: 3, superseded: 4 } as const;

/** At most 100 columns, the ready ones first, ending in a line break. Superseded ones are counted, not listed. */
export function renderPromotions(overview: PromotionOverview): string {
  const { at, ring } = overview;
  const candidates = overview.candidates.filter((one) => ring === null || one.ring.name === ring);
  const count = (kind: keyof typeof ORDER): number =>
    candidates.filter(({ state }) => state.kind === kind).length;
  if (candidates.length === 0)
    return `No candidates: no device of a later ring waits for a promotion. Now ${formatInstant(at)}.\n`;
  const counts = (Object.keys(ORDER) as (keyof typeof ORDER)[])
    .filter((kind) => count(kind) > 0)
    .map((kind) => `${count(kind)} ${kind}`)
    .join(", ");
  const reasons = new Map(overview.leftOut.map((out) => [keyOf(out.candidate), out]));
  const listed = candidates
    .filter(({ state }) => state.kind !== "superseded")
    .sort((a, b) => ORDER[a.state.kind] - ORDER[b.state.kind]);
  return [
    `${counted(candidates.length, "candidate")}: ${counts}. Now ${formatInstant(at)}.`,
    "",
    ...listed.flatMap((one) => candidateLines(one, at, reasons.get(keyOf(one)))),
    ...requestLines(overview),
    "",
  ].join("\n");
}

function keyOf({ ring, patch }: PromotionCandidate): string {
  return `${ring.name} ${patch.id}`;
}

function lines(first: string, rest: string): string[] {
  return wrap(rest, WIDTH - INDENT.length).map(
    (line, at) => (at === 0 ? first.padEnd(INDENT.length) : INDENT) + line,
  );
}

function candidateLines(candidate: PromotionCandidate, at: Instant, out: LeftOut | undefined): string[] {
  const { patch, state, ring, from } = candidate;
  const title = patch.title === null ? "" : `  ${t(patch.title, 80)}`;
  const stale = candidate.staleDevices === 0 ? "" : `, ${candidate.staleDevices} stale`;
  const devices =
    state.kind === "held"
      ? `${counted(candidate.heldDevices, "device")} of ${t(ring.name)} ${candidate.heldDevices === 1 ? "needs" : "need"} it`
      : `${counted(candidate.devices, "device")} of ${t(ring.name)} would be approved${stale}`;
  const urgent = [
    candidate.isExploited ? "known exploited" : "",
    candidate.isExpedited ? "shorter soak" : "",
  ].filter((word) => word !== "");
  const gates = candidate.gates
    .filter(({ isOpen }) => isOpen !== false)
    .map((gate) => gateWords(gate, from, at, (text) => t(text, 80)));
  const { why, fix } =
    out === undefined
      ? stateWords(candidate, at, (text) => t(text, 80))
      : leftOutWords(out, at, (text) => t(text, 80));
  return [
    ...lines(state.kind, `${t(patch.id)}${title}`),
    ...lines("", [devices, ...urgent.map((word) => `${word}: a request of its own`)].join(" · ")),
    ...(state.kind === "held"
      ? []
      : lines("", `open: ${gates.length === 0 ? "no gate" : gates.join(" · ")}`)),
    ...(state.kind === "ready" && out === undefined ? [] : [...lines("", why), ...lines("", `fix: ${fix}`)]),
    "",
  ];
}

function requestLines({ requests, ring }: PromotionOverview): string[] {
  if (requests === null) return [];
  const own = requests.filter((one) => ring === null || one.ring === ring);
  if (own.length === 0) return ["No request stands or would be opened."];
  return own.flatMap((request) => {
    const name = request.number === null ? "a new request" : `request ${request.number}`;
    const what =
      request.stalled !== null
        ? `needs a person: ${t(request.stalled)}`
        : !request.wouldWrite
          ? `stands as it should${request.isFrozen ? ", under review" : ""}: ${ids(request.asked)}`
          : `would ask for ${ids(request.asked)}${request.removed.length > 0 ? `, without ${ids(request.removed)}` : ""}`;
    return wrap(`${t(request.ring)}: ${name} ${what}.`, WIDTH);
  });
}

function ids(list: readonly string[]): string {
  return list.length === 0 ? "nothing" : list.map((id) => t(id)).join(", ");
}

/** The line that a candidate's next instant is known by, for schedulers; null when only events open it. */
export function nextOpening(candidates: readonly PromotionCandidate[], at: Instant): string | null {
  const openings = candidates.flatMap(({ state }) =>
    "until" in state && state.until !== null ? [state.until] : [],
  );
  return openings.length === 0 ? null : instantWords(Math.min(...openings), at);
}
