/** Gives pilot notices to the contacts that have not had them. A contact is told of a patch once. */
import type { LedgerEntry } from "../../core/ledger.ts";
import type { Instant } from "../../core/model.ts";
import type { GivenNotice } from "../../core/notice-due.ts";
import type { NoticeChannel, NoticeErrorCode, PilotMessage } from "../../notify/notice.ts";
import { sha256Of } from "../../policy/digest.ts";
import { failureOf, joinDelivered, type Delivered, type DeliveryFailure } from "./deliver.ts";

export interface PilotDeliveryOrder {
  readonly now: Instant;
  readonly run: string | null;
  readonly messages: readonly PilotMessage[];
  /** Most that one channel is given now; absent is all. What is left is given by the next run. */
  readonly most?: number;
  /** Those that policy names for pilot notices. */
  readonly channels: readonly NoticeChannel[];
  readonly listGiven: (keys: readonly string[]) => Promise<readonly GivenNotice[]>;
}

export interface PilotDelivered extends Delivered {
  /** Contacts to which no channel could write; sorted. */
  readonly unaddressed: readonly string[];
}

/** Nothing more is tried on a channel in this run after one of these. */
const CHANNEL_IS_DOWN: readonly NoticeErrorCode[] = ["unreachable", "timeout", "busy", "denied", "settings"];

/** Store and ledger know contacts only by a digest: neither is a place for people's addresses. */
export function pilotKeys({ notice }: PilotMessage): readonly string[] {
  return notice.keys.map((key) => `pilot/${notice.ring}/${sha256Of(key).slice(7, 39)}`);
}

export async function deliverPilotNotices(order: PilotDeliveryOrder): Promise<PilotDelivered> {
  const { messages, channels } = order;
  const given = await order.listGiven([...new Set(messages.flatMap(pilotKeys))]);
  const parts = await Promise.all(channels.map((channel) => deliverTo(channel, given, order)));
  const reached = new Set(parts.flatMap((part) => part.reached));
  const missed = parts.flatMap((part) => part.unaddressed).filter((contact) => !reached.has(contact));
  return { ...joinDelivered(parts), unaddressed: [...new Set(missed)].sort() };
}

interface ChannelPart extends Delivered {
  readonly reached: readonly string[];
  readonly unaddressed: readonly string[];
}

async function deliverTo(
  channel: NoticeChannel,
  given: readonly GivenNotice[],
  { messages, now, run, most }: PilotDeliveryOrder,
): Promise<ChannelPart> {
  const had = new Set(given.filter((one) => one.channel === channel.name).map(({ key }) => key));
  const part = {
    records: [] as GivenNotice[],
    entries: [] as LedgerEntry[],
    failures: [] as DeliveryFailure[],
    reached: [] as string[],
    unaddressed: [] as string[],
  };
  const due = messages.filter((message) => !pilotKeys(message).every((key) => had.has(key))).slice(0, most);
  for (const [at, message] of due.entries()) {
    try {
      if ((await channel.sendPilot?.(message)) === "delivered") {
        part.reached.push(message.notice.contact);
        part.records.push(...pilotKeys(message).map((key) => ({ key, channel: channel.name, at: now })));
        part.entries.push(entryOf(message, channel, now, run));
      } else part.unaddressed.push(message.notice.contact);
    } catch (error) {
      const failure = failureOf(channel, error, 1);
      if (CHANNEL_IS_DOWN.includes(failure.code)) {
        part.failures.push({ ...failure, notices: due.length - at });
        return part;
      }
      part.failures.push(failure);
    }
  }
  return part;
}

function entryOf(
  message: PilotMessage,
  channel: NoticeChannel,
  now: Instant,
  run: string | null,
): LedgerEntry {
  const { ring, patches, devices } = message.notice;
  const subject = `Pilot notice for ring ${ring}: ${patches.length} patches on ${devices.length} devices`;
  const key = `pilot/${ring}/${sha256Of(pilotKeys(message).join(" ")).slice(7, 39)}`;
  return { at: now, run, type: "notice", data: { kind: "pilot", channel: channel.name, subject, key } };
}
