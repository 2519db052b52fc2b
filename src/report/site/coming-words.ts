/** What happens by itself, in words. */
import { counted } from "../words.ts";

const COMING_WORDS = {
  "soak-over": "soak over",
  window: "window opens",
  ends: "ends",
  "freeze-starts": "freeze starts",
  "freeze-ends": "freeze ends",
  "merge-by": "merge by",
  "emergency-ends": "emergency ends",
} as const;

/** `soak over, 12 patches`: what happens and to how many. */
export function comingWords(event: {
  readonly what: keyof typeof COMING_WORDS;
  readonly count: number;
}): string {
  const many =
    event.what === "soak-over" || event.what === "merge-by"
      ? counted(event.count, "patch", "patches")
      : counted(event.count, "device");
  return event.count === 0 ? COMING_WORDS[event.what] : `${COMING_WORDS[event.what]}, ${many}`;
}
