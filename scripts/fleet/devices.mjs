// Makes the devices of a fleet from its clients, sites and groups.
import { between, chance } from "./chance.mjs";
import { DAY, HOUR, MINUTE, read, write } from "./clock.mjs";

const SYSTEMS = {
  w7: ["windows", "Windows 7", "SP1"],
  w10: ["windows", "Windows 10", "22H2"],
  "w11-24": ["windows", "Windows 11", "24H2"],
  "w11-25": ["windows", "Windows 11", "25H2"],
  s16: ["windows", "Windows Server 2016", undefined],
  s19: ["windows", "Windows Server 2019", undefined],
  s22: ["windows", "Windows Server 2022", undefined],
  s25: ["windows", "Windows Server 2025", undefined],
  d11: ["linux", "Debian", "11"],
  d12: ["linux", "Debian", "12"],
};

function operatingSystem(code) {
  const [family, name, version] = SYSTEMS[code];
  return { family, name, ...(version === undefined ? {} : { version }), arch: "x64" };
}

/** A shuffle-free way to pick "the first n": groups name their pilots by count. */
function makeDevice(fleet, client, site, group, number, index) {
  const id = `${site.code}-${group.prefix}-${String(number).padStart(3, "0")}`;
  const server = "sd".includes(group.os[0]);
  const takenAt = read(fleet.takenAt);
  const stale = fleet.stale[id];
  const scannedAt = stale === undefined ? takenAt - between(20, 700, id, "scan") * MINUTE : stale;
  const pilot = index < (group.pilots ?? 0);
  const tags = [...(pilot ? ["pilot"] : []), ...(group.tags ?? [])];
  const record = {
    id,
    name: `${id}.${client.domain}`,
    client: client.id,
    site: site.id,
    type: server ? "server" : "workstation",
    os: operatingSystem(group.os),
    ...(tags.length === 0 ? {} : { tags }),
    ...(group.apps === undefined ? {} : { apps: group.apps }),
    timezone: site.zone,
    ...(scannedAt === null
      ? {}
      : {
          lastSeenAt: write(stale === undefined ? takenAt - between(1, 19, id, "seen") * MINUTE : scannedAt),
        }),
    ...(scannedAt === null ? {} : { scannedAt: write(scannedAt) }),
    ...(server ? { critical: group.critical ?? chance(id, "critical") < 0.3 } : {}),
    exposed: group.exposed ?? "no",
    contact: site.contact ?? client.contact,
  };
  return {
    record,
    os: group.os,
    role: group.role,
    pilot,
    zone: site.zone,
    effectiveAt: scannedAt ?? takenAt - 30 * DAY,
  };
}

/** Every device of the fleet, with what the simulation needs to know beside its record; sorted by id. */
export function makeDevices(fleet) {
  const devices = [];
  for (const client of fleet.clients)
    for (const site of client.sites) {
      const used = {};
      for (const group of site.groups)
        for (let index = 0; index < group.count; index += 1) {
          used[group.prefix] = (used[group.prefix] ?? 0) + 1;
          devices.push(makeDevice(fleet, client, site, group, used[group.prefix], index));
        }
    }
  return devices.sort((a, b) => (a.record.id < b.record.id ? -1 : 1));
}

/** Stale devices by id: the instant of their last scan, or null for one that never reported a scan. */
export function staleSince(takenAt, daysById) {
  return Object.fromEntries(
    Object.entries(daysById).map(([id, days]) => [
      id,
      days === null ? null : read(takenAt) - days * DAY - 3 * HOUR,
    ]),
  );
}
