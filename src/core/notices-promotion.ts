/** Notices of what waits between two rings: for a merge, for a valid file, or for a gate that no time opens. */
import type { GateReason } from "./gates.ts";
import type { Instant } from "./model.ts";
import type { PromotionNeed } from "./needs.ts";
import type { Notice } from "./notice.ts";
import type { NoticeInput } from "./notices.ts";

/** With less than this left before it must be merged, a request is urgent. */
const URGENT = 2 * 3600;
/** Gates that no time opens. Before the first install there is nothing to look at yet. */
const NEEDS_PERSON: readonly GateReason[] = ["INSTALLED_PERCENT", "FAILURES", "COVERAGE"];

export function noticePromotions(input: NoticeInput): Notice[] {
  const needs = input.needs?.promotions ?? [];
  return [
    ...noticeRequests(input, needs),
    ...byRing(needs.filter((need) => isReady(need) && isForPeople(input, need))).map((group) =>
      noticeReady(group, input),
    ),
    ...byRing(needs.filter(isRejected)).map(noticeRejected),
    ...NEEDS_PERSON.flatMap((reason) =>
      byRing(needs.filter((need) => waitsFor(need, reason))).map((group) => noticeGated(group, reason)),
    ),
  ];
}

/** Every gate is open, and no file is there. */
function isReady({ candidate: { state, hasRejectedFile } }: PromotionNeed): boolean {
  return state.kind === "ready" && !hasRejectedFile;
}

/** Every gate is open, and the file that is there is not valid (design 3, step 6e). */
function isRejected({ candidate: { state, hasRejectedFile } }: PromotionNeed): boolean {
  return (state.kind === "ready" || state.kind === "frozen") && hasRejectedFile;
}

function waitsFor({ candidate: { state } }: PromotionNeed, reason: GateReason): boolean {
  return state.kind === "waiting" && state.reason === reason;
}

/**
 * Where runs open requests the next one does it, and the request is told of. Where no forge was looked at
 * nobody knows whether it is open, but the merge is missing all the same.
 */
function isForPeople(
  { mode, requests }: NoticeInput,
  { candidate: { ring, patch } }: PromotionNeed,
): boolean {
  if (requests === null) return mode === "observe" || ring.promotion.by !== "auto";
  const isAsked = requests.some((one) => one.ring === ring.name && one.patches.includes(patch.id));
  return mode === "observe" && !isAsked;
}

interface RingGroup {
  readonly ring: string;
  readonly from: string;
  /** Ids, sorted. */
  readonly patches: readonly string[];
  readonly installs: number;
  readonly mergeBy: Instant | null;
}

/** Rings by name. */
function byRing(needs: readonly PromotionNeed[]): RingGroup[] {
  const rings = [...new Set(needs.map(({ candidate }) => candidate.ring.name))].sort();
  return rings.map((ring) => {
    const own = needs.filter(({ candidate }) => candidate.ring.name === ring);
    const times = own.flatMap(({ mergeBy }) => mergeBy ?? []);
    return {
      ring,
      from: own[0]!.candidate.from,
      patches: own.map(({ candidate }) => candidate.patch.id).sort(),
      installs: own.reduce((sum, { installs }) => sum + installs, 0),
      mergeBy: times.length === 0 ? null : Math.min(...times),
    };
  });
}

function isUrgent(mergeBy: Instant | null, now: Instant): boolean {
  return mergeBy !== null && mergeBy - now <= URGENT;
}

function noticeRequests({ requests, now }: NoticeInput, needs: readonly PromotionNeed[]): Notice[] {
  return (requests ?? []).map(({ ring, number, version, patches, mergeBy, url }) => {
    const rows = needs.filter(
      ({ candidate }) => candidate.ring.name === ring && patches.includes(candidate.patch.id),
    );
    const urgent = isUrgent(mergeBy, now);
    return {
      key: `promotion-waits/${ring}/${number}/${version}${urgent ? "/urgent" : ""}`,
      level: urgent ? "page" : "ticket",
      subject: {
        kind: "promotion-waits",
        ring,
        request: number,
        patches: [...patches].sort(),
        installs: rows.reduce((sum, row) => sum + row.installs, 0),
      },
      by: mergeBy,
      actor: "reviewer",
      next: ["patchring", "requests", "show", String(number)],
      link: url,
    };
  });
}

function noticeReady({ ring, patches, installs, mergeBy }: RingGroup, { mode, now }: NoticeInput): Notice {
  const urgent = isUrgent(mergeBy, now);
  return {
    key: `promotion-waits/${ring}/${patches.join(",")}${urgent ? "/urgent" : ""}`,
    level: urgent ? "page" : mode === "observe" ? "digest" : "ticket",
    subject: { kind: "promotion-waits", ring, request: null, patches, installs },
    by: mergeBy,
    actor: "reviewer",
    next: ["patchring", "promote"],
    link: null,
  };
}

function noticeRejected({ ring, patches, installs }: RingGroup): Notice {
  return {
    key: `promotion-rejected/${ring}/${patches.join(",")}`,
    level: "ticket",
    subject: { kind: "promotion-rejected", ring, patches, installs },
    by: null,
    actor: "policy-owner",
    next: ["patchring", "validate"],
    link: null,
  };
}

function noticeGated({ ring, from, patches, installs }: RingGroup, reason: GateReason): Notice {
  return {
    key: `promotion-gated/${ring}/${reason}`,
    level: "digest",
    subject: { kind: "promotion-gated", ring, from, reason, patches, installs },
    by: null,
    actor: "operators",
    next: ["patchring", "promote"],
    link: null,
  };
}
