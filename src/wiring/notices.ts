/** The channels by which people are told, opened for the command line. */
import type { ChannelSettings } from "../core/notice-settings.ts";
import type { NoticeChannel } from "../notify/notice.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** `folder`: of the policy. Opens no connection yet. */
export function openChannels(
  channels: readonly ChannelSettings[],
  folder: string,
  env: Environment,
): Promise<readonly NoticeChannel[]> {
  return Promise.all(channels.map((settings) => openChannel(settings, folder, env)));
}

async function openChannel(
  settings: ChannelSettings,
  folder: string,
  env: Environment,
): Promise<NoticeChannel> {
  switch (settings.kind) {
    case "mail":
      return (await import("../notify/mail/mail-channel.ts")).openMailChannel(settings, { env });
    case "file":
      return (await import("../notify/file/file-channel.ts")).openFileChannel(settings, folder);
    default:
      return (await import("../notify/webhook/webhook-channel.ts")).openWebhookChannel(settings, { env });
  }
}
