/** A channel into a folder: each message as JSON and as text, whole or not at all. */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { FileSettings } from "../../core/notice-settings.ts";
import { noticesJson } from "../../report/notices/json.ts";
import { renderNoticesText } from "../../report/notices/text.ts";
import { renderPilotHtml } from "../../report/pilot-notice/html.tsx";
import { pilotJson } from "../../report/pilot-notice/json.ts";
import { renderPilotText } from "../../report/pilot-notice/text.ts";
import { writeFileAtomically } from "../../snapshot/atomic-file.ts";
import { NoticeError, type NoticeChannel } from "../notice.ts";

/** `folder`: what a relative path starts from. The same message gets the same name. */
export function openFileChannel(settings: FileSettings, folder: string): NoticeChannel {
  const { name, levels, path } = settings;
  const target = join(folder, path);
  const write = (stem: string, files: Readonly<Record<string, string>>): Promise<void> =>
    writeAll(target, path, stem, files);
  return {
    name,
    kind: "file",
    levels,
    send: async (page) => {
      const json = `${JSON.stringify(noticesJson(page), null, 2)}\n`;
      await write(`notices-${page.at.replaceAll(":", "")}-${digestOf(json)}`, {
        json,
        txt: renderNoticesText(page),
      });
    },
    sendPilot: async ({ notice, words, reportTo }) => {
      const json = `${JSON.stringify(pilotJson(notice, words, reportTo), null, 2)}\n`;
      await write(`pilot-${digestOf(json)}`, {
        json,
        txt: renderPilotText(words),
        html: renderPilotHtml(words),
      });
      return "delivered";
    },
    close: () => Promise.resolve(),
  };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

async function writeAll(
  target: string,
  shown: string,
  stem: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    await mkdir(target, { recursive: true });
    for (const [ending, text] of Object.entries(files)) {
      await writeFileAtomically(join(target, `${stem}.${ending}`), [text]);
    }
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new NoticeError("refused", `nothing can be written into ${shown} (${String(error.code)})`);
  }
}
