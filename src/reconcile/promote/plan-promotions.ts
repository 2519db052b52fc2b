/**
 * From candidates and what stands on the forge to the requests as they should be, and the steps
 * that bring them there (design 4.3). Pure; when nothing has to change, no request has a step.
 */
import type { Decided } from "../../core/decide.ts";
import { compareCodeUnits } from "../../core/order.ts";
import { needsOwnRequest, type PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { LeftOut, PromotionTexts } from "../../core/promotion-request.ts";
import { findClosed } from "./closed.ts";
import { findFreeze, type ObservedForge, type ObservedRequest } from "./observed.ts";
import { fillSlot, type SlotContext, type SlotFill } from "./fill-slot.ts";
import { planSteps } from "./plan-steps.ts";
import { ownSlot, PROMOTION_MARKER, rollingSlot, type Slot } from "./slot.ts";
import type { RequestPlan } from "./steps.ts";

export interface PromoteInput {
  /** The policy of the base branch, decided on the snapshot of this run. */
  readonly decided: Decided;
  readonly candidates: readonly PromotionCandidate[];
  readonly observed: ObservedForge;
  /** Where the policy stands in its repository: "" for the root, else with `/` at the end. */
  readonly folder: string;
  readonly texts: PromotionTexts;
}

export interface PromotionPlan {
  /** By ring in the order of the rings; own requests first. Only those that stand or would be opened. */
  readonly requests: readonly RequestPlan[];
  /** Candidates that no request asks for afterwards, and why. */
  readonly leftOut: readonly LeftOut[];
}

export function planPromotions(input: PromoteInput): PromotionPlan {
  const requests: RequestPlan[] = [];
  const leftOut: LeftOut[] = [];
  for (const ring of ringNames(input)) {
    const fills = fillRing(input, ring);
    const out = listLeftOut(input, ring, fills);
    requests.push(...fills.map((fill) => planSteps(input, fill, out)));
    leftOut.push(...out);
  }
  return { requests, leftOut };
}

/** Later rings in order, then rings that only open requests still speak of. */
function ringNames({ decided, observed }: PromoteInput): string[] {
  const known = decided.compiled.rings.flatMap(({ ring }) => (ring.after === null ? [] : [ring.name]));
  const asked = observed.open.flatMap(({ request }) => {
    const ring = request.marker?.kind === PROMOTION_MARKER ? request.marker.data["ring"] : undefined;
    return typeof ring === "string" ? [ring] : [];
  });
  return [...new Set([...known, ...asked.sort(compareCodeUnits)])];
}

interface Standing {
  readonly slot: Slot;
  readonly observed: ObservedRequest | null;
}

function fillRing(input: PromoteInput, ring: string): SlotFill[] {
  const candidates = new Map(
    input.candidates.filter((one) => one.ring.name === ring).map((one) => [one.patch.id, one]),
  );
  const context: SlotContext = { input, ring, candidates, claimed: new Map() };
  return standingSlots(input, ring, candidates)
    .map(({ slot, observed }) => fillSlot(context, slot, observed))
    .filter((fill) => fill !== null);
}

/** In the order in which they claim patches: frozen ones, own ones, the rolling one. */
function standingSlots(
  input: PromoteInput,
  ring: string,
  candidates: ReadonlyMap<string, PromotionCandidate>,
): Standing[] {
  const slots = new Map<string, Slot>();
  const add = (slot: Slot): void => void slots.set(slot.marker.key, slot);
  for (const { request } of input.observed.open) {
    const { marker } = request;
    if (marker?.kind !== PROMOTION_MARKER || marker.data["ring"] !== ring || marker.key === ring) continue;
    const patch = marker.data["own"];
    if (typeof patch === "string") add(ownSlot(ring, patch));
  }
  for (const candidate of candidates.values()) {
    if (needsOwnRequest(candidate)) add(ownSlot(ring, candidate.patch.id));
  }
  add(rollingSlot(ring));
  const standing = [...slots.values()].map((slot) => ({ slot, observed: findOpen(input.observed, slot) }));
  const rank = ({ slot, observed }: Standing): number =>
    observed !== null && findFreeze(observed.reviews, observed.commits) !== null
      ? 0
      : slot.patch === null
        ? 2
        : 1;
  return standing.sort((a, b) => rank(a) - rank(b) || compareCodeUnits(a.slot.branch, b.slot.branch));
}

/** By marker; a request on our branch that has lost its marker is still ours. */
function findOpen(observed: ObservedForge, slot: Slot): ObservedRequest | null {
  const { marker, branch } = slot;
  return (
    observed.open.find(
      ({ request }) => request.marker?.kind === marker.kind && request.marker.key === marker.key,
    ) ??
    observed.open.find(
      ({ request }) =>
        request.marker === null && request.head.isSameRepository && request.head.branch === branch,
    ) ??
    null
  );
}

function listLeftOut(input: PromoteInput, ring: string, fills: readonly SlotFill[]): LeftOut[] {
  const asked = new Set(fills.flatMap((fill) => fill.asked.map(({ candidate }) => candidate.patch.id)));
  const reasons = new Map(fills.flatMap((fill) => [...fill.leftOut]));
  return input.candidates
    .filter((candidate) => candidate.ring.name === ring && !asked.has(candidate.patch.id))
    .map((candidate) => {
      const closed = findClosed(input.decided.compiled, input.observed, candidate);
      if (closed !== null) return { candidate, reason: { kind: "closed" as const, ...closed } };
      return { candidate, reason: reasons.get(candidate.patch.id) ?? { kind: "state" as const } };
    });
}
