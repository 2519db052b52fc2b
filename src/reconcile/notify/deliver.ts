/**
 * Gives notices to the channels that have not had them. Never throws for a channel that fails: that
 * is reported, and the notice goes again in the next run, because only what arrived is recorded.
 */
import type { LedgerEntry } from "../../core/ledger.ts";
import type { Instant, Seconds } from "../../core/model.ts";
import { selectDue, type GivenNotice } from "../../core/notice-due.ts";
import type { Notice, NoticeSubject } from "../../core/notice.ts";
import { formatInstant } from "../../core/time.ts";
import { NoticeError, type NoticeChannel, type NoticeErrorCode } from "../../notify/notice.ts";

export interface DeliveryOrder {
  /** The name of the Fleet. */
  readonly fleet: string;
  readonly now: Instant;
  /** Null outside a run. */
  readonly run: string | null;
  readonly notices: readonly Notice[];
  readonly channels: readonly NoticeChannel[];
  readonly remindAfter: Seconds;
  /** A subject in words, for the ledger: `noticeWhat`. */
  readonly describe: (subject: NoticeSubject) => string;
  /** What was given before, of these keys: `StoreReader.listNotices`. */
  readonly listGiven: (keys: readonly string[]) => Promise<readonly GivenNotice[]>;
}

export interface DeliveryFailure {
  readonly channel: string;
  readonly code: NoticeErrorCode;
  /** Free of secrets. */
  readonly message: string;
  /** How many notices did not arrive. */
  readonly notices: number;
}

/** What arrived, to be recorded with `StoreWriter.recordNotices(records, entries)`. */
export interface Delivered {
  readonly records: readonly GivenNotice[];
  readonly entries: readonly LedgerEntry[];
  readonly failures: readonly DeliveryFailure[];
}

export async function deliverNotices(order: DeliveryOrder): Promise<Delivered> {
  const { notices, channels } = order;
  if (notices.length === 0 || channels.length === 0) return { records: [], entries: [], failures: [] };
  const given = await order.listGiven(notices.map(({ key }) => key));
  return joinDelivered(await Promise.all(channels.map((channel) => deliverTo(channel, given, order))));
}

export function joinDelivered(parts: readonly Delivered[]): Delivered {
  return {
    records: parts.flatMap(({ records }) => records),
    entries: parts.flatMap(({ entries }) => entries),
    failures: parts.flatMap(({ failures }) => failures),
  };
}

async function deliverTo(
  channel: NoticeChannel,
  given: readonly GivenNotice[],
  { notices, fleet, now, run, remindAfter, describe }: DeliveryOrder,
): Promise<Delivered> {
  const due = selectDue(notices, channel, given, remindAfter, now);
  if (due.length === 0) return { records: [], entries: [], failures: [] };
  try {
    await channel.send({ fleet, at: formatInstant(now), notices: due });
  } catch (error) {
    return { records: [], entries: [], failures: [failureOf(channel, error, due.length)] };
  }
  return {
    records: due.map(({ key }) => ({ key, channel: channel.name, at: now })),
    entries: due.map(({ key, subject }) => ({
      at: now,
      run,
      type: "notice",
      data: { kind: subject.kind, channel: channel.name, subject: describe(subject), key },
    })),
    failures: [],
  };
}

/** Anything but a `NoticeError` is a mistake of ours and goes on up. */
export function failureOf(channel: NoticeChannel, error: unknown, notices: number): DeliveryFailure {
  if (!(error instanceof NoticeError)) throw error;
  return { channel: channel.name, code: error.code, message: error.message, notices };
}
