// Writes a `patchring.snapshot/1` file: header, patches, devices, one JSON object a line.
import { gzipSync } from "node:zlib";

const CAPABILITIES = {
  actions: ["approve", "ignore", "do-nothing", "reprocess", "uninstall"],
  holdIsSafe: true,
  schedules: "reconciler",
};

/** A patch of the catalogue as a snapshot carries it: what we know about its source stays behind. */
function patchRecord(entry, firstSeenAt) {
  const { source: _source, ...patch } = entry;
  const seen = firstSeenAt === undefined ? {} : { firstSeenAt };
  return { record: "patch", ...patch, ...seen };
}

/** The text of a snapshot; the same input gives the same text. */
export function snapshotText({ takenAt, patches, devices, firstSeenAt }) {
  const facts = devices.reduce((sum, device) => sum + device.facts.length, 0);
  const header = {
    record: "header",
    format: "patchring.snapshot/1",
    takenAt,
    provider: "file",
    complete: true,
    capabilities: CAPABILITIES,
    counts: { patches: patches.length, devices: devices.length, facts },
  };
  const lines = [
    header,
    ...patches.map((entry) => patchRecord(entry, firstSeenAt[entry.id])),
    ...devices.map((device) => ({ record: "device", ...device })),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Gzip without a time and with a fixed operating system byte, so that only the content counts. */
export function gzipText(text) {
  const bytes = gzipSync(Buffer.from(text, "utf8"), { level: 9 });
  bytes.fill(0, 4, 8);
  bytes[9] = 255;
  return bytes;
}
