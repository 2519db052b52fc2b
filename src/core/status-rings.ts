/** How the rings stand: what is under way in each, and what may or cannot yet go on to the next one. */
import type { Decided } from "./decide.ts";
import { freshDevices, gatherEvidence } from "./evidence.ts";
import { STATUSES, VERDICTS, type Instant } from "./model.ts";
import type { PromotionCandidate } from "./promotion-candidates.ts";
import type { Share } from "./share.ts";

const INSTALLED = STATUSES.indexOf("installed");
const APPROVE = VERDICTS.indexOf("approve");
const WAIT = VERDICTS.indexOf("wait");

export interface RingStatus {
  readonly ring: string;
  readonly after: string | null;
  readonly devices: number;
  readonly staleDevices: number;
  /** Patches that policy approves, or would approve later, for a device of the ring that has not got it. */
  readonly patches: number;
  /** Of these patches: installed of eligible devices, added up (design 4.1). */
  readonly installs: Share;
  readonly failed: number;
  /** Patches that wait to get into this ring, by state; null for a first ring. */
  readonly promotion: RingPromotion | null;
}

export interface RingPromotion {
  /** Only the merge is missing. Ids, sorted. */
  readonly ready: readonly string[];
  readonly soaking: number;
  /** Other gates are shut. */
  readonly gated: number;
  readonly held: number;
  readonly frozen: number;
  /** The first soak that ends; null when none runs. */
  readonly soakEndsAt: Instant | null;
  /** Whose soak that is. */
  readonly soakPatch: string | null;
}

/** In the order of the policy's rings. */
export function findRings(decided: Decided, candidates: readonly PromotionCandidate[]): RingStatus[] {
  const { rings, ringOfClass, classes } = decided.compiled;
  const devices = new Uint32Array(rings.length);
  const stale = new Uint32Array(rings.length);
  classes.classOf.forEach((cls, device) => {
    const ring = ringOfClass[cls]!;
    if (ring < 0) return;
    devices[ring]! += 1;
    if (decided.stale[device] === 1) stale[ring]! += 1;
  });
  return rings.map(({ ring }, index) => ({
    ring: ring.name,
    after: ring.after,
    devices: devices[index]!,
    staleDevices: stale[index]!,
    ...underWay(decided, index),
    promotion: ring.after === null ? null : promotionOf(candidates.filter((one) => one.ringIndex === index)),
  }));
}

function underWay(decided: Decided, ring: number): Pick<RingStatus, "patches" | "installs" | "failed"> {
  const { devices, facts, patches } = decided.snapshot;
  const { verdictCodes } = decided.table;
  const isOpen = new Uint8Array(patches.length);
  for (const device of freshDevices(decided, ring)) {
    const start = devices.factStart[device]!;
    for (let fact = start; fact < start + devices.factCount[device]!; fact += 1) {
      const verdict = verdictCodes[decided.outcomes[fact]!]!;
      if ((facts.state[fact]! & 7) !== INSTALLED && (verdict === APPROVE || verdict === WAIT)) {
        isOpen[facts.patch[fact]!] = 1;
      }
    }
  }
  const evidence = gatherEvidence(decided, ring);
  let [count, part, whole, failed] = [0, 0, 0, 0];
  isOpen.forEach((open, patch) => {
    if (open === 0) return;
    count += 1;
    part += evidence.installed[patch]!;
    whole += evidence.eligible[patch]!;
    failed += evidence.failed[patch]!;
  });
  return { patches: count, installs: { part, whole }, failed };
}

function promotionOf(candidates: readonly PromotionCandidate[]): RingPromotion {
  const of = (kind: string): readonly PromotionCandidate[] =>
    candidates.filter(({ state }) => state.kind === kind);
  const waiting = of("waiting");
  const soaking = waiting
    .filter(({ state }) => state.kind === "waiting" && state.reason === "SOAK")
    .sort((a, b) => a.soakedAt! - b.soakedAt!);
  return {
    ready: of("ready").map(({ patch }) => patch.id),
    soaking: soaking.length,
    gated: waiting.length - soaking.length,
    held: of("held").length,
    frozen: of("frozen").length,
    soakEndsAt: soaking[0]?.soakedAt ?? null,
    soakPatch: soaking[0]?.patch.id ?? null,
  };
}
