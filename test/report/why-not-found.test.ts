import { expect, it } from "vitest";
import { nameFact } from "../../src/report/why/not-found.ts";
import { device, fact, patch, snapshot } from "../core/builders.ts";

const SNAPSHOT = snapshot(
  [
    patch("KB1", { kb: "1", bulletin: "MS26-001", cves: ["CVE-2026-1"] }),
    patch("KB2", { cves: ["CVE-2026-1"] }),
    patch("KB3", { cves: ["CVE-2026-3"] }),
    patch("KB4", { cves: ["CVE-2026-3"] }),
  ],
  [
    { ...device("ws-001", "pilot", fact("KB1", "missing")), name: "reception" },
    { ...device("ws-002", "pilot", fact("KB3", "missing"), fact("KB4", "missing")), name: "office" },
    { ...device("ws-003", "pilot"), name: "office" },
  ],
);

it.each([
  ["ws-001", "KB1", 0, 0],
  ["RECEPTION", "kb1", 0, 0],
  ["reception", "MS26-001", 0, 0],
  ["ws-001", "CVE-2026-1", 0, 0],
  ["ws-002", "KB4", 1, 3],
])("%s and %s are found", (typed, id, deviceIndex, patchIndex) => {
  expect(nameFact(SNAPSHOT, typed, id)).toEqual({ kind: "found", device: deviceIndex, patch: patchIndex });
});

it.each([
  ["ws-01", "KB1", 'No device has the id or name "ws-01". Did you mean ws-001?'],
  ["recepton", "KB1", 'No device has the id or name "recepton". Did you mean reception?'],
  ["zzzzzzzzzzz", "KB1", 'No device has the id or name "zzzzzzzzzzz".'],
  ["office", "KB1", '2 devices are named "office": ws-002, ws-003. Name one by its id.'],
  [
    "ws-001",
    "CVE-2026-2",
    'No patch of the snapshot has the id or alias "CVE-2026-2". Did you mean CVE-2026-1 or CVE-2026-3?',
  ],
  ["ws-002", "CVE-2026-3", '2 patches on this device are named "CVE-2026-3": KB3, KB4. Name one by its id.'],
  ["ws-\u001b[2J", "KB1", 'No device has the id or name "ws-\\x1b[2J".'],
])("%s and %s are not: the nearest are named", (typed, id, message) => {
  expect(nameFact(SNAPSHOT, typed, id)).toEqual({ kind: "unknown", message });
});

it.each([
  ["KB3", "ws-001 does not need KB3: the backend reports no fact for it there"],
  ["cve-2026-3", 'ws-001 does not need "cve-2026-3" (here KB3, KB4): the backend'],
])("a device without a fact does not need the patch: %s", (typed, start) => {
  const named = nameFact(SNAPSHOT, "ws-001", typed);
  expect(named).toMatchObject({ kind: "not-needed", message: expect.stringContaining(start) as string });
  expect(named).toMatchObject({
    message: expect.stringContaining("Its last scan was at 2026-03-18T08:00:00Z.") as string,
  });
});
