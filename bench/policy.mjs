/** The rules as policy documents (design 2), as a person would lay them out: one file a document. */
import { createPatches, NOW } from "./fleet.mjs";
import { createRandom } from "./random.mjs";
import { CLIENTS, RINGS, SITES, TAGS } from "./rules.mjs";

/**
 * Files of a policy: `{ <path>: <text> }`. Plain: rules over four first rings. Full: the rings follow each other
 * and decisions, holds, a recall, a freeze and a schedule are added.
 */
export function createPolicy(rules, { full = false } = {}) {
  const files = { "fleet.yaml": formatFleet() };
  RINGS.forEach(
    (ring, i) => (files[`rings/${ring}.yaml`] = formatRing(ring, full && i > 0 ? RINGS[i - 1] : null)),
  );
  for (const [document, members] of Map.groupBy
    ? Map.groupBy(rules, (r) => r.document)
    : groupByDocument(rules)) {
    files[`rules/${document}.yaml`] = formatRules(
      document,
      [...members].sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  }
  return full ? { ...files, ...createExtras() } : files;
}

function groupByDocument(rules) {
  const groups = new Map();
  for (const rule of rules) groups.set(rule.document, [...(groups.get(rule.document) ?? []), rule]);
  return groups;
}

/** A document's first lines. */
export function formatDocument(kind, name, spec, comment = "") {
  const head = comment === "" ? "" : `# ${comment}\n`;
  return `${head}apiVersion: patchring/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  owner: "@acme/patching"\nspec:\n${spec}`;
}

function formatFleet() {
  return formatDocument(
    "Fleet",
    "fleet",
    "  mode: propose\n  timezone: Europe/London\n  staleAfter: 72h\n  retries: { max: 3, backoff: 24h }\n",
    "The fleet.",
  );
}

function formatRing(ring, after) {
  const soak = "  soak: { for: 7d, clock: quorum, quorum: { percent: 80, minDevices: 1 } }\n";
  return formatDocument(
    "Ring",
    ring,
    `${after === null ? "" : `  after: ${after}\n`}  devices: { tags: ring-${ring} }\n${soak}`,
    `Devices that get patches ${after === null ? "first" : `after ${after}`}.`,
  );
}

function formatRules(document, rules) {
  const lines = rules.flatMap((rule) => [
    `    - name: ${rule.name}`,
    ...formatSelector(
      "patches",
      rule.conditions.filter((c) => c.side === "patch"),
    ),
    ...formatSelector(
      "devices",
      rule.conditions.filter((c) => c.side === "device"),
    ),
    ...(rule.rings === null ? [] : [`      rings: [${rule.rings.join(", ")}]`]),
    `      then: ${rule.then}`,
    ...(rule.delayDays > 0 ? [`      delay: ${rule.delayDays}d`] : []),
    `      priority: ${rule.priority}`,
    `      rationale: "Agreed with the owners of these devices."`,
  ]);
  return formatDocument(
    "ApprovalRules",
    document,
    `  rules:\n${lines.join("\n")}\n`,
    `Rules of ${document}.`,
  );
}

function formatSelector(name, conditions) {
  if (conditions.length === 0) return [];
  const line = ({ key, values }) =>
    `${key}: ${values.length === 1 ? JSON.stringify(values[0]) : `[${values.map((v) => JSON.stringify(v)).join(", ")}]`}`;
  return [
    `      ${name}:`,
    ...conditions.map((c) => (c.not ? `        not: { ${line(c)} }` : `        ${line(c)}`)),
  ];
}

function createExtras() {
  const random = createRandom(23);
  const patches = createPatches();
  const files = {};
  for (let i = 0; i < 20; i++) {
    const name = `decision-${String(i).padStart(2, "0")}`;
    const ids = [0, 1, 2].map(() => random.pick(patches).id);
    files[`decisions/${name}.yaml`] = formatDecision(
      name,
      ids,
      `{ client: ${random.pick(CLIENTS)} }`,
      random.pick(["ignore", "manual", "approve"]),
    );
  }
  for (let i = 0; i < 5; i++) {
    const spec = `  patches: ["${random.pick(patches).id}", "${random.pick(patches).id}"]\n  rings: [${random.pick(RINGS)}]\n  reason: "Breaks label printing"\n  until: 2026-06-30\n`;
    files[`holds/hold-${i}.yaml`] = formatDocument("Hold", `hold-${i}`, spec);
  }
  files["recalls/pull.yaml"] = formatDocument(
    "Recall",
    "pull",
    `  patches: ["${random.pick(patches).id}"]\n  reason: "Data loss"\n  ticket: INC-7\n`,
  );
  files["schedules/weeknights.yaml"] = formatSchedule("weeknights", "22:00");
  return files;
}

function formatDecision(name, ids, devices, action) {
  const patches = `  patches:\n${ids.map((id) => `    - "${id}"\n`).join("")}`;
  const expires = action === "ignore" ? "  expires: 2027-01-31\n" : "";
  return formatDocument(
    "Decision",
    name,
    `${patches}  devices: ${devices}\n  action: ${action}\n  reason: "Agreed in the change board"\n  ticket: CHG-1204\n${expires}`,
    "What a person decided.",
  );
}

function formatSchedule(name, start) {
  return formatDocument(
    "Schedule",
    name,
    `  timezone: device\n  windows:\n    - { days: [mon, tue, wed, thu], start: "${start}", duration: 4h }\n`,
  );
}

/** A policy of `count` files as a large organisation has it, for the loading goal. */
export function createManyFiles(rules, count) {
  const random = createRandom(29);
  const files = createPolicy(rules, { full: true });
  for (let i = Object.keys(files).length, n = 0; i < count; i++, n++) {
    const name = `case-${String(n).padStart(4, "0")}`;
    if (n % 10 === 9)
      files[`schedules/${name}.yaml`] = formatSchedule(
        name,
        `${String(random.below(24)).padStart(2, "0")}:30`,
      );
    else {
      const ids = Array.from({ length: 8 }, () => `KB${5_000_000 + random.below(900_000)}`);
      const devices = `{ client: ${random.pick(CLIENTS)}, site: ${random.pick(SITES)}, tags: [${random.some(TAGS, 2).join(", ")}] }`;
      files[`decisions/${name}.yaml`] = formatDecision(
        name,
        ids,
        devices,
        random.pick(["ignore", "manual", "approve"]),
      );
    }
  }
  return files;
}

/** RFC 3339 instant of all decisions. */
export const AT = new Date(NOW * 1000).toISOString().replace(".000Z", "Z");
