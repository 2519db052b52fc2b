import type { Decided } from "../../core/decide.ts";
import { formatInstant } from "../../core/time.ts";

/** What a match is measured against. */
export interface MatchContext {
  /** All devices of the snapshot. */
  readonly devices: number;
  /** RFC 3339. */
  readonly takenAt: string;
}

export function makeMatchContext({ snapshot }: Decided): MatchContext {
  return { devices: snapshot.devices.count, takenAt: formatInstant(snapshot.header.takenAt) };
}
