/**
 * Everything that needs a person, as notices: the one list of which `status`, the messages of a run and the
 * site's Today are made. Pure; the same input gives the same notices in the same order.
 */
import type { Ending } from "./endings.ts";
import type { RunSummary } from "./ledger.ts";
import type { Instant } from "./model.ts";
import type { FactNeeds } from "./needs.ts";
import { compareNotices, type Notice } from "./notice.ts";
import { noticeEnds, noticeFacts } from "./notices-facts.ts";
import { noticePromotions } from "./notices-promotion.ts";
import { noticeBrake, noticeGuards, noticeRun, noticeUnsettled } from "./notices-run.ts";
import type { ActionRow, GuardRow } from "./plan.ts";
import type { PolicySet } from "./policy.ts";
import type { BrakeState, OpenAction } from "./remembered.ts";
import type { WaitingRequest } from "./waiting-requests.ts";

/** A brake; without the numbers of the ring where they are nobody's business who reads it. */
export type BrakeNeed = Omit<BrakeState, "failed" | "eligible"> & {
  readonly failed: number | null;
  readonly eligible: number | null;
};

export interface NoticeInput {
  readonly now: Instant;
  readonly mode: PolicySet["fleet"]["mode"];
  /** The last that ended; null where none is known. */
  readonly run: RunSummary | null;
  /** Null where no snapshot was read. */
  readonly needs: FactNeeds | null;
  /** Guards that stop a run now, and the actions that they hold back. */
  readonly guards: readonly GuardRow[];
  readonly actions: readonly ActionRow[];
  /** Actions without a settled result. */
  readonly unsettled: readonly OpenAction[];
  /** Actions answered with success and never seen. */
  readonly unverified: readonly OpenAction[];
  readonly brakes: readonly BrakeNeed[];
  /** Null where no forge was looked at: then nobody knows what is asked for. */
  readonly requests: readonly WaitingRequest[] | null;
  readonly endings: readonly Ending[];
}

/** Most urgent first. */
export function deriveNotices(input: NoticeInput): Notice[] {
  const { needs, brakes, endings, now } = input;
  return [
    ...noticeGuards(input),
    ...noticeRun(input),
    ...noticeUnsettled(input),
    ...brakes.map(noticeBrake),
    ...noticePromotions(input),
    ...(needs === null ? [] : noticeFacts(needs, input.guards)),
    ...noticeEnds(endings, now),
  ].sort(compareNotices);
}
