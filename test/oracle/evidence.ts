/** What the snapshot says about a patch in the ring before (design 4.1), and which gate is shut. */
import type { Instant, Verdict } from "../../src/core/model.ts";
import type { Gates, Ring } from "../../src/core/policy.ts";
import { ceilPercent, isAtLeastPercent, isAtMostPercent } from "./rational.ts";
import { settle } from "./settle.ts";
import { type Device, type Fact, factOf, type KnownPatch, type World } from "./world.ts";

/** A device with its fact for the patch in question. */
interface Holder {
  readonly device: Device;
  readonly fact: Fact;
}

export interface Evidence {
  readonly eligible: readonly Holder[];
  readonly installed: readonly Holder[];
  readonly failed: readonly Holder[];
  readonly t0: Instant | null;
}

const ELIGIBLE_VERDICTS: readonly Verdict[] = ["approve", "wait", "leave"];

function holdersIn(world: World, ringName: string, patch: KnownPatch): readonly Holder[] {
  const holders: Holder[] = [];
  for (const device of world.devices) {
    const fact = factOf(device, patch);
    if (fact !== null && world.ringOf(device)?.name === ringName) holders.push({ device, fact });
  }
  return holders;
}

/**
 * "eligible: devices of P that are not stale, have a fact for p, and either have it `installed` or
 * have the verdict `approve`, `wait` or `leave` for it."
 */
function eligibleHolders(world: World, before: string, patch: KnownPatch): readonly Holder[] {
  return holdersIn(world, before, patch).filter(
    ({ device, fact }) =>
      !device.stale &&
      (fact.status === "installed" || ELIGIBLE_VERDICTS.includes(world.judge(device, patch).verdict)),
  );
}

function sortedDates(dates: readonly (Instant | null)[]): readonly Instant[] {
  return dates.filter((date) => date !== null).toSorted((a, b) => a - b);
}

/**
 * "let k = max(`minDevices`, ceil(`percent` × eligible / 100)); t0 is the k-th smallest `installedAt` of
 * the installed ones; none if fewer than k, or if k = 0. `first-install`: the smallest `installedAt`.
 * `approved`: the smallest `approvedAt` of the eligible ones."
 */
function clockStart(ring: Ring, eligible: readonly Holder[], installed: readonly Holder[]): Instant | null {
  const installs = sortedDates(installed.map(({ fact }) => fact.installedAt));
  switch (ring.soak.clock) {
    case "quorum": {
      const { percent, minDevices } = ring.soak.quorum;
      const k = Math.max(minDevices, ceilPercent(percent, eligible.length));
      return k === 0 ? null : (installs[k - 1] ?? null);
    }
    case "first-install":
      return installs[0] ?? null;
    case "approved":
      return sortedDates(eligible.map(({ fact }) => fact.approvedAt))[0] ?? null;
  }
}

export function gatherEvidence(world: World, ring: Ring, before: string, patch: KnownPatch): Evidence {
  const eligible = eligibleHolders(world, before, patch);
  const installed = eligible.filter(({ fact }) => fact.status === "installed");
  const failed = eligible.filter(({ fact }) => fact.status === "failed");
  return { eligible, installed, failed, t0: clockStart(ring, eligible, installed) };
}

/** "installedPercent: 100 × installed ≥ gate × eligible, and eligible ≥ 1." */
export function isInstalledEnough(gates: Gates, installed: number, eligible: number): boolean {
  return eligible >= 1 && isAtLeastPercent(installed, gates.installedPercent, eligible);
}

/** "failures: failed ≤ `failedDevices` and 100 × failed ≤ `failedPercent` × eligible." */
export function hasFewFailures(gates: Gates, failed: number, eligible: number): boolean {
  return failed <= gates.failedDevices && isAtMostPercent(failed, gates.failedPercent, eligible);
}

/** "`os` is "name version", `site` is "client/site", `tag:<prefix>` is each tag that starts with it." */
function attributeValues(device: Device, attribute: string): readonly string[] {
  if (attribute.startsWith("tag:")) {
    return device.tags.filter((tag) => tag.startsWith(attribute.slice("tag:".length)));
  }
  switch (attribute) {
    case "os":
      return device.os === null ? [] : [device.os];
    case "type":
      return device.type === null ? [] : [device.type];
    case "client":
      return device.client === null ? [] : [device.client];
    case "site":
      return device.site === null ? [] : [`${device.client ?? ""}/${device.site}`];
    case "app":
      return device.apps;
    default:
      throw new Error(`no such coverage attribute: ${attribute}`);
  }
}

/**
 * Devices of R "that are not stale, have p with status `missing`, `pending`, `failed` or `ignored`, and
 * whose verdict is not `ignore`, `uninstall` or `manual`". Those three verdicts are given before any
 * gate is looked at (steps 1 to 5), so asking for them here does not go in a circle.
 */
function asksForCoverage(world: World, ring: Ring, { device, fact }: Holder, patch: KnownPatch): boolean {
  if (device.stale || !["missing", "pending", "failed", "ignored"].includes(fact.status)) return false;
  const settled = settle(world, ring, device, patch);
  return settled.kind === "candidate" || settled.judgement.verdict === "leave";
}

/** "coverage: each value found among [those] devices of R … must be found on an installed (eligible) device of P." */
export function isCovered(world: World, ring: Ring, patch: KnownPatch, evidence: Evidence): boolean {
  const asking = holdersIn(world, ring.name, patch).filter((holder) =>
    asksForCoverage(world, ring, holder, patch),
  );
  return ring.gates.coverage.every((attribute) => {
    const found = evidence.installed.flatMap(({ device }) => attributeValues(device, attribute));
    return asking.every(({ device }) =>
      attributeValues(device, attribute).every((value) => found.includes(value)),
    );
  });
}
