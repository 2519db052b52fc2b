import type { Instant } from "./model.ts";
import { formatInstant } from "./time.ts";

const DAY = 86_400;

/** `formatInstant` for millions of instants: days and times of day repeat, so both are remembered as text. */
export class InstantTexts {
  readonly #days = new Map<number, string>();
  readonly #times: (string | undefined)[] = [];

  /** The same text as `formatInstant`. */
  format(at: Instant): string {
    const day = Math.floor(at / DAY);
    const second = at - day * DAY;
    let date = this.#days.get(day);
    if (date === undefined) this.#days.set(day, (date = formatInstant(at).slice(0, -"T00:00:00Z".length)));
    return date + (this.#times[second] ??= formatInstant(second).slice(-"T00:00:00Z".length));
  }
}
