/** The workload as files: policy documents in YAML and snapshots in NDJSON (design 1.6), kept in bench/.cache. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createDevices, createWorkload, NOW } from "./fleet.mjs";
import { APPROVAL_NAMES, IMPLIED, STATUS_NAMES } from "./outcome.mjs";
import { createPolicy } from "./policy.mjs";
import { createRules } from "./rules.mjs";

/** Raise it when the generator changes, so that old files are not used again. */
const VERSION = 1;

export const cacheFolder =
  process.env.PATCHRING_BENCH_CACHE ?? fileURLToPath(new URL(".cache", import.meta.url));

/** The folder of a policy of `rules` rules; written when it is not there. */
export function ensurePolicy({ rules, full }) {
  const folder = path.join(cacheFolder, `v${VERSION}`, `policy-${rules}${full ? "-full" : ""}`);
  ensure(folder, (partial) => writeDocuments(partial, createPolicy(createRules(rules), { full })));
  return folder;
}

/** Writes `{ <file name>: <text> }` below a folder. */
export function writeDocuments(folder, documents) {
  for (const [name, text] of Object.entries(documents)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/** A snapshot of `devices` devices whose approvals mostly agree with the policy of `rules` rules. */
export function ensureSnapshot({ rules, full, devices }) {
  const file = path.join(
    cacheFolder,
    `v${VERSION}`,
    `snapshot-${rules}${full ? "-full" : ""}-${devices}.ndjson`,
  );
  ensure(file, (partial) => writeSnapshot(partial, createWorkload(createRules(rules), { full }), devices));
  return file;
}

function ensure(target, write) {
  if (existsSync(target)) return;
  mkdirSync(path.dirname(target), { recursive: true });
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  write(partial);
  renameSync(partial, target);
}

/** Size of a file in bytes. */
export function sizeOf(file) {
  return statSync(file).size;
}

function writeSnapshot(file, workload, count) {
  let facts = 0;
  for (const device of createDevices(workload)) {
    if (device.index === count) break;
    facts += device.count;
  }
  const out = openLines(file);
  out.write(formatHeader({ patches: workload.patches.length, devices: count, facts }));
  for (const patch of workload.patches) out.write(formatPatch(patch, workload));
  for (const device of createDevices(workload)) {
    if (device.index === count) break;
    out.write(formatDevice(device, workload));
  }
  out.close();
}

function openLines(file) {
  const handle = openSync(file, "w");
  let lines = [];
  let length = 0;
  const flush = () => {
    writeSync(handle, lines.join(""));
    lines = [];
    length = 0;
  };
  return {
    write(line) {
      lines.push(line, "\n");
      length += line.length;
      if (length > 4_000_000) flush();
    },
    close() {
      flush();
      closeSync(handle);
    },
  };
}

function formatHeader(counts) {
  return JSON.stringify({
    record: "header",
    format: "patchring.snapshot/1",
    takenAt: formatInstant(NOW),
    provider: "bench",
    complete: true,
    capabilities: {
      actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
      holdIsSafe: true,
      schedules: "backend",
    },
    counts,
  });
}

function formatPatch(patch, { patches, full }) {
  const { id, title, vendor, product, category, severity, cve } = patch;
  return JSON.stringify({
    record: "patch",
    id,
    title,
    vendor,
    product,
    category,
    severity,
    cves: [cve],
    ...(patch.cvss10 >= 0 && { cvss: patch.cvss10 / 10 }),
    ...(patch.kev && { kev: { addedOn: formatInstant(patch.date).slice(0, 10) } }),
    releasedAt: formatInstant(patch.date),
    supersedes: full ? patch.supersedes.map((old) => patches[old].id) : [],
  });
}

function formatDevice(device, { patches }) {
  const { client, site, type, os, tags } = device.class;
  const { family, name, version } = os;
  const head = {
    record: "device",
    id: device.id,
    name: `pc-${device.index}`,
    client,
    site,
    type,
    os: { family, name, version },
    tags,
    scannedAt: formatInstant(device.scannedAt),
  };
  const facts = [];
  for (let k = 0; k < device.count; k++) facts.push(formatFact(device, k, patches));
  return `${JSON.stringify(head).slice(0, -1)},"facts":[${facts.join(",")}]}`;
}

function formatFact(device, k, patches) {
  const status = device.status[k];
  const approval = device.approval[k];
  let text = `{"patch":"${patches[device.patch[k]].id}","status":"${STATUS_NAMES[status]}"`;
  if (approval !== IMPLIED[status]) text += `,"approval":"${APPROVAL_NAMES[approval]}"`;
  if (approval !== 0) text += device.ours[k] ? `,"approvalBy":"patchring"` : `,"approvalBy":"backend-policy"`;
  text += `,"detectedAt":"${formatInstant(device.detectedAt[k])}"`;
  if (device.installedAt[k] > 0)
    text += `,"installedAt":"${formatInstant(device.installedAt[k])}","installedBy":"backend"`;
  if (device.attempts[k] > 0) {
    text += `,"attempts":${device.attempts[k]},"lastAttemptAt":"${formatInstant(device.lastAttemptAt[k])}"`;
  }
  return `${text}}`;
}

const days = new Map();

/** RFC 3339 in UTC; the date is remembered, because the fleet has ten million instants on a few hundred days. */
export function formatInstant(at) {
  const day = Math.floor(at / 86_400);
  let date = days.get(day);
  if (date === undefined) days.set(day, (date = new Date(day * 86_400_000).toISOString().slice(0, 11)));
  const second = at - day * 86_400;
  const h = Math.floor(second / 3600);
  const m = Math.floor(second / 60) % 60;
  const s = second % 60;
  return `${date}${h < 10 ? "0" : ""}${h}:${m < 10 ? "0" : ""}${m}:${s < 10 ? "0" : ""}${s}Z`;
}
