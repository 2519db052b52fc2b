/** Brakes of a run: remembered, proposed as holds, and let go (core/brake.ts says which). */
import type { judgeBrakes, BrakeFinding } from "../../core/brake.ts";
import type { Instant } from "../../core/model.ts";
import type { BrakeRecord, StoreReader, StoreWriter } from "../../store/store.ts";
import { brakeEntry } from "./entries.ts";
import type { HoldPort } from "./ports.ts";
import type { BrakesOfRun } from "./report.ts";

/** The channel under which the store remembers that people let a braked patch go on. */
const LIFTED = "brake-lifted";

type Braked = Pick<BrakeFinding, "ring" | "patch" | "revision">;

function keyOf({ ring, patch, revision }: Braked): string {
  return `${LIFTED} ${JSON.stringify([ring, patch, revision])}`;
}

/** Whether people let a patch go on in a ring, for the ones asked about. */
export async function readLifted(
  store: StoreReader,
  asked: readonly Braked[],
): Promise<(brake: Braked) => boolean> {
  const keys = asked.map(keyOf);
  const known = new Set(keys.length === 0 ? [] : (await store.listNotices(keys)).map(({ key }) => key));
  return (brake) => known.has(keyOf(brake));
}

export interface BrakeWork {
  readonly run: string;
  readonly at: Instant;
  readonly store: StoreWriter;
  /** Null: nothing is proposed in this mode, or there is no forge. */
  readonly holds: HoldPort | null;
}

/** Remembers new brakes, before anything is sent. */
export async function setBrakes(
  judged: ReturnType<typeof judgeBrakes<BrakeRecord>>,
  { run, at, store }: BrakeWork,
): Promise<BrakesOfRun> {
  for (const { brake, why } of judged.released) {
    await store.releaseBrake(brake, [brakeEntry(run, at, "released", brake, brake.request, why)]);
  }
  for (const found of judged.set) {
    const { ring, patch, revision, failed, eligible, detail } = found;
    await store.setBrake({ ring, patch, revision, setAt: at, failed, eligible, detail, request: null }, [
      brakeEntry(run, at, "set", found, null, detail),
    ]);
  }
  return { ...judged, set: judged.set.map((one) => ({ ...one, request: null })) };
}

/**
 * Proposes the hold of every brake that has no request yet, and lets go what people decided about:
 * a merged hold stops the patch by itself, a closed request says that it may go on. Either way the
 * brake is not set again for that revision. Throws what the forge throws; what was done before stays.
 */
export async function followBrakes(brakes: BrakesOfRun, work: BrakeWork): Promise<BrakesOfRun> {
  const { holds, at, store } = work;
  if (holds === null) return brakes;
  const set: BrakesOfRun["set"][number][] = [];
  for (const brake of brakes.set) {
    const request = await holds.propose(brake);
    if (request !== null) await remember({ ...brake, setAt: at, request }, store);
    set.push({ ...brake, request });
  }
  const kept: BrakeRecord[] = [];
  const released = [...brakes.released];
  for (const brake of brakes.kept) {
    if (brake.request === null) {
      const request = await holds.propose(brake);
      if (request !== null) await remember({ ...brake, request }, store);
      kept.push({ ...brake, request });
      continue;
    }
    const state = await holds.readState(brake.request);
    if (state === "open") {
      kept.push(brake);
      continue;
    }
    const why =
      state === "merged"
        ? `request ${brake.request} was merged: the hold stands in Git now`
        : `request ${brake.request} was closed: people let it go on`;
    await letGo(brake, why, work);
    released.push({ brake, why });
  }
  return { set, kept, released };
}

function remember(brake: BrakeRecord, store: StoreWriter): Promise<void> {
  const { ring, patch, revision, setAt, failed, eligible, detail, request } = brake;
  return store.setBrake({ ring, patch, revision, setAt, failed, eligible, detail, request }, []);
}

/** First what keeps it from being set again: a crash in between only delays. */
async function letGo(brake: BrakeRecord, why: string, { run, at, store }: BrakeWork): Promise<void> {
  await store.recordNotices([{ key: keyOf(brake), channel: LIFTED, at }], []);
  await store.releaseBrake(brake, [brakeEntry(run, at, "released", brake, brake.request, why)]);
}
