import type { PilotNotice } from "../../core/pilot-notice.ts";
import { formatOptional } from "../../core/make-plan.ts";
import type { PilotWords } from "./words.ts";

/** A pilot notice as JSON: `patchring.pilot-notice/1`. */
export function pilotJson(notice: PilotNotice, words: PilotWords, reportTo: string | null): object {
  return {
    format: "patchring.pilot-notice/1",
    contact: notice.contact,
    ring: notice.ring,
    opensAt: formatOptional(notice.opensAt),
    closesAt: formatOptional(notice.closesAt),
    zone: notice.zone,
    reportBefore: formatOptional(notice.reportBefore),
    reportTo,
    devices: notice.devices,
    patches: notice.patches,
    text: words,
  };
}
