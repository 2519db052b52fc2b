// The fleet of examples/small-company: one bookseller, an office and two shops, about 40 computers.
import { staleSince } from "./devices.mjs";
import { failed, ids, ignored, missing, on, pending, rebootRequired } from "./incidents.mjs";
import { commonStories } from "./stories.mjs";

const takenAt = "2026-06-17T12:30:00Z";
const zone = "Europe/London";
const RING = "production";

const clients = [
  {
    id: "brightwater",
    domain: "brightwater.example",
    contact: "it@brightwater.example",
    sites: [
      {
        id: "office",
        code: "office",
        zone,
        groups: [
          { prefix: "ws", role: "office", os: "w11-24", count: 12, pilots: 2 },
          { prefix: "ws", role: "office", os: "w11-25", count: 5, pilots: 1 },
          { prefix: "ws", role: "office", os: "w10", count: 5, pilots: 1 },
          { prefix: "srv", role: "file", os: "s22", count: 2, pilots: 1, critical: true },
          { prefix: "srv", role: "web", os: "d11", count: 3, pilots: 1, exposed: "yes" },
        ],
      },
      {
        id: "shop-north",
        code: "north",
        zone,
        groups: [{ prefix: "till", role: "office", os: "w11-24", count: 6, tags: ["till"] }],
      },
      {
        id: "shop-south",
        code: "south",
        zone,
        groups: [{ prefix: "till", role: "office", os: "w11-24", count: 6, tags: ["till"] }],
      },
    ],
  },
];

const rules = {
  "patches/windows-security": { file: "rules/patches.yaml", soakDays: 7 },
  "patches/debian-security": { file: "rules/patches.yaml", soakDays: 7 },
  "patches/applications": { file: "rules/patches.yaml", soakDays: 7 },
};

const MAY_11 = "KB5089549";

export const smallCompany = {
  name: "small company",
  folder: "examples/small-company",
  schemas: "../../",
  at: "2026-06-17T12:45:00Z",
  takenAt,
  minDevices: 1,
  firstRing: "pilot",
  ringOf: () => RING,
  clients,
  rules,
  stories: [
    ...commonStories({
      workstations: RING,
      servers: RING,
      rules: {
        windows: "patches/windows-security",
        debian: "patches/debian-security",
        applications: "patches/applications",
        tools: "patches/applications",
      },
    }),
    {
      id: "driver:example-display@31.0.101",
      os: ["w11-24", "w11-25"],
      share: 0.4,
      settled: true,
      manual: true,
      rule: "patches/drivers",
      promoted: [],
    },
  ],
  stale: staleSince(takenAt, { "office-ws-011": 6, "south-till-006": 15 }),
  incidents: {
    ...on([...ids("office-ws", 9, 10), ...ids("north-till", 4)], MAY_11, missing),
    ...on(ids("north-till", 5), MAY_11, pending("2026-06-16T09:05:00Z")),
    ...on(
      ids("south-till", 2),
      MAY_11,
      failed(1, "2026-06-15T10:20:00Z", "0x80070070: there is not enough space on the disk"),
    ),
    ...on(ids("office-ws", 14), MAY_11, rebootRequired),
    ...on(ids("office-ws", 1), "KB5094126", pending("2026-06-09T18:30:00Z")),
    ...on([...ids("north-till", 1, 6), ...ids("south-till", 1, 4)], "app:7zip@26.01", ignored),
    ...on(ids("south-till", 5, 6), "app:7zip@26.01", missing),
    ...on(ids("office-srv", 4), "apt:git@1:2.30.2-1+deb11u5", missing),
  },
};
