/**
 * What needs a person, for one scope of a site: made of what `status` and the messages of a run are made
 * of. A client reads of its own devices alone.
 */
import { listEndings } from "../endings.ts";
import type { Examined } from "../examined.ts";
import { STATUSES } from "../model.ts";
import { findNeeds, type FactNeeds } from "../needs.ts";
import type { Notice } from "../notice.ts";
import { deriveNotices, type BrakeNeed, type NoticeInput } from "../notices.ts";
import type { GuardRow, Plan } from "../plan.ts";
import { lastEnded, type OpenAction, type Remembered } from "../remembered.ts";
import type { RecordedRun } from "../run-rhythm.ts";
import { withMergeBy, type OpenRequest } from "../waiting-requests.ts";
import { within, type SiteScope } from "./scope.ts";
import type { SiteStatement } from "./statements.ts";

const INSTALLED = STATUSES.indexOf("installed");

export interface NoticeSources {
  readonly examined: Examined;
  readonly plan: Plan;
  /** The guards that count in the fleet's mode. */
  readonly counting: readonly GuardRow[];
  readonly remembered: Remembered | null;
  /** Null where no forge was looked at. */
  readonly requests: readonly OpenRequest[] | null;
  readonly prefix: string;
}

export function scopeNeeds(examined: Examined, scope: SiteScope): FactNeeds {
  return scope.client === null ? findNeeds(examined) : findNeeds(examined, scope.devices);
}

/** `remembered` is that of the scope. */
export function siteNotices(
  sources: NoticeSources,
  scope: SiteScope,
  needs: FactNeeds,
  remembered: Remembered | null,
  statements: readonly SiteStatement[],
): Notice[] {
  const { examined, plan, counting, prefix } = sources;
  const { policy, now } = examined.decided.compiled;
  const isFleet = scope.client === null;
  const reaching = new Set(statements.map(({ source }) => source));
  return deriveNotices({
    now,
    mode: policy.fleet.mode,
    run: lastEnded(remembered?.runs ?? []),
    needs,
    guards: isFleet ? counting.filter(({ tripped }) => tripped) : [],
    actions: isFleet ? plan.actions : [],
    unsettled: remembered?.unsettled ?? [],
    unverified: remembered?.unverified ?? [],
    brakes: isFleet ? (remembered?.brakes ?? []) : ownBrakes(sources, scope),
    requests: isFleet ? requestsOf(sources) : ownRequests(sources, needs),
    endings: listEndings(policy, now)
      .filter(({ statement }) => reaching.has(statement))
      .map((one) => ({ ...one, place: within(one.place, prefix) })),
  });
}

function requestsOf({ requests, examined }: NoticeSources): NoticeInput["requests"] {
  return requests === null ? null : withMergeBy(requests, examined);
}

/** Requests that some device in scope waits for; what else they ask for, and their page, is the fleet's. */
function ownRequests(sources: NoticeSources, { promotions }: FactNeeds): NoticeInput["requests"] {
  const requests = requestsOf(sources);
  if (requests === null) return null;
  return requests.flatMap((one) => {
    const patches = promotions
      .filter(({ candidate }) => candidate.ring.name === one.ring && one.patches.includes(candidate.patch.id))
      .map(({ candidate }) => candidate.patch.id);
    return patches.length === 0 ? [] : [{ ...one, patches, url: null }];
  });
}

/** Brakes on a patch that some device in scope lacks in its ring; the numbers are those of the whole ring, so they are left out. */
function ownBrakes({ examined: { decided }, remembered }: NoticeSources, scope: SiteScope): BrakeNeed[] {
  const { compiled, snapshot } = decided;
  const { devices, facts, patches } = snapshot;
  const met = new Set<string>();
  const wanted = new Set((remembered?.brakes ?? []).map(({ patch }) => patch));
  if (wanted.size === 0) return [];
  for (const device of scope.devices) {
    const ring = compiled.rings[compiled.ringOfClass[compiled.classes.classOf[device]!]!]?.ring.name;
    const start = devices.factStart[device]!;
    for (let fact = start; fact < start + devices.factCount[device]!; fact += 1) {
      const { id } = patches[facts.patch[fact]!]!;
      if (ring === undefined || !wanted.has(id)) continue;
      if ((facts.state[fact]! & 7) !== INSTALLED) met.add(JSON.stringify([ring, id]));
    }
  }
  return (remembered?.brakes ?? [])
    .filter(({ ring, patch }) => met.has(JSON.stringify([ring, patch])))
    .map((one) => ({ ...one, failed: null, eligible: null }));
}

/** What is remembered of the devices in scope; the words of a run's steps and its counts are the fleet's. */
export function rememberedOf({ examined, remembered }: NoticeSources, scope: SiteScope): Remembered | null {
  if (remembered === null || scope.client === null) return remembered;
  const { id } = examined.decided.snapshot.devices;
  const own = new Set(Array.from(scope.devices, (device) => id[device]!));
  const isOwn = ({ device }: OpenAction): boolean => own.has(device);
  return {
    ...remembered,
    runs: remembered.runs.map(withoutDetails),
    unsettled: remembered.unsettled.filter(isOwn),
    unverified: remembered.unverified.filter(isOwn),
    brakes: [],
  };
}

/** Of a run a client may know that it was, and how it ended. */
function withoutDetails(run: RecordedRun): RecordedRun {
  const { summary } = run;
  if (summary === null) return run;
  const sent = { accepted: 0, refused: 0, unknown: 0 };
  return { ...run, summary: { ...summary, steps: [], sent, actions: null, verdicts: null, snapshot: null } };
}
