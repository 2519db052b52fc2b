import type { Notice } from "../../src/core/notice.ts";
import type { PilotNotice } from "../../src/core/pilot-notice.ts";
import { createZoneRules } from "../../src/time/zone-rules.ts";
import type { NoticePage, PilotMessage } from "../../src/notify/notice.ts";
import { pilotWords } from "../../src/report/pilot-notice/words.ts";

/** Everything that some place takes for markup or an order. */
export const HOSTILE =
  "<!channel> <@U1> <https://evil.example|click> @everyone *b* _i_ [x](https://evil.example) ![](x) <at>all</at>\r\nBcc: victim@example.org\r\n\r\nbody\u202e\x1b[31m";

export function brakeNotice(patch: string = "KB1"): Notice {
  return {
    key: `brake/pilot/${patch}/1`,
    level: "page",
    subject: { kind: "brake", ring: "pilot", patch, failed: 3, eligible: 10 },
    by: null,
    actor: "operators",
    next: ["patchring", "hold", patch],
    link: null,
  };
}

export function pageOf(...notices: readonly Notice[]): NoticePage {
  return { fleet: "acme", at: "2026-03-18T09:00:00Z", notices };
}

export function pilotMessage(contact: string, more: Partial<PilotNotice> = {}): PilotMessage {
  const notice: PilotNotice = {
    keys: [`pilot/pilot/KB1@/${contact}`],
    contact,
    ring: "pilot",
    devices: [{ id: "ws-1", name: "Reception", site: "hq" }],
    patches: [{ id: "KB1", title: "March update", restart: "always" }],
    opensAt: 1_773_864_000,
    closesAt: 1_773_874_800,
    zone: "Europe/Berlin",
    reportBefore: 1_774_468_800,
    ...more,
  };
  const reportTo = "https://desk.example.org/patch";
  return { notice, words: pilotWords(notice, reportTo, createZoneRules()), reportTo };
}
