/**
 * The fleet of the benchmark: patches, device classes and devices with 80 to 120 facts each, from a seed.
 * About two facts in a hundred need a change: most approvals in force agree with the policy already.
 */
import { createWinners } from "./match.mjs";
import * as outcome from "./outcome.mjs";
import { createRandom } from "./random.mjs";
import { CATEGORIES, CLIENTS, FAMILIES, RINGS, SEVERITIES, SITES, SYSTEMS, TAGS, VENDORS } from "./rules.mjs";

const { STATUS } = outcome;

/** The instant of every decision in the benchmark, seconds since 1970. */
export const NOW = Date.UTC(2026, 2, 18, 8, 30) / 1000;
const DAY = 86_400;

export const PATCH_COUNT = 5000;
export const CLASS_COUNT = 500;

/** Patches, each for one operating system; `successor` is the index of the one that supersedes it, or -1. */
export function createPatches(seed = 11) {
  const random = createRandom(seed);
  const newest = new Map();
  const patches = [];
  for (let i = 0; i < PATCH_COUNT; i++) {
    const system = i % SYSTEMS.length;
    const vendor = random.pick(VENDORS);
    const product = `${random.pick(FAMILIES)} ${2019 + random.below(5)}`;
    const date = NOW - Math.floor(((PATCH_COUNT - i) / PATCH_COUNT) * 700 * DAY) - random.below(DAY);
    const chain = `${system} ${vendor} ${product}`;
    const previous = newest.get(chain);
    const supersedes = previous !== undefined && random.chance(50) ? [previous] : [];
    newest.set(chain, i);
    const patch = {
      index: i,
      id: random.guid(),
      system,
      title: `${date % 2 ? "Cumulative" : "Security"} update for ${vendor} ${product} (${i})`,
      vendor,
      product,
      category: random.pick(CATEGORIES),
      severity: random.pick(SEVERITIES),
      cvss10: random.chance(10) ? -1 : random.below(101),
      kev: random.chance(2),
      cve: `CVE-2025-${10_000 + i}`,
      date,
      successor: -1,
      supersedes,
    };
    patch.lower = {
      id: patch.id,
      vendor: vendor.toLowerCase(),
      product: product.toLowerCase(),
      category: patch.category,
      severity: patch.severity,
      cvss10: patch.cvss10,
      kev: patch.kev,
    };
    for (const old of supersedes) patches[old].successor = i;
    patches.push(patch);
  }
  return patches;
}

/** Device classes: devices that no rule of the policy can tell apart. */
export function createClasses(seed = 13) {
  const random = createRandom(seed);
  return Array.from({ length: CLASS_COUNT }, (_, i) => {
    const system = SYSTEMS[i % SYSTEMS.length];
    const ring = random.pick(RINGS);
    const tags = [`ring-${ring}`, ...random.some(TAGS, random.below(4))];
    const site = { client: random.pick(CLIENTS), site: random.pick(SITES), ring, tags };
    return {
      index: i,
      system: i % SYSTEMS.length,
      ...site,
      type: system.type,
      os: system,
      lower: { ...site, type: system.type, os: `${system.name} ${system.version}`.toLowerCase() },
    };
  });
}

/** Everything but the devices, which are made one at a time: see `createDevices`. */
export function createWorkload(rules, { full = false } = {}) {
  const patches = createPatches();
  const classes = createClasses();
  return { rules, patches, classes, full, winnerOf: createWinners(rules, classes, patches) };
}

/**
 * Devices one after the other, without end. The yielded object is used again for the next one: its first
 * `count` entries of `patch`, `status`, `approval`, `ours`, `attempts`, `lastAttemptAt`, `detectedAt` and
 * `installedAt` are the facts (`ours`: patchring set the approval in force).
 */
export function* createDevices(workload, seed = 17) {
  const random = createRandom(seed);
  const pools = SYSTEMS.map((_, s) =>
    shuffled(
      workload.patches.filter((p) => p.system === s).map((p) => p.index),
      random,
    ),
  );
  const device = { index: 0, id: "", class: null, stale: false, scannedAt: 0, count: 0 };
  for (const name of [
    "patch",
    "status",
    "approval",
    "ours",
    "attempts",
    "lastAttemptAt",
    "detectedAt",
    "installedAt",
  ]) {
    device[name] = new Array(128).fill(0);
  }
  for (let index = 0; ; index++) {
    device.index = index;
    device.id = random.guid();
    device.class = workload.classes[random.below(workload.classes.length)];
    device.stale = random.chance(1);
    device.scannedAt = NOW - (device.stale ? 4 * DAY : 0) - random.below(20 * 3600);
    choosePatches(device, pools[device.class.system], random);
    chooseStates(device, workload, random);
    yield device;
  }
}

function shuffled(list, random) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

function choosePatches(device, pool, random) {
  const count = 80 + random.below(41);
  const step = pool.length / count;
  const start = random.below(pool.length);
  for (let k = 0; k < count; k++) {
    device.patch[k] = pool[(start + Math.floor(k * step) + random.below(Math.floor(step))) % pool.length];
  }
  device.count = count;
}

function chooseStates(device, workload, random) {
  const covered = workload.full ? findCovered(device, workload) : null;
  for (let k = 0; k < device.count; k++) {
    const patch = workload.patches[device.patch[k]];
    const verdict = covered?.[k] ? outcome.SUPERSEDED : wantedVerdict(device, patch, workload);
    device.detectedAt[k] = Math.max(patch.date, NOW - 90 * DAY) + random.below(7200);
    device.installedAt[k] = device.attempts[k] = device.lastAttemptAt[k] = 0;
    if (random.below(1000) < 20) disagree(device, k, verdict, random);
    else agree(device, k, verdict, random);
    if (device.status[k] === STATUS.installed)
      device.installedAt[k] = Math.min(NOW, device.detectedAt[k] + random.below(3 * DAY));
  }
}

/** Facts whose patch is superseded by another one on this device: good enough to keep the changes near 2 %. */
function findCovered(device, { patches }) {
  const here = new Set(device.patch.slice(0, device.count));
  return device.patch.slice(0, device.count).map((p) => {
    for (let q = patches[p].successor; q !== -1; q = patches[q].successor) if (here.has(q)) return true;
    return false;
  });
}

function wantedVerdict(device, patch, { rules, winnerOf, full }) {
  const winner = winnerOf(device.class.index, patch.index);
  const verdict = outcome.verdictOf(winner === -1 ? null : rules[winner], patch.date, NOW);
  const later = full && device.class.ring !== RINGS[0];
  return later && verdict === outcome.APPROVE ? outcome.WAIT : verdict;
}

function setState(device, k, status, approval, ours) {
  device.status[k] = status;
  device.approval[k] = approval;
  device.ours[k] = ours;
}

/** A state in which the verdict needs no action. */
function agree(device, k, verdict, random) {
  if (random.chance(55)) return setState(device, k, STATUS.installed, 0, false);
  if (random.chance(2)) return setState(device, k, STATUS.rebootRequired, 0, false);
  if (verdict === outcome.APPROVE)
    return setState(device, k, random.chance(3) ? STATUS.installing : STATUS.pending, 1, true);
  if (verdict === outcome.IGNORE) return setState(device, k, STATUS.ignored, 2, true);
  if (verdict === outcome.LEAVE && random.chance(20)) return setState(device, k, STATUS.pending, 1, false);
  return setState(device, k, STATUS.missing, 0, false);
}

/** A state in which it mostly does. */
function disagree(device, k, verdict, random) {
  if (verdict === outcome.APPROVE && random.chance(70)) return setState(device, k, STATUS.missing, 0, false);
  if (verdict === outcome.APPROVE) {
    device.attempts[k] = 1 + random.below(4);
    device.lastAttemptAt[k] = NOW - random.below(4 * DAY);
    return setState(device, k, STATUS.failed, 1, true);
  }
  if (verdict === outcome.IGNORE)
    return setState(device, k, random.chance(95) ? STATUS.pending : STATUS.installing, 1, true);
  return random.chance(80)
    ? setState(device, k, STATUS.pending, 1, true)
    : setState(device, k, STATUS.ignored, 2, true);
}
