/** What happens next by itself, in the order in which it happens. */
import { firstMergeBy } from "../examined.ts";
import type { Instant } from "../model.ts";
import type { SiteModel } from "./site-model.ts";

export interface ComingEvent {
  readonly at: Instant;
  readonly what:
    "soak-over" | "window" | "ends" | "freeze-starts" | "freeze-ends" | "merge-by" | "emergency-ends";
  /** A ring, or a statement as `Kind/name`; "" for none. */
  readonly subject: string;
  /** Patches or devices that it is about; 0 where there is nothing to count. */
  readonly count: number;
}

/** As far ahead as is told. */
const HORIZON = 30 * 86_400;

/** At most `most`, the soonest first. */
export function listComing(
  model: Pick<SiteModel, "at" | "rings" | "statements">,
  most: number,
): ComingEvent[] {
  const events = [...soaks(model), ...merges(model), ...windows(model), ...ends(model)];
  return events
    .filter(({ at }) => at > model.at && at - model.at <= HORIZON)
    .sort((a, b) => a.at - b.at || (a.subject < b.subject ? -1 : 1))
    .slice(0, most);
}

/** Soaks that end in the same minute are one event. */
function soaks({ rings }: Pick<SiteModel, "rings">): ComingEvent[] {
  return rings.flatMap(({ ring, candidates }) => {
    const byEnd = new Map<Instant, number>();
    for (const { state } of candidates) {
      if (state.kind !== "waiting" || state.until === null) continue;
      const minute = Math.ceil(state.until / 60) * 60;
      byEnd.set(minute, (byEnd.get(minute) ?? 0) + 1);
    }
    return [...byEnd].map(([at, count]) => ({ at, what: "soak-over" as const, subject: ring.name, count }));
  });
}

/** The first merge-by time of each ring, with the patches that share it. */
function merges({ rings }: Pick<SiteModel, "rings">): ComingEvent[] {
  return rings.flatMap((own) => {
    const at = firstMergeBy(own.mergeBy, own.candidates);
    if (at === null) return [];
    const count = own.candidates.filter((one) => own.mergeBy.get(one)?.at === at).length;
    return [{ at, what: "merge-by" as const, subject: own.ring.name, count }];
  });
}

function windows({ rings, at }: Pick<SiteModel, "rings" | "at">): ComingEvent[] {
  return rings.flatMap(({ ring, windows: own, devices }) => {
    const next = own?.find(({ opensAt }) => opensAt > at);
    if (next === undefined) return [];
    return [{ at: next.opensAt, what: "window" as const, subject: ring.name, count: devices }];
  });
}

function ends({ statements }: Pick<SiteModel, "statements">): ComingEvent[] {
  return statements.flatMap(({ kind, source, from, until, state, reaches }): ComingEvent[] => {
    const event = (at: Instant | null, what: ComingEvent["what"]): ComingEvent[] =>
      at === null ? [] : [{ at, what, subject: source, count: reaches }];
    if (kind === "Freeze" && state === "not yet") return event(from, "freeze-starts");
    if (state !== "in force") return [];
    if (kind === "Freeze") return event(until, "freeze-ends");
    return event(until, kind === "Emergency" ? "emergency-ends" : "ends");
  });
}
