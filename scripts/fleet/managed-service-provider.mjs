// The fleet of examples/managed-service-provider: the provider's own office and fourteen clients,
// two sites each, about 400 computers in four time zones.
import { staleSince } from "./devices.mjs";
import {
  failed,
  ids,
  ignored,
  installedByHand,
  installing,
  missing,
  on,
  pending,
  rebootRequired,
} from "./incidents.mjs";
import { commonStories } from "./stories.mjs";

const takenAt = "2026-06-17T22:00:00Z";
const LONDON = "Europe/London";
const BERLIN = "Europe/Berlin";
const NEW_YORK = "America/New_York";
const CHICAGO = "America/Chicago";

/** Client, two-letter code, zones of its two sites, workstations on Windows 11 24H2, 25H2 and 10, web servers. */
const CLIENTS = [
  ["ashford-dental", "ad", LONDON, LONDON, 14, 4, 4, 0],
  ["bramble-foods", "bf", LONDON, BERLIN, 16, 4, 3, 1],
  ["calder-freight", "cf", LONDON, BERLIN, 14, 3, 5, 1],
  ["dunmore-homes", "dh", LONDON, LONDON, 12, 4, 2, 0],
  ["elbe-optik", "eo", BERLIN, BERLIN, 14, 4, 2, 1],
  ["fenwick-law", "fl", LONDON, NEW_YORK, 16, 6, 0, 1],
  ["garrick-media", "gm", NEW_YORK, LONDON, 12, 8, 0, 2],
  ["hudson-credit", "hc", NEW_YORK, CHICAGO, 18, 4, 2, 1],
  ["isar-maschinen", "im", BERLIN, BERLIN, 14, 2, 6, 0],
  ["juniper-schools", "js", LONDON, LONDON, 18, 6, 4, 1],
  ["kestrel-legal", "kl", LONDON, LONDON, 12, 3, 1, 0],
  ["lakeside-clinic", "lc", CHICAGO, CHICAGO, 16, 4, 4, 1],
  ["morrow-design", "md", NEW_YORK, NEW_YORK, 10, 6, 0, 1],
  ["norden-logistik", "nl", BERLIN, BERLIN, 16, 2, 4, 1],
];

const group = (prefix, role, os, count, pilots = 0, more = {}) => ({
  prefix,
  role,
  os,
  count,
  pilots,
  ...more,
});

function clientOf([id, code, mainZone, branchZone, w24, w25, w10, web]) {
  const branch = Math.floor(w24 / 3);
  return {
    id,
    domain: `${id}.example`,
    contact: `it@${id}.example`,
    sites: [
      {
        id: "main",
        code: `${code}-main`,
        zone: mainZone,
        groups: [
          group("ws", "office", "w11-24", w24 - branch, 1),
          group("ws", "office", "w11-25", w25, w25 > 3 ? 1 : 0),
          group("ws", "office", "w10", w10, w10 > 3 ? 1 : 0),
          group("srv", "file", "s22", 2, 0, { critical: true }),
          group("srv", "app", "s19", w10 > 0 ? 1 : 0),
          group("srv", "web", "d11", web, 0, { exposed: "yes" }),
        ],
      },
      {
        id: "branch",
        code: `${code}-branch`,
        zone: branchZone,
        groups: [group("ws", "office", "w11-24", branch), group("srv", "file", "s22", 1)],
      },
    ],
  };
}

/** The provider tries everything on its own computers first. */
const provider = {
  id: "northpoint",
  domain: "northpoint.example",
  contact: "noc@northpoint.example",
  sites: [
    {
      id: "noc",
      code: "np-noc",
      zone: LONDON,
      groups: [
        group("ws", "office", "w11-24", 6, 6),
        group("ws", "office", "w11-25", 6, 6),
        group("ws", "office", "w10", 3, 3),
        group("dev", "dev", "w11-25", 6, 4),
        group("srv", "file", "s22", 4, 4),
        group("srv", "app", "s19", 3, 3),
        group("srv", "web", "d11", 4, 4),
        group("srv", "container", "d12", 6, 4),
      ],
    },
  ],
};

const rules = {
  "microsoft/security": { file: "rules/microsoft.yaml", soakDays: 7 },
  "debian/security": { file: "rules/debian.yaml", soakDays: 4 },
  "applications/all": { file: "rules/applications.yaml", soakDays: 7 },
};

const WORKSTATIONS = "client-workstations";
const SERVERS = "client-servers";
const MAY_11 = "KB5089549";
const MAY_22 = "KB5087545";

export const managedServiceProvider = {
  name: "managed service provider",
  folder: "examples/managed-service-provider",
  schemas: "../../",
  at: "2026-06-17T22:30:00Z",
  takenAt,
  minDevices: 3,
  firstRing: "pilot",
  ringOf: (device) => (device.record.type === "server" ? SERVERS : WORKSTATIONS),
  clients: [provider, ...CLIENTS.map(clientOf)],
  rules,
  stories: [
    ...commonStories({
      workstations: WORKSTATIONS,
      servers: SERVERS,
      rules: {
        windows: "microsoft/security",
        debian: "debian/security",
        applications: "applications/all",
        tools: "applications/all",
      },
    }),
    {
      id: "feature:windows-11@25H2",
      os: ["w11-24"],
      manual: true,
      rule: "microsoft/feature-updates",
      promoted: [],
    },
    {
      id: "driver:example-display@31.0.101",
      os: ["w11-24", "w11-25"],
      share: 0.3,
      settled: true,
      manual: true,
      rule: "microsoft/drivers",
      promoted: [],
    },
  ],
  stale: staleSince(takenAt, {
    "ad-main-ws-007": 5,
    "bf-branch-ws-002": 11,
    "hc-main-ws-009": 4,
    "js-main-ws-012": 40,
    "lc-branch-ws-003": 6,
    "nl-main-ws-014": null,
  }),
  incidents: {
    ...on(
      [
        ...ids("gm-main-ws", 3, 5),
        ...ids("hc-main-ws", 5, 8),
        ...ids("hc-branch-ws", 1, 2),
        ...ids("lc-main-ws", 4, 7),
        ...ids("md-main-ws", 2, 3),
      ],
      MAY_11,
      missing,
    ),
    ...on(
      [...ids("ad-main-ws", 4), ...ids("kl-main-ws", 3)],
      MAY_11,
      failed(2, "2026-06-16T10:12:00Z", "0x800f0922: the update could not be installed"),
    ),
    ...on(
      ids("im-main-ws", 3),
      MAY_11,
      failed(3, "2026-06-16T08:31:00Z", "0x80073712: the component store is damaged"),
    ),
    ...on(ids("js-main-ws", 8, 9), MAY_11, pending("2026-06-07T09:05:00Z")),
    ...on(ids("eo-main-ws", 2), MAY_11, rebootRequired),
    ...on(ids("lc-main-ws", 2), MAY_11, installing),
    ...on(ids("dh-main-ws", 2), "KB5094126", installedByHand("2026-06-14T17:05:00Z")),
    ...on(
      [
        ...ids("bf-main-srv", 1),
        ...ids("cf-main-srv", 2),
        ...ids("dh-main-srv", 1, 2),
        ...ids("js-main-srv", 1),
      ],
      MAY_22,
      missing,
    ),
    ...on(ids("kl-main-srv", 1, 2), MAY_22, pending("2026-06-16T21:05:00Z")),
    ...on(ids("js-main-srv", 2), "KB5082142", missing),
    ...on(
      [...ids("fl-main-ws", 4, 11), ...ids("fl-main-ws", 13, 17), ...ids("fl-branch-ws", 1, 5)],
      "app:7zip@26.01",
      ignored,
    ),
    ...on(ids("fl-main-ws", 2, 3), "app:7zip@26.01", missing),
    ...on(ids("np-noc-srv", 6), "KB5094123", rebootRequired),
  },
};
