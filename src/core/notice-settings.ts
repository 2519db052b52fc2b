/** Who is told, as policy says it (`Fleet.spec.notices`): defaults filled, durations in seconds. */
import type { Seconds } from "./model.ts";

/** `page`: somebody now. `ticket`: today. `digest`: whenever there is time. Most urgent first. */
export const NOTICE_LEVELS = ["page", "ticket", "digest"] as const;
export type NoticeLevel = (typeof NOTICE_LEVELS)[number];

interface ChannelBase {
  readonly name: string;
  /** Which notices it gets; never empty. */
  readonly levels: readonly NoticeLevel[];
}

/** An HTTP address that JSON is posted to. The address is a secret and stands in the environment. */
export interface WebhookSettings extends ChannelBase {
  readonly kind: "webhook" | "slack" | "teams";
  readonly urlEnv: string;
}

export interface MailSettings extends ChannelBase {
  readonly kind: "mail";
  readonly host: string;
  readonly port: number;
  readonly tls: "starttls" | "implicit" | "none";
  /** Null: without a login. */
  readonly userEnv: string | null;
  readonly passwordEnv: string | null;
  readonly from: string;
  readonly to: readonly string[];
}

export interface FileSettings extends ChannelBase {
  readonly kind: "file";
  /** A folder, relative to the policy repository. */
  readonly path: string;
}

export type ChannelSettings = WebhookSettings | MailSettings | FileSettings;

export interface PilotNoticeSettings {
  /** Names of channels; each is defined. */
  readonly channels: readonly string[];
  /** How long before a window its people are told. */
  readonly before: Seconds;
  /** Where problems are reported, as it is shown; null when policy does not say. */
  readonly reportTo: string | null;
}

export interface NoticeSettings {
  /** A notice that still holds is given again after this long. */
  readonly remindAfter: Seconds;
  readonly channels: readonly ChannelSettings[];
  /** Null: no pilot notice is sent. */
  readonly pilot: PilotNoticeSettings | null;
}
