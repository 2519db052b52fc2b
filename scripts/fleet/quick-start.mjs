// The fleet of policies/: four clients of an internal IT department, nine sites, about 290 devices.
import { staleSince } from "./devices.mjs";
import { quickStartIncidents } from "./quick-start-incidents.mjs";
import { commonStories } from "./stories.mjs";

const takenAt = "2026-06-17T08:30:00Z";
const office = (os, count, pilots) => ({
  prefix: "ws",
  role: "office",
  os,
  count,
  pilots,
  apps: ["office-suite"],
});
const label = (os, count, pilots) => ({
  prefix: "ws",
  role: "label",
  os,
  count,
  pilots,
  tags: ["app:label-print"],
  apps: ["label-print", "warehouse-client"],
});
const developer = (os, count, pilots) => ({
  prefix: "dev",
  role: "dev",
  os,
  count,
  pilots,
  tags: ["developer"],
});
const kiosk = (os, count) => ({ prefix: "kiosk", role: "kiosk", os, count, tags: ["kiosk"] });
const cnc = (count) => ({
  prefix: "cnc",
  role: "cnc",
  os: "w7",
  count,
  tags: ["cnc"],
  apps: ["line-control"],
});
const server = (role, os, count, pilots, more = {}) => ({ prefix: "srv", role, os, count, pilots, ...more });

const clients = [
  {
    id: "acme",
    domain: "acme.example",
    contact: "it@acme.example",
    sites: [
      {
        id: "hq",
        code: "acme-hq",
        zone: "Europe/London",
        groups: [
          office("w11-24", 30, 4),
          office("w11-25", 14, 4),
          office("w10", 8, 4),
          developer("w11-25", 8, 3),
          server("file", "s22", 3, 1),
          server("app", "s19", 2, 1, { critical: true }),
          server("host", "s25", 2, 1),
          server("container", "d12", 3, 2),
        ],
      },
      {
        id: "plant",
        code: "acme-plant",
        zone: "Europe/Berlin",
        contact: "line-support@acme.example",
        groups: [
          office("w11-24", 10, 0),
          label("w10", 8, 2),
          cnc(5),
          kiosk("w10", 4),
          server("app", "s19", 2, 1, { critical: true }),
          server("app", "s16", 2, 1, { critical: true }),
        ],
      },
      {
        id: "warehouse",
        code: "acme-wh",
        zone: "Europe/London",
        groups: [label("w11-24", 10, 2), kiosk("w11-25", 5), server("file", "s22", 1)],
      },
    ],
  },
  {
    id: "harbor",
    domain: "harbor.example",
    contact: "servicedesk@harbor.example",
    sites: [
      {
        id: "hamburg",
        code: "hbr-ham",
        zone: "Europe/Berlin",
        groups: [
          office("w11-24", 16, 2),
          developer("w11-24", 6, 1),
          server("file", "s22", 4, 1),
          server("web", "d11", 6, 2, { exposed: "yes" }),
          server("container", "d12", 3, 1),
        ],
      },
      {
        id: "depot",
        code: "hbr-dep",
        zone: "Europe/London",
        groups: [label("w10", 8, 1), office("w10", 4, 1), server("app", "s19", 2, 1)],
      },
    ],
  },
  {
    id: "meridian",
    domain: "meridian.example",
    contact: "it@meridian.example",
    sites: [
      {
        id: "clinic",
        code: "mer-cli",
        zone: "America/New_York",
        groups: [
          office("w11-24", 22, 2),
          office("w11-25", 8, 1),
          kiosk("w11-24", 4),
          server("file", "s22", 3, 1, { critical: true }),
          server("app", "s16", 2),
        ],
      },
      {
        id: "lab",
        code: "mer-lab",
        zone: "America/New_York",
        groups: [
          office("w10", 8, 1),
          developer("w11-24", 6, 1),
          cnc(2),
          server("db", "d11", 4, 1),
          server("container", "d12", 3, 2),
        ],
      },
    ],
  },
  {
    id: "oakfield",
    domain: "oakfield.example",
    contact: "helpdesk@oakfield.example",
    sites: [
      {
        id: "campus",
        code: "oak-cam",
        zone: "Europe/London",
        groups: [
          office("w11-24", 30, 3),
          office("w11-25", 10, 2),
          server("file", "s22", 3, 1),
          server("web", "d11", 4, 1, { exposed: "yes" }),
          server("host", "s25", 1),
        ],
      },
      {
        id: "library",
        code: "oak-lib",
        zone: "Europe/London",
        groups: [kiosk("w11-24", 8), office("w10", 6, 1), server("app", "s19", 1)],
      },
    ],
  },
];

const rules = {
  "microsoft/security": { file: "rules/microsoft.yaml", soakDays: 7 },
  "microsoft/tools": { file: "rules/microsoft.yaml", soakDays: 7 },
  "exploited/known": { file: "rules/exploited.yaml", soakDays: 2 },
  "debian/security": { file: "rules/debian.yaml", soakDays: 3 },
  "third-party/applications": { file: "rules/third-party.yaml", soakDays: 7 },
  "line-of-business/label-print": { file: "rules/line-of-business.yaml", soakDays: 7 },
};

const WORKSTATIONS = "production-workstations";
const SERVERS = "production-servers";

const stories = [
  ...commonStories({
    workstations: WORKSTATIONS,
    servers: SERVERS,
    // The CNC controllers on Windows 7 need it too, and no pilot runs Windows 7: the gap in coverage.
    sevenZip: [],
    rules: {
      windows: "microsoft/security",
      debian: "debian/security",
      exploited: "exploited/known",
      applications: "third-party/applications",
      tools: "microsoft/tools",
    },
  }),
  { id: "KB2724197", os: ["w7"], rule: "microsoft/security", promoted: [] },
  { id: "KB3031432", os: ["w7"], rule: "microsoft/security", promoted: [] },
  {
    id: "app:label-print@5.4.0",
    roles: ["label"],
    rule: "line-of-business/label-print",
    delayDays: 2,
    promoted: [WORKSTATIONS],
  },
  {
    id: "app:label-print@5.4.1",
    roles: ["label"],
    rule: "line-of-business/label-print",
    delayDays: 2,
    promoted: [],
  },
  { id: "app:postgresql@18.4", roles: ["db"], manual: true, rule: "third-party/databases", promoted: [] },
  {
    id: "app:mysql@9.7.1",
    roles: ["app"],
    os: ["s19"],
    manual: true,
    rule: "third-party/databases",
    promoted: [],
  },
  { id: "app:dotnet-sdk@10.0.301", roles: ["dev"], manual: true, rule: "microsoft/tools", promoted: [] },
  {
    id: "feature:windows-11@25H2",
    os: ["w11-24"],
    roles: ["office"],
    manual: true,
    rule: "microsoft/feature-updates",
    promoted: [],
  },
  {
    id: "driver:example-display@31.0.101",
    os: ["w11-24", "w11-25"],
    roles: ["office"],
    share: 0.35,
    manual: true,
    rule: "drivers/all",
    settled: true,
    promoted: [],
  },
  {
    id: "driver:example-dock@4.12",
    roles: ["dev"],
    share: 0.6,
    manual: true,
    rule: "drivers/all",
    settled: true,
    promoted: [],
  },
];

export const quickStart = {
  name: "quick start",
  folder: "policies",
  schemas: "../",
  at: "2026-06-17T09:00:00Z",
  takenAt,
  minDevices: 1,
  firstRing: "pilot",
  ringOf: (device) => (device.record.type === "server" ? SERVERS : WORKSTATIONS),
  clients,
  rules,
  stories,
  stale: staleSince(takenAt, {
    "acme-hq-ws-029": 3,
    "acme-hq-dev-008": null,
    "acme-plant-ws-006": 12,
    "acme-wh-ws-009": 5,
    "hbr-dep-ws-007": 7,
    "hbr-ham-ws-012": 4,
    "mer-cli-ws-012": 4,
    "mer-lab-ws-007": 30,
    "oak-cam-ws-015": 7,
    "oak-cam-ws-023": 4,
    "oak-cam-ws-028": 9,
    "oak-lib-kiosk-008": 6,
  }),
  incidents: quickStartIncidents,
};
