import { dateOf } from "./relative-time.ts";
import type { PatchInfo } from "./plan-context.ts";

const DATE_WORDS = { released: "released", "first-seen": "first seen", detected: "detected" } as const;

/** `critical, released 2026-03-10`: one line, still hostile text. The kind of date is always named (design 1.2). */
export function patchFacts(info: PatchInfo): string {
  const severity = info.severity === "unknown" ? "severity unknown" : info.severity;
  const date = info.date === null ? "no date" : `${DATE_WORDS[info.dateSource]} ${dateOf(info.date)}`;
  const removable =
    info.uninstallable === "no"
      ? ", cannot be removed"
      : info.uninstallable === "unknown"
        ? ", removal unknown"
        : "";
  return `${severity}, ${date}${removable}`;
}
