/**
 * The rules of the benchmark, in a form that every engine can be given.
 *
 * A rule is `{ id, document, name, priority, then, delayDays, rings, conditions }`. A condition is
 * `{ side: "patch" | "device", key, values, not }`: the values are joined by OR, the conditions by AND.
 * A text value is an exact text, a prefix (`office*`) or a part (`*sql*`), always in lower case, so that
 * every engine can say it in its own words; patches and devices carry lower-case copies for them.
 */
import { createRandom } from "./random.mjs";

export const RINGS = ["pilot", "early", "broad", "critical"];
export const VENDORS = [
  "Microsoft",
  "Mozilla",
  "Adobe",
  "Oracle",
  "Google",
  "Canonical",
  "Debian",
  "VMware",
  "Zoom",
  "Citrix",
  "Apache",
  "7-Zip",
];
export const CATEGORIES = [
  "security",
  "critical",
  "update",
  "rollup",
  "feature",
  "driver",
  "definition",
  "application",
];
export const SEVERITIES = ["critical", "important", "moderate", "low", "unknown"];
export const FAMILIES = [
  "Office",
  "SQL Server",
  "Reader",
  "Firefox",
  "Java",
  "Chrome",
  "Kernel",
  "OpenSSL",
  "Tools",
  "Exchange",
  "Edge",
  "Meetings",
];
export const SYSTEMS = [
  { family: "windows", name: "Windows 11", version: "24H2", type: "workstation" },
  { family: "windows", name: "Windows 10", version: "22H2", type: "workstation" },
  { family: "windows", name: "Windows Server 2022", version: "21H2", type: "server" },
  { family: "windows", name: "Windows Server 2019", version: "1809", type: "server" },
  { family: "linux", name: "Debian", version: "12", type: "server" },
  { family: "linux", name: "Ubuntu", version: "24.04", type: "workstation" },
];
export const CLIENTS = Array.from({ length: 25 }, (_, i) => `client-${String(i).padStart(2, "0")}`);
export const SITES = ["hq", "plant", "branch", "lab"];
export const TAGS = [
  "finance",
  "kiosk",
  "vip",
  "cnc",
  "lab",
  "dmz",
  "print",
  "dev",
  "pos",
  "vdi",
  "db",
  "web",
];

const THEN_ORDER = { ignore: 0, manual: 1, approve: 2 };

/** Precedence of design 3, step 5, in a fleet of first rings: the first rule that matches wins. */
export function sortByPrecedence(rules) {
  return [...rules].sort(
    (a, b) =>
      b.priority - a.priority ||
      THEN_ORDER[a.then] - THEN_ORDER[b.then] ||
      (a.then === "approve" ? b.delayDays - a.delayDays : 0) ||
      (a.id < b.id ? -1 : 1),
  );
}

/** `count` rules in documents of ten, sorted by precedence. */
export function createRules(count, seed = 7) {
  const random = createRandom(seed);
  const rules = [];
  for (let i = 0; i < count; i++) {
    const document = `rules-${String(Math.floor(i / 10)).padStart(3, "0")}`;
    const name = `rule-${String(i).padStart(4, "0")}`;
    const conditions = [...createPatchConditions(random), ...createDeviceConditions(random, count)];
    const then = random.chance(70) ? "approve" : random.chance(50) ? "ignore" : "manual";
    rules.push({
      id: `${document}/${name}`,
      document,
      name,
      // As people write them: the more a rule says, the more general ones it overrides.
      priority: conditions.length + random.below(3),
      then,
      delayDays: then === "approve" ? random.pick([0, 0, 3, 7, 14, 30]) : 0,
      rings: random.chance(20) ? random.some(RINGS, 2) : null,
      conditions,
    });
  }
  return sortByPrecedence(rules);
}

function createPatchConditions(random) {
  const patch = (key, values) => ({ side: "patch", key, values, not: false });
  const conditions = [];
  if (random.chance(55))
    conditions.push(patch("vendor", random.some(VENDORS, 1 + random.below(3)).map(lower)));
  if (random.chance(55)) conditions.push(patch("category", random.some(CATEGORIES, 1 + random.below(3))));
  if (random.chance(45)) conditions.push(patch("severity", random.some(SEVERITIES, 1 + random.below(3))));
  if (random.chance(25)) {
    const families = random.some(FAMILIES, 1 + random.below(2)).map(lower);
    conditions.push(
      patch(
        "product",
        families.map((f) => (random.chance(50) ? `${f}*` : `*${f.slice(1)}*`)),
      ),
    );
  }
  if (random.chance(10)) conditions.push(patch("cvssAtLeast", [random.pick([4, 7, 9])]));
  if (random.chance(4)) conditions.push(patch("kev", [true]));
  if (conditions.length === 0) conditions.push(patch("vendor", [lower(random.pick(VENDORS))]));
  return conditions;
}

function createDeviceConditions(random, count) {
  const device = (key, values, not = false) => ({ side: "device", key, values, not });
  const conditions = [];
  if (random.chance(40)) conditions.push(device("type", [random.pick(["server", "workstation"])]));
  if (random.chance(count > 100 ? 60 : 30))
    conditions.push(device("client", random.some(CLIENTS, 2 + random.below(6))));
  if (random.chance(20)) conditions.push(device("site", random.some(SITES, 1 + random.below(2))));
  if (random.chance(20))
    conditions.push(
      device("os", [random.pick(["windows*", "windows server*", "debian*", "*2022*", "ubuntu*"])]),
    );
  if (random.chance(25))
    conditions.push(device("tags", random.some(TAGS, 1 + random.below(3)), random.chance(30)));
  return conditions;
}

function lower(text) {
  return text.toLowerCase();
}

/** `{ kind: "exact" | "prefix" | "part", text }` of a text value. */
export function parsePattern(value) {
  if (value.startsWith("*")) return { kind: "part", text: value.slice(1, -1) };
  if (value.endsWith("*")) return { kind: "prefix", text: value.slice(0, -1) };
  return { kind: "exact", text: value };
}
