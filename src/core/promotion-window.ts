/** When a merge would reach the devices of a ring: its next maintenance window (design 1.5, 4.3). */
import type { Decided } from "./decide.ts";
import type { Instant } from "./model.ts";
import { nextWindows, scheduleZone, type OpenStretch } from "./schedule.ts";

/**
 * - `none`: the ring has no schedule, so an approval is sent at once.
 * - `backend`: the backend holds the windows.
 * - `window`: `opensAt` is now or later; null where none opens within 400 days. `nextAt`: the one after it,
 *   in the same zone, which is the earliest of the zones of the ring's devices.
 */
export type RingWindow =
  | { readonly kind: "none" }
  | { readonly kind: "backend" }
  | {
      readonly kind: "window";
      readonly schedule: string;
      readonly zone: string;
      /** Of how many zones this one is the earliest. */
      readonly zones: number;
      readonly opensAt: Instant | null;
      readonly closesAt: Instant | null;
      readonly nextAt: Instant | null;
    };

/** The windows of the ring itself; a rule with a schedule of its own has others. */
export function findRingWindow(decided: Decided, ringIndex: number): RingWindow {
  const { compiled, snapshot, zones } = decided;
  if (snapshot.header.capabilities.schedules === "backend") return { kind: "backend" };
  const schedule = compiled.rings[ringIndex]?.schedule ?? null;
  if (schedule === null) return { kind: "none" };
  const names = new Set(
    zonesOfRing(decided, ringIndex).map((own) =>
      scheduleZone(schedule, own, compiled.policy.fleet.timezone, zones),
    ),
  );
  const found = [...names].sort().map((zone) => ({
    zone,
    windows: nextWindows(schedule, zone, compiled.now, 2, zones),
  }));
  const first = found.reduce<(typeof found)[number] | null>(
    (best, one) => (best === null || startOf(one.windows) < startOf(best.windows) ? one : best),
    null,
  );
  const [window, next] = first?.windows ?? [];
  return {
    kind: "window",
    schedule: schedule.name,
    zone: first?.zone ?? compiled.policy.fleet.timezone,
    zones: names.size,
    opensAt: window === undefined ? null : Math.max(window.opensAt, compiled.now),
    closesAt: window?.closesAt ?? null,
    nextAt: next?.opensAt ?? null,
  };
}

function startOf([first]: readonly OpenStretch[]): number {
  return first?.opensAt ?? Infinity;
}

/** As the devices name them, each once. */
function zonesOfRing({ compiled, snapshot }: Decided, ringIndex: number): string[] {
  const { count, timezone } = snapshot.devices;
  const { classes, ringOfClass } = compiled;
  const codes = new Set<number>();
  for (let d = 0; d < count; d += 1) {
    if (ringOfClass[classes.classOf[d]!] === ringIndex) codes.add(timezone.codes[d]!);
  }
  return [...codes].map((code) => timezone.values[code]!);
}
