/** The steps that make one request what it should be, in the order that survives a crash anywhere (design 4.3). */
import { canonicalJson } from "../../core/canonical-json.ts";
import { findRingWindow } from "../../core/promotion-window.ts";
import type { LeftOut, PromotionRequestView } from "../../core/promotion-request.ts";
import { unaskedReviewers } from "../../forge/reviewers.ts";
import { formatMarker, type Marker } from "../../forge/marker.ts";
import { sha256Of } from "../../policy/digest.ts";
import type { FileChange } from "../../repo/branch-writer.ts";
import { revisionOf } from "./closed.ts";
import { evidenceCheck, isCheckSet } from "./evidence-check.ts";
import type { FilledPatch, SlotFill } from "./fill-slot.ts";
import { mergeStep } from "./merge-step.ts";
import type { ObservedRequest } from "./observed.ts";
import type { PromoteInput } from "./plan-promotions.ts";
import { PROMOTION_MARKER } from "./slot.ts";
import type { PromoteStep, RequestPlan } from "./steps.ts";

/** The marker of a comment that says why a patch was taken out; one a patch. */
export const REMOVAL_MARKER = "promotion-removed";

export function planSteps(input: PromoteInput, fill: SlotFill, leftOut: readonly LeftOut[]): RequestPlan {
  const { slot, observed, asked } = fill;
  const standing = new Set(fill.standing.map(({ patch }) => patch));
  const ids = asked.map(({ candidate }) => candidate.patch.id);
  const stalled = observed === null ? null : whyStalled(observed, fill);
  const isNothing = observed === null && asked.length === 0;
  return {
    ring: slot.ring,
    ownPatch: slot.patch,
    branch: slot.branch,
    number: observed?.request.number ?? null,
    url: observed?.request.url ?? null,
    headSha: observed?.request.head.sha ?? null,
    isFrozen: fill.frozenBy !== null,
    asked: ids,
    added: ids.filter((id) => !standing.has(id)),
    removed: fill.removed.map(({ patch }) => patch),
    stalled,
    steps: isNothing
      ? []
      : observed === null
        ? openSteps(input, fill, leftOut)
        : syncSteps(input, fill, observed, leftOut),
  };
}

function whyStalled({ request, changed }: ObservedRequest, fill: SlotFill): string | null {
  if (!changed.isComplete) return "the forge does not list all of its changed files";
  if (request.mergeability === "conflict" && fill.frozenBy !== null) {
    return "it conflicts with the base branch and is under review: merge the base branch into it, or close it";
  }
  return null;
}

/** Of what is asked: unchanged, nothing is written (design 4.3). */
function digestOf(ring: string, asked: readonly FilledPatch[]): string {
  const patches = asked.map(({ candidate, digest }) => ({
    id: candidate.patch.id,
    revision: revisionOf(candidate.patch),
    digest,
  }));
  return sha256Of(canonicalJson({ ring, patches }));
}

function markerOf({ slot, asked }: SlotFill): Marker {
  return {
    ...slot.marker,
    data: {
      ring: slot.ring,
      ...(slot.patch === null ? {} : { own: slot.patch }),
      patches: asked.map(({ candidate }) => candidate.patch.id),
      revisions: asked.map(({ candidate }) => revisionOf(candidate.patch)),
      digest: digestOf(slot.ring, asked),
    },
  };
}

function viewOf(input: PromoteInput, fill: SlotFill, leftOut: readonly LeftOut[]): PromotionRequestView {
  const { compiled, snapshot } = input.decided;
  const index = compiled.rings.findIndex((one) => one.ring.name === fill.slot.ring);
  const ring = compiled.rings[index]?.ring;
  return {
    ring: fill.slot.ring,
    from: ring?.after ?? "",
    isOwn: fill.slot.patch !== null,
    by: ring?.promotion.by ?? "pull-request",
    reviewers: ring?.promotion.reviewers ?? [],
    window: findRingWindow(input.decided, index),
    at: compiled.now,
    patches: fill.asked.map(({ candidate, path }) => ({ candidate, path })),
    leftOut,
    removed: fill.removed,
    snapshot: { digest: snapshot.digest, takenAt: snapshot.header.takenAt },
    policyCommit: input.observed.base.commit,
    digest: digestOf(fill.slot.ring, fill.asked),
  };
}

function textsOf(input: PromoteInput, fill: SlotFill, leftOut: readonly LeftOut[]) {
  const view = viewOf(input, fill, leftOut);
  const marker = markerOf(fill);
  const room = Math.min(input.observed.forge.bodyLimit, 60_000) - formatMarker(marker).length - 1;
  return { marker, title: input.texts.title(view), body: input.texts.body(view, room) };
}

function labelsOf(fill: SlotFill): string[] {
  return [PROMOTION_MARKER, `ring/${fill.slot.ring}`];
}

/** After the request stands with its labels: a crash before it is seen by the next run. */
function askSteps(input: PromoteInput, { slot }: SlotFill, asked: readonly string[]): PromoteStep[] {
  const ring = input.decided.compiled.rings.find((one) => one.ring.name === slot.ring)?.ring;
  const reviewers = unaskedReviewers(ring?.promotion.reviewers ?? [], asked);
  return reviewers.length === 0 ? [] : [{ kind: "ask-reviewers", reviewers }];
}

function openSteps(input: PromoteInput, fill: SlotFill, leftOut: readonly LeftOut[]): PromoteStep[] {
  const { observed } = input;
  const { branch } = fill.slot;
  const { marker, title, body } = textsOf(input, fill, leftOut);
  return [
    branchStep(input, fill, {
      parent: observed.base.commit,
      expected: observed.branches.get(branch) ?? null,
      changes: fill.asked.map(put),
      unlessFrozen: null,
    }),
    {
      kind: "open-request",
      request: {
        marker,
        headBranch: branch,
        base: observed.base.branch,
        title,
        body,
        labels: labelsOf(fill),
      },
    },
    ...askSteps(input, fill, []),
    { kind: "check", check: evidenceCheck(fill) },
  ];
}

/** Push, then say what was taken out, then the body: a body never promises what the branch has not. */
function syncSteps(
  input: PromoteInput,
  fill: SlotFill,
  observed: ObservedRequest,
  leftOut: readonly LeftOut[],
): PromoteStep[] {
  const { request } = observed;
  const steps: PromoteStep[] = [];
  if (!observed.changed.isComplete) return steps;
  const push = pushStep(input, fill, observed);
  if (push !== null) steps.push(push);
  for (const removed of fill.removed) {
    const marker: Marker = { kind: REMOVAL_MARKER, key: commentKey(removed.patch), data: {} };
    steps.push({ kind: "comment", marker, body: input.texts.removal(removed) });
  }
  if (request.marker?.data["digest"] !== digestOf(fill.slot.ring, fill.asked)) {
    const { marker, title, body } = textsOf(input, fill, leftOut);
    steps.push({ kind: "update-request", change: { title, content: { marker, body } } });
  }
  // What `comment` says of the change stays.
  const labels = [...labelsOf(fill), ...request.labels.filter((label) => label.startsWith("plan/"))];
  if (!labels.every((label) => request.labels.includes(label))) steps.push({ kind: "labels", labels });
  if (fill.asked.length === 0 && fill.foreign.length === 0) return [...steps, { kind: "close-request" }];
  const check = evidenceCheck(fill);
  if (push !== null || !isCheckSet(observed.checks, check)) steps.push({ kind: "check", check });
  const ask = askSteps(input, fill, request.askedReviewers);
  // Reviewers who cannot be asked never keep a request from its merge.
  return [...ask, ...(steps.length > 0 ? steps : mergeStep(input, fill, observed))];
}

function commentKey(patch: string): string {
  return patch.length <= 150 && !/[\r\n]/.test(patch) ? patch : sha256Of(patch);
}

/** Null when the head has what it should have. */
function pushStep(input: PromoteInput, fill: SlotFill, { request }: ObservedRequest): PromoteStep | null {
  const head = request.head.sha;
  const unlessFrozen = fill.frozenBy === null ? request.number : null;
  if (request.mergeability === "conflict" && fill.frozenBy === null) {
    const changes = fill.asked.map(put);
    const { commit } = input.observed.base;
    return branchStep(input, fill, { parent: commit, expected: head, changes, unlessFrozen });
  }
  const stands = new Map(fill.standing.map(({ path, text }) => [path, text]));
  const wanted = new Set(fill.asked.map(({ path }) => path));
  const dropped = [...stands.keys()].filter((path) => !wanted.has(path));
  const strange = fill.frozenBy === null ? fill.foreign : [];
  const changes = [
    ...fill.asked.filter(({ path, text }) => stands.get(path) !== text).map(put),
    ...[...dropped, ...strange].map((path) => restore(input, path)),
  ];
  return changes.length === 0
    ? null
    : branchStep(input, fill, { parent: head, expected: head, changes, unlessFrozen });
}

function put({ path, text }: FilledPatch): FileChange {
  return { kind: "put", path, content: text };
}

/** As the base branch has it: taking a file out of a request never withdraws what is in force. */
function restore({ observed }: PromoteInput, path: string): FileChange {
  const content = observed.baseTexts.get(path);
  return content === undefined ? { kind: "delete", path } : { kind: "put", path, content };
}

function branchStep(
  input: PromoteInput,
  fill: SlotFill,
  push: {
    readonly parent: string;
    readonly expected: string | null;
    readonly changes: readonly FileChange[];
    readonly unlessFrozen: number | null;
  },
): PromoteStep {
  const { decided, observed } = input;
  return {
    kind: "write-branch",
    branch: fill.slot.branch,
    ...push,
    subject: subjectOf(fill),
    body: "",
    trailers: [
      { key: "Patchring-Ring", value: fill.slot.ring },
      { key: "Patchring-Policy", value: observed.base.commit },
      { key: "Patchring-Snapshot", value: decided.snapshot.digest },
    ],
  };
}

function subjectOf({ slot, asked, removed }: SlotFill): string {
  const ids = asked.map(({ candidate }) => candidate.patch.id);
  if (ids.length === 0) return `Take everything out of the promotion into ${slot.ring}`;
  const some = ids.slice(0, 3).join(", ");
  const more = ids.length > 3 ? ` and ${ids.length - 3} more` : "";
  const out = removed.length > 0 ? ` without ${removed.map(({ patch }) => patch).join(", ")}` : "";
  return `Promote ${some}${more} into ${slot.ring}${out}`
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")
    .slice(0, 200);
}
