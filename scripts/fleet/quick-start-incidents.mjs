// What went differently in the fleet of policies/.
import {
  failed,
  ids,
  ignored,
  installedByHand,
  installing,
  missing,
  noFact,
  on,
  pending,
  rebootRequired,
} from "./incidents.mjs";

const MAY_11 = "KB5089549";
const LABEL = "app:label-print@5.4.1";
const GIT = "apt:git@1:2.30.2-1+deb11u5";

export const quickStartIncidents = {
  // June in pilot: Windows 10 failed on one device, Server 2019 waits for its reboots, Docker misses its gate.
  ...on(
    ids("hbr-dep-ws", 1),
    "KB5094127",
    failed(1, "2026-06-15T22:14:00Z", "0x800f0922: the update could not be installed"),
  ),
  ...on(ids("acme-hq-srv", 4), "KB5094123", rebootRequired),
  ...on(ids("acme-plant-srv", 1), "KB5094123", rebootRequired),
  ...on(ids("mer-lab-srv", 5), "app:docker@29.5.3", pending("2026-06-07T06:30:00Z")),
  ...on(ids("acme-hq-ws", 34), "KB5094126", missing),
  ...on(ids("oak-cam-ws", 32), "KB5094126", pending("2026-06-09T18:30:00Z")),
  ...on([...ids("hbr-ham-dev", 1), ...ids("mer-lab-dev", 1)], "app:python@3.14.6", missing),
  ...on(ids("acme-hq-dev", 2), "app:python@3.14.6", installing),
  ...on([...ids("acme-hq-dev", 3), ...ids("mer-lab-dev", 1)], "app:terraform@1.15.6", missing),
  ...on([...ids("acme-hq-srv", 8, 9), ...ids("hbr-ham-srv", 11)], "app:helm@4.2.1", missing),

  // May in production: devices back from leave, failures at every stage of the retry rule, a reboot to come.
  ...on(
    [
      ...ids("acme-hq-ws", 23, 28),
      ...ids("acme-plant-ws", 8, 10),
      ...ids("hbr-ham-ws", 13, 16),
      ...ids("oak-cam-ws", 20, 23),
      ...ids("mer-cli-ws", 18, 20),
    ],
    MAY_11,
    missing,
  ),
  ...on(
    ids("acme-hq-ws", 17),
    MAY_11,
    failed(3, "2026-06-12T10:41:00Z", "0x80070070: there is not enough space on the disk"),
  ),
  ...on(
    ids("oak-cam-ws", 11),
    MAY_11,
    failed(1, "2026-06-16T14:05:00Z", "0x80240034: the download was interrupted"),
  ),
  ...on(
    [...ids("acme-hq-ws", 22), ...ids("hbr-ham-ws", 9)],
    MAY_11,
    failed(2, "2026-06-15T11:20:00Z", "0x80073712: the component store is damaged"),
  ),
  ...on(ids("acme-hq-ws", 12), MAY_11, rebootRequired),
  ...on(ids("acme-plant-ws", 4), MAY_11, installing),
  ...on(ids("acme-hq-ws", 40), "KB5094126", installedByHand("2026-06-11T19:42:00Z")),
  ...on(ids("oak-cam-srv", 3), "KB5087545", rebootRequired),

  // Superseded: April is still reported where May is installed or on its way.
  ...on(ids("oak-cam-srv", 2), "KB5082142", missing),
  ...on(ids("mer-cli-srv", 2), "KB5082142", missing),
  ...on(ids("mer-cli-srv", 2), "KB5087545", pending("2026-06-16T02:05:00Z")),
  ...on(ids("mer-lab-cnc", 1, 2), "KB3031432", installedByHand("2015-02-17T09:10:00Z")),

  // MS12-068 on the CNC controllers of the plant: ignored there until the driver is replaced.
  ...on(ids("acme-plant-cnc", 1, 4), "KB2724197", ignored),
  ...on(ids("acme-plant-cnc", 1, 5), "KB3031432", noFact),

  // The kiosk hold: four approvals to take back, two kiosks not approved yet.
  ...on(ids("oak-lib-kiosk", 1, 4), MAY_11, pending("2026-06-15T20:00:00Z")),
  ...on(ids("oak-lib-kiosk", 5, 6), MAY_11, missing),

  // Approvals that no statement backs any more: ours are released, a person's is left alone.
  ...on(ids("acme-hq-dev", 5, 7), "app:dotnet-sdk@10.0.301", pending("2026-06-11T09:05:00Z")),
  ...on(ids("hbr-ham-dev", 3), "app:dotnet-sdk@10.0.301", pending("2026-06-12T13:30:00Z", "person")),

  // The recall of Label Print 5.4.1.
  ...on(
    [...ids("acme-plant-ws", 13, 18), ...ids("acme-wh-ws", 3, 6), ...ids("hbr-dep-ws", 2, 5)],
    LABEL,
    ignored,
  ),
  ...on(ids("acme-wh-ws", 2), LABEL, rebootRequired),
  ...on(
    ids("acme-plant-ws", 12),
    LABEL,
    failed(1, "2026-06-16T06:48:00Z", "1603: the removal stopped, files in use", "uninstall"),
  ),
  ...on([...ids("acme-wh-ws", 7), ...ids("hbr-dep-ws", 6)], LABEL, installedByHand("2026-06-09T15:12:00Z")),
  ...on(ids("hbr-dep-ws", 7), LABEL, installedByHand("2026-06-09T08:20:00Z")),

  // The emergency: servers rebuilt on 15 June from an old image came back without the fix.
  ...on([...ids("hbr-ham-srv", 8, 9), ...ids("oak-cam-srv", 6, 7)], GIT, {
    status: "missing",
    detectedAt: "2026-06-15T16:40:00Z",
  }),
  ...on(ids("mer-lab-srv", 3), GIT, { status: "missing", detectedAt: "2026-06-15T16:55:00Z" }),

  // The freezes: Hamburg's servers wait, the lab's approvals are taken back for its audit.
  ...on(ids("hbr-ham-srv", 4), "KB5087545", missing),
  ...on(ids("mer-lab-ws", 4, 5), "KB5082200", pending("2026-06-12T14:05:00Z")),

  // The Oakfield pilot of the feature update.
  ...on(ids("oak-cam-ws", 1), "feature:windows-11@25H2", installing),
};
