/** Which patches one request should ask for: kept, taken out, and joining (design 4.3). */
import { compareCodeUnits } from "../../core/order.ts";
import { needsOwnRequest, type PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { LeftOutReason, RemovalReason, RemovedPatch } from "../../core/promotion-request.ts";
import { promotionPath } from "../../policy/promotion-slug.ts";
import { writePromotion } from "../../policy/write-promotion.ts";
import { readAskedFiles, type AskedFile } from "./asked-files.ts";
import { askedByMarker, findClosed } from "./closed.ts";
import { judgeFile } from "./judge-file.ts";
import { findFreeze, type FrozenBy, type ObservedRequest } from "./observed.ts";
import type { PromoteInput } from "./plan-promotions.ts";
import type { Slot } from "./slot.ts";

export interface SlotContext {
  readonly input: PromoteInput;
  readonly ring: string;
  /** Of this ring, by patch id. */
  readonly candidates: ReadonlyMap<string, PromotionCandidate>;
  /** Patches that a request already asks for, with its number; null for one still to be opened. */
  readonly claimed: Map<string, number | null>;
}

/** A patch that the request asks for afterwards, with its file. */
export interface FilledPatch {
  readonly candidate: PromotionCandidate;
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  /** The digest that stands in the file. */
  readonly digest: string;
}

export interface SlotFill {
  readonly slot: Slot;
  readonly observed: ObservedRequest | null;
  readonly frozenBy: FrozenBy | null;
  /** Sorted by patch id. */
  readonly asked: readonly FilledPatch[];
  /** What the head adds now. */
  readonly standing: readonly AskedFile[];
  /** Changed files of the head that are nothing of ours. */
  readonly foreign: readonly string[];
  /** Of these, the ones among the promotions. */
  readonly forged: readonly string[];
  readonly removed: readonly RemovedPatch[];
  /** Ready candidates that do not join, by patch id. */
  readonly leftOut: ReadonlyMap<string, LeftOutReason>;
}

/** More than this in one request says nothing to a reviewer, and its marker would not fit into a body. */
const MOST_PATCHES = 200;

/** Null when there is no request and nothing to ask for. */
export function fillSlot(
  context: SlotContext,
  slot: Slot,
  observed: ObservedRequest | null,
): SlotFill | null {
  const { input, ring } = context;
  const frozenBy = observed === null ? null : findFreeze(observed.reviews, observed.commits);
  const {
    asked: standing,
    foreign,
    forged,
  } = observed === null
    ? { asked: [], foreign: [], forged: [] }
    : readAskedFiles(observed, ring, input.folder, input.decided.zones);
  const kept = new Map<string, FilledPatch>();
  const removed = new Map<string, RemovalReason>();
  const number = observed?.request.number ?? null;
  for (const file of standing) {
    const decision = keepOrRemove(context, file, observed!, frozenBy !== null);
    if (decision.kind === "keep") kept.set(file.patch, decision.filled);
    else removed.set(file.patch, decision.reason);
  }
  for (const id of kept.keys()) context.claimed.set(id, number);
  noteLostPatches(context, observed, standing, frozenBy, removed);
  const joining = frozenBy === null ? joinSlot(context, slot, kept) : new Map<string, LeftOutReason>();
  const leftOut = frozenBy === null ? joining : waitBehind(context, slot, number!);
  for (const id of kept.keys()) context.claimed.set(id, number);
  if (observed === null && kept.size === 0) {
    return leftOut.size === 0
      ? null
      : { slot, observed, frozenBy, asked: [], standing, foreign, forged, removed: [], leftOut };
  }
  return {
    slot,
    observed,
    frozenBy,
    asked: [...kept.values()].sort((a, b) => compareCodeUnits(a.candidate.patch.id, b.candidate.patch.id)),
    standing,
    foreign,
    forged,
    removed: [...removed]
      .filter(([id]) => !kept.has(id))
      .sort(([a], [b]) => compareCodeUnits(a, b))
      .map(([patch, reason]) => ({
        patch,
        ring,
        reason,
        candidate: context.candidates.get(patch) ?? null,
        at: input.decided.compiled.now,
      })),
    leftOut,
  };
}

type Keeping =
  | { readonly kind: "keep"; readonly filled: FilledPatch }
  | { readonly kind: "remove"; readonly reason: RemovalReason };

function keepOrRemove(
  context: SlotContext,
  file: AskedFile,
  observed: ObservedRequest,
  isFrozen: boolean,
): Keeping {
  const { input, claimed, candidates } = context;
  const { compiled } = input.decided;
  const remove = (reason: RemovalReason): Keeping => ({ kind: "remove", reason });
  const candidate = candidates.get(file.patch) ?? null;
  const judgement = judgeFile(file.file, candidate, compiled.now);
  if (candidate === null || judgement.kind === "not-wanted") return remove({ kind: "not-wanted" });
  if (judgement.kind === "shut") return remove({ kind: "state" });
  if (claimed.has(file.patch)) return remove({ kind: "other-request", number: claimed.get(file.patch)! });
  const closed = findClosed(compiled, input.observed, candidate);
  if (closed !== null && closed.closedAt >= observed.request.createdAt) {
    return remove({ kind: "closed", ...closed });
  }
  if (judgement.kind === "holds") {
    return { kind: "keep", filled: { candidate, path: file.path, text: file.text, digest: file.digest } };
  }
  if (isFrozen) return remove({ kind: "file", faults: judgement.faults });
  return { kind: "keep", filled: { ...write(context, candidate), path: file.path } };
}

function write({ input }: SlotContext, candidate: PromotionCandidate): FilledPatch {
  const { compiled, snapshot } = input.decided;
  const { path, text, digest } = writePromotion(candidate, {
    policy: compiled.policy,
    at: compiled.now,
    snapshot: snapshot.digest,
    policyCommit: input.observed.base.commit,
  });
  return { candidate, path: input.folder + path, text, digest };
}

/**
 * A crash between push and body leaves a body that still names what the head has lost: it is said
 * now. What a person took out by a commit of their own is not.
 */
function noteLostPatches(
  context: SlotContext,
  observed: ObservedRequest | null,
  standing: readonly AskedFile[],
  frozenBy: FrozenBy | null,
  removed: Map<string, RemovalReason>,
): void {
  const heads = new Set(standing.map(({ patch }) => patch));
  for (const { id } of askedByMarker(observed?.request.marker ?? null)) {
    if (heads.has(id) || removed.has(id)) continue;
    const candidate = context.candidates.get(id);
    const other = context.claimed.get(id);
    if (candidate === undefined) removed.set(id, { kind: "not-wanted" });
    else if (other !== undefined) removed.set(id, { kind: "other-request", number: other });
    else if (candidate.state.kind !== "ready" && candidate.state.kind !== "frozen") {
      removed.set(id, { kind: "state" });
    } else if (frozenBy?.kind === "review") removed.set(id, { kind: "file", faults: [] });
  }
}

/** Adds every ready candidate of the slot to `kept`, the longest due first; answers with who stays out. */
function joinSlot(
  context: SlotContext,
  slot: Slot,
  kept: Map<string, FilledPatch>,
): Map<string, LeftOutReason> {
  const { input, claimed } = context;
  const leftOut = new Map<string, LeftOutReason>();
  const paths = new Map([...kept].map(([id, { path }]) => [path, id]));
  for (const candidate of newcomers(context, slot)) {
    const { id } = candidate.patch;
    if (kept.has(id)) continue;
    const most = slot.patch === null ? Math.min(candidate.ring.promotion.maxPatches, MOST_PATCHES) : 1;
    const path = input.folder + promotionPath(candidate.ring.name, id);
    const owner = paths.get(path) ?? ownerInPolicy(context, path, id);
    if (claimed.has(id)) leftOut.set(id, { kind: "other-request", number: claimed.get(id)! });
    else if (findClosed(input.decided.compiled, input.observed, candidate) !== null) continue;
    else if (owner !== null) leftOut.set(id, { kind: "same-path", path, patch: owner });
    else if (kept.size >= most) leftOut.set(id, { kind: "full", maxPatches: most });
    else {
      kept.set(id, write(context, candidate));
      paths.set(path, id);
    }
  }
  return leftOut;
}

function newcomers({ candidates }: SlotContext, slot: Slot): PromotionCandidate[] {
  const own = slot.patch === null ? undefined : candidates.get(slot.patch);
  const all = slot.patch === null ? [...candidates.values()] : own === undefined ? [] : [own];
  return all
    .filter((one) => one.state.kind === "ready" && (slot.patch !== null || !needsOwnRequest(one)))
    .sort((a, b) => a.soakedAt! - b.soakedAt! || compareCodeUnits(a.patch.id, b.patch.id));
}

/** Another patch's promotion may already stand at a path, where two ids differ only in what a slug drops. A broken file is replaced. */
function ownerInPolicy({ input }: SlotContext, path: string, id: string): string | null {
  const { promotions } = input.decided.compiled.policy;
  const found = promotions.find(
    ({ place, patch }) => input.folder + place.file === path && patch !== null && patch !== id,
  );
  return found?.patch ?? null;
}

function waitBehind(context: SlotContext, slot: Slot, number: number): Map<string, LeftOutReason> {
  return new Map(
    newcomers(context, slot)
      .filter(({ patch }) => !context.claimed.has(patch.id))
      .map(({ patch }) => [patch.id, { kind: "under-review", number }]),
  );
}
