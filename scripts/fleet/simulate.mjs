// Plays a fleet's history: pilots are approved and install, evidence is gathered, promotions are
// merged, production installs in its windows. What stands at the end are the facts of the snapshot.
import { between, chance } from "./chance.mjs";
import { DAY, HOUR, MINUTE, nextRun, nextWindow, read, write } from "./clock.mjs";
import { promotionFile } from "./promotion-file.mjs";

const KEEP = ["missing", "pending", "installing", "failed", "ignored", "reboot-required"];

function applies(story, device) {
  if (story.os !== undefined && !story.os.includes(device.os)) return false;
  if (story.roles !== undefined && !story.roles.includes(device.role)) return false;
  if (story.tags !== undefined && !story.tags.some((tag) => (device.record.tags ?? []).includes(tag)))
    return false;
  return story.share === undefined || chance(device.record.id, story.id, "share") < story.share;
}

/** When a patch could be had. A plain date counts from 17:00 UTC, the hour of Patch Tuesday. */
function publishedAt(patch, story) {
  const dated = patch.releasedAt ?? story.firstSeenAt;
  return read(dated) + (dated.endsWith("T00:00:00Z") ? 17 * HOUR : 0);
}

/** When the first ring's approval went out: the first run after patch date and delay. */
function pilotApprovedAt(patch, story) {
  return nextRun(publishedAt(patch, story) + (story.delayDays ?? 0) * DAY);
}

function detectedAt(patch, story, device) {
  const release = publishedAt(patch, story);
  const enrolled = read(story.enrolledAt ?? "2026-04-01T06:00:00Z");
  return Math.max(release, enrolled) + between(20, 300, device.record.id, patch.id, "detected") * MINUTE;
}

/** The fact that follows from an approval (or none yet) and an install (or none yet) as of the device's last scan. */
function factAt(device, patch, story, approvedAt, installedAt) {
  const seen = device.effectiveAt;
  const detected = detectedAt(patch, story, device);
  if (detected > seen) return null;
  const fact = { patch: patch.id, status: "missing", detectedAt: write(detected) };
  if (approvedAt === null || approvedAt > seen) return fact;
  const approved = { approvalBy: "patchring", approvedAt: write(Math.max(approvedAt, detected)) };
  if (installedAt > seen) return { ...fact, status: "pending", approval: "approve", ...approved };
  return {
    patch: patch.id,
    status: "installed",
    approval: "none",
    detectedAt: fact.detectedAt,
    approvedAt: approved.approvedAt,
    installedAt: write(Math.max(installedAt, detected)),
    installedBy: "backend",
  };
}

/** Most devices of a patch that a rule ignores were told so by an earlier run; a few were found since. */
function settled(fact, story, device) {
  if (fact === null || !story.settled || chance(device.record.id, story.id, "settled") >= 0.85) return fact;
  return { ...fact, status: "ignored", approval: "ignore", approvalBy: "patchring" };
}

function pilotFact(device, patch, story) {
  const approvedAt = Math.max(pilotApprovedAt(patch, story), detectedAt(patch, story, device) + 10 * MINUTE);
  const [from, to] = story.lagHours ?? [2, 20];
  const lag = between(from * 60, to * 60, device.record.id, patch.id, "lag") * MINUTE;
  return factAt(device, patch, story, story.manual ? null : approvedAt, approvedAt + lag);
}

function productionFact(device, patch, story, mergedAt) {
  const approvedAt =
    mergedAt === undefined ? null : nextWindow(mergedAt + 5 * MINUTE, device.zone, device.record.type);
  const late = chance(device.record.id, patch.id, "late");
  const days =
    device.record.type === "server" || late < 0.7 ? 0 : between(1, 6, device.record.id, patch.id, "days");
  const minutes = between(18, 170, device.record.id, patch.id, "minutes");
  return factAt(device, patch, story, approvedAt, (approvedAt ?? 0) + days * DAY + minutes * MINUTE);
}

/** Lays a told incident over the played history: the keys given replace, `null` removes the fact. */
function withIncident(fleet, device, fact, patch) {
  const incident = fleet.incidents[`${device.record.id} ${patch.id}`];
  if (incident === undefined) return fact;
  if (incident === null) return null;
  const approvedAt = incident.approval === "approve" ? fact?.approvedAt : undefined;
  const base = KEEP.includes(incident.status) ? { detectedAt: fact?.detectedAt, approvedAt } : fact;
  return { ...base, patch: patch.id, ...incident };
}

function evidenceOf(fleet, story, rule, pilots, facts) {
  const quorum = { percent: 80, minDevices: fleet.minDevices };
  const rows = pilots
    .map((device) => ({ device, fact: facts.get(`${device.record.id} ${story.id}`) }))
    .filter((row) => row.fact !== undefined);
  const dates = rows
    .flatMap(({ fact }) => (fact.installedAt === undefined ? [] : [read(fact.installedAt)]))
    .sort((a, b) => a - b);
  const k = Math.max(quorum.minDevices, Math.ceil((quorum.percent * rows.length) / 100));
  const t0 = dates[k - 1];
  const gate = dates[Math.ceil(0.9 * rows.length) - 1];
  const failed = rows.filter(({ fact }) => fact.status === "failed").length;
  if (t0 === undefined || gate === undefined || failed > 0)
    throw new Error(
      `${fleet.name}: ${story.id} cannot have been promoted: ${dates.length} of ${rows.length} pilots have it`,
    );
  const metAt = t0 + rule.soakDays * DAY;
  const at = nextRun(Math.max(metAt, gate));
  const done = rows.filter(({ fact }) => fact.installedAt !== undefined && read(fact.installedAt) <= at);
  const os = {};
  for (const { device } of done) {
    const name = [device.record.os.name, device.record.os.version].filter(Boolean).join(" ");
    os[name] = (os[name] ?? 0) + 1;
  }
  const pending = rows.length - done.length;
  return {
    at,
    t0,
    metAt,
    quorum,
    soak: `${rule.soakDays}d`,
    eligible: rows.length,
    installed: done.length,
    failed: 0,
    pending,
    os,
  };
}

/** Plays the whole history. `promotions` are the files that the story says were merged. */
export function simulate(fleet, patches, devices) {
  const byId = new Map(patches.map((patch) => [patch.id, patch]));
  const facts = new Map();
  const promotions = [];
  const play = (device, story, fact) => {
    const result = withIncident(fleet, device, fact, byId.get(story.id));
    if (result !== null) facts.set(`${device.record.id} ${story.id}`, result);
  };
  const pilots = devices.filter((device) => device.pilot);
  for (const story of fleet.stories)
    for (const device of pilots.filter((each) => applies(story, each)))
      play(device, story, settled(pilotFact(device, byId.get(story.id), story), story, device));
  for (const story of fleet.stories) {
    const mergedAt = {};
    const tried = pilots.some((device) => applies(story, device));
    for (const ring of tried ? story.promoted : []) {
      const rule = fleet.rules[story.rule];
      const evidence = evidenceOf(fleet, story, rule, pilots, facts);
      mergedAt[ring] = story.mergedAt === undefined ? evidence.at + 27 * HOUR : read(story.mergedAt);
      if (mergedAt[ring] < evidence.at)
        throw new Error(`${story.id} was merged before its evidence of ${write(evidence.at)}`);
      promotions.push(promotionFile(fleet, byId.get(story.id), ring, story.rule, rule.file, evidence));
    }
    for (const device of devices.filter((each) => !each.pilot && applies(story, each))) {
      const fact = productionFact(device, byId.get(story.id), story, mergedAt[fleet.ringOf(device)]);
      play(device, story, settled(fact, story, device));
    }
  }
  return { facts, promotions };
}
