/** Channels of kind webhook, slack and teams: one POST for all notices of a message. */
import type { WebhookSettings } from "../../core/notice-settings.ts";
import { noticesJson } from "../../report/notices/json.ts";
import { pilotJson } from "../../report/pilot-notice/json.ts";
import type { NoticeChannel, NoticePage, PilotMessage } from "../notice.ts";
import { DEFAULT_RETRY, type RetrySettings } from "../retry.ts";
import { postJson, readUrl, type PostTarget } from "./post.ts";
import { slackPayload } from "./slack.ts";
import { teamsPayload } from "./teams.ts";

export interface WebhookOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For one try; 10 s without it. */
  readonly timeoutMs?: number;
  readonly retry?: RetrySettings;
}

const PAYLOADS: Readonly<Record<WebhookSettings["kind"], (page: NoticePage) => object>> = {
  webhook: noticesJson,
  slack: slackPayload,
  teams: teamsPayload,
};

/** The address is read when a message is sent: a missing one is told then, like any other failure. */
export function openWebhookChannel(settings: WebhookSettings, options: WebhookOptions): NoticeChannel {
  const { name, kind, levels, urlEnv } = settings;
  const target = (): PostTarget => ({
    urlEnv,
    url: readUrl(urlEnv, options.env),
    timeoutMs: options.timeoutMs ?? 10_000,
    retry: options.retry ?? DEFAULT_RETRY,
  });
  return {
    name,
    kind,
    levels,
    send: async (page) => postJson(target(), PAYLOADS[kind](page)),
    sendPilot:
      kind === "webhook"
        ? async ({ notice, words, reportTo }: PilotMessage) => {
            await postJson(target(), pilotJson(notice, words, reportTo));
            return "delivered";
          }
        : null,
    close: () => Promise.resolve(),
  };
}
