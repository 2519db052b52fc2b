/**
 * The interface to the ways on which people are told. A channel delivers whole messages, at least
 * once: when it is not known whether one arrived, it counts as not delivered and goes again.
 */
import type { NoticeLevel } from "../core/notice-settings.ts";
import type { PilotNotice } from "../core/pilot-notice.ts";
import type { NoticePage } from "../report/notices/text.ts";
import type { PilotWords } from "../report/pilot-notice/words.ts";

export type { NoticePage } from "../report/notices/text.ts";

/** What one contact is told. */
export interface PilotMessage {
  readonly notice: PilotNotice;
  readonly words: PilotWords;
  readonly reportTo: string | null;
}

/** `unaddressed`: the contact is nothing that this channel can write to (mail: no mail address). */
export type PilotDelivery = "delivered" | "unaddressed";

export interface NoticeChannel {
  /** As policy names it. */
  readonly name: string;
  readonly kind: string;
  readonly levels: readonly NoticeLevel[];
  /** All notices in one message. Tries again by itself where that may help. Throws `NoticeError`. */
  send(page: NoticePage): Promise<void>;
  /** To one contact; null where the channel reaches only everybody at once. Throws `NoticeError`. */
  readonly sendPilot: ((message: PilotMessage) => Promise<PilotDelivery>) | null;
  close(): Promise<void>;
}

/**
 * - `unreachable`: no connection, or it broke. `timeout`: no answer in time. `busy`: the other side
 *   asks to come back later.
 * - `denied`: the address or the login is not accepted. `refused`: the message is not.
 * - `settings`: an environment variable is empty or holds no address.
 */
export type NoticeErrorCode = "unreachable" | "timeout" | "busy" | "denied" | "refused" | "settings";

const RETRYABLE: readonly NoticeErrorCode[] = ["unreachable", "timeout", "busy"];

/** A message was not delivered, or it is not known. The text never has the address or a secret. */
export class NoticeError extends Error {
  readonly code: NoticeErrorCode;
  /** True when the same message may go through in a moment. */
  readonly retryable: boolean;

  constructor(code: NoticeErrorCode, message: string) {
    super(message);
    this.name = "NoticeError";
    this.code = code;
    this.retryable = RETRYABLE.includes(code);
  }
}
