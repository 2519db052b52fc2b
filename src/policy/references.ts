/** What documents say of each other: names used twice, names that nothing defines, rings in a circle (design 2.2). */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { KindName } from "../generated/validators.ts";
import type { Entry } from "./entry.ts";
import { report } from "./finding.ts";
import { nearestName } from "../core/near-name.ts";
import { placeOfKey, placeOfValue, type ValuePath } from "./node-path.ts";

interface Reference {
  readonly entry: Entry;
  readonly path: ValuePath;
  readonly name: string;
}

export function namesOf(entries: readonly Entry[], kind: KindName): Set<string> {
  const names = new Set<string>();
  for (const entry of entries) if (entry.kind === kind && entry.name !== null) names.add(entry.name);
  return names;
}

/** Adds what is wrong to the diagnostics of the entry at fault. */
export function checkReferences(entries: readonly Entry[]): void {
  checkDuplicates(entries);
  const rings = namesOf(entries, "Ring");
  const schedules = namesOf(entries, "Schedule");
  for (const entry of entries) {
    for (const reference of ringReferences(entry)) {
      if (!rings.has(reference.name)) entry.diagnostics.push(unknownRing(reference, rings));
    }
    for (const reference of scheduleReferences(entry)) {
      if (!schedules.has(reference.name)) entry.diagnostics.push(unknownSchedule(reference, schedules));
    }
  }
  checkCycles(entries);
}

function checkDuplicates(entries: readonly Entry[]): void {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.kind === null || entry.kind === "Fleet" || entry.name === null) continue;
    const key = `${entry.kind}/${entry.name}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, entry);
    else entry.diagnostics.push(duplicateName(entry, other));
  }
}

function duplicateName(entry: Entry, other: Entry): Diagnostic {
  const place = (one: Entry) => placeOfValue(one.document, ["metadata", "name"]);
  return report(
    "policy/duplicate-name",
    `Two documents of one name`,
    place(entry),
    `There are two documents of kind ${entry.kind} named "${entry.name}". Names are unique per kind.`,
    `Rename this one, for example \`name: ${(entry.name ?? "").slice(0, 61)}-2\`, or remove it.`,
    { related: [{ message: "the other one", place: place(other) }] },
  );
}

function ringList(entry: Entry, path: ValuePath, rings: string | readonly string[] | undefined): Reference[] {
  if (rings === undefined) return [];
  if (typeof rings === "string") return [{ entry, path, name: rings }];
  return rings.map((name, index) => ({ entry, path: [...path, index], name }));
}

function ringReferences(entry: Entry): Reference[] {
  const { written } = entry;
  if (written === null) return [];
  switch (written.kind) {
    case "Ring":
      return ringList(entry, ["spec", "after"], written.spec.after);
    case "ApprovalRules":
      return written.spec.rules.flatMap((rule, i) =>
        ringList(entry, ["spec", "rules", i, "rings"], rule.rings),
      );
    case "Hold":
      return ringList(entry, ["spec", "rings"], written.spec.rings);
    case "Promotion":
      return [
        { entry, path: ["spec", "from"], name: written.spec.from },
        { entry, path: ["spec", "to"], name: written.spec.to },
      ];
    default:
      return [];
  }
}

function scheduleReferences(entry: Entry): Reference[] {
  const { written } = entry;
  if (written?.kind === "Ring" && written.spec.schedule !== undefined) {
    return [{ entry, path: ["spec", "schedule"], name: written.spec.schedule }];
  }
  if (written?.kind !== "ApprovalRules") return [];
  return written.spec.rules.flatMap((rule, index) =>
    rule.schedule === undefined
      ? []
      : [{ entry, path: ["spec", "rules", index, "schedule"], name: rule.schedule }],
  );
}

function listed(names: ReadonlySet<string>): string {
  const sorted = [...names].sort();
  if (sorted.length === 0) return "none";
  return sorted.slice(0, 20).join(", ") + (sorted.length > 20 ? ` and ${sorted.length - 20} more` : "");
}

function unknownRing({ entry, path, name }: Reference, rings: ReadonlySet<string>): Diagnostic {
  const near = nearestName(name, [...rings].sort());
  const shown = name.slice(0, 63);
  const promotion = entry.kind === "Promotion";
  const who =
    path.at(-1) === "after"
      ? `"${entry.name}" comes after a ring named "${shown}", but no policy defines it.`
      : `It names a ring "${shown}", but no policy defines it.`;
  return report(
    "policy/unknown-ring",
    "Unknown ring",
    placeOfValue(entry.document, path),
    `${who} Defined rings: ${listed(rings)}.`,
    promotion
      ? "Remove this promotion if the ring is gone; it has no effect."
      : near === null
        ? `${rings.size === 0 ? "Add" : "Write one of the defined rings, or add"} a ring named "${shown}".`
        : `Write \`${near}\`, or add a ring named "${shown}".`,
    promotion ? { severity: "warning" } : {},
  );
}

function unknownSchedule({ entry, path, name }: Reference, schedules: ReadonlySet<string>): Diagnostic {
  const near = nearestName(name, [...schedules].sort());
  const shown = name.slice(0, 63);
  return report(
    "policy/unknown-schedule",
    "Unknown schedule",
    placeOfValue(entry.document, path),
    `It names a schedule "${shown}", but no policy defines it. Defined schedules: ${listed(schedules)}.`,
    near === null
      ? `${schedules.size === 0 ? "Add" : "Write one of the defined schedules, or add"} a schedule named "${shown}".`
      : `Write \`schedule: ${near}\`, or add a schedule named "${shown}".`,
  );
}

function checkCycles(entries: readonly Entry[]): void {
  const rings = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.written?.kind === "Ring" && !rings.has(entry.written.metadata.name)) {
      rings.set(entry.written.metadata.name, entry);
    }
  }
  const seen = new Set<string>();
  for (const start of [...rings.keys()].sort()) {
    const chain: string[] = [];
    let name: string | undefined = start;
    while (name !== undefined && rings.has(name) && !seen.has(name)) {
      seen.add(name);
      chain.push(name);
      name = afterOf(rings.get(name));
    }
    const back = name === undefined ? -1 : chain.indexOf(name);
    if (back !== -1) reportCycle(chain.slice(back), rings);
  }
}

function afterOf(entry: Entry | undefined): string | undefined {
  return entry?.written?.kind === "Ring" ? entry.written.spec.after : undefined;
}

function reportCycle(cycle: readonly string[], rings: ReadonlyMap<string, Entry>): void {
  const place = (name: string) => placeOfValue(rings.get(name)!.document, ["spec", "after"]);
  const first = cycle[0]!;
  rings.get(first)!.diagnostics.push(
    report(
      "policy/ring-cycle",
      "Rings in a circle",
      place(first),
      cycle.length === 1
        ? `"${first}" comes after itself, so no patch could ever enter.`
        : `Each of these rings comes after the next, so none is first and no patch could ever enter: ${[...cycle, first].join(" → ")}.`,
      "Remove `after` from the ring that gets patches first.",
      {
        related: cycle.slice(1).map((name) => ({
          message: `"${name}" comes after "${afterOf(rings.get(name)) ?? ""}"`,
          place: place(name),
        })),
      },
    ),
  );
}

/** Exactly one Fleet. Returns the one that counts, or null; what is wrong goes to `out`. */
export function findFleet(entries: readonly Entry[], out: Diagnostic[]): Entry | null {
  const fleets = entries.filter((entry) => entry.kind === "Fleet");
  const [first, ...others] = fleets;
  if (first === undefined) {
    out.push(
      report(
        "policy/no-fleet",
        "No Fleet defined",
        null,
        "A policy has exactly one document of kind Fleet; this one has none.",
        "Add `fleet.yaml` with `apiVersion: patchring/v1`, `kind: Fleet`, `metadata: { name: fleet }` and `spec: {}`.",
      ),
    );
    return null;
  }
  for (const other of others) {
    other.diagnostics.push(
      report(
        "policy/two-fleets",
        "More than one Fleet",
        placeOfKey(other.document, ["kind"]),
        "A policy has exactly one document of kind Fleet; this is another one.",
        "Remove one of the two, and move what it says into the other.",
        { related: [{ message: "the first one", place: placeOfKey(first.document, ["kind"]) }] },
      ),
    );
  }
  return first;
}

/** Several promotions of one patch into one ring: allowed, and confusing (design 4.2). */
export function checkPromotions(entries: readonly Entry[]): void {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.written?.kind !== "Promotion") continue;
    const { to, patch } = entry.written.spec;
    const key = JSON.stringify([to, patch.id]);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, entry);
      continue;
    }
    entry.diagnostics.push(
      report(
        "policy/promotion-duplicate",
        "Several promotions for one patch",
        placeOfValue(entry.document, ["spec", "patch", "id"]),
        `Another file promotes "${patch.id.slice(0, 80)}" to "${to.slice(0, 63)}" too. One valid one is enough.`,
        "Remove the older one of the two.",
        {
          severity: "warning",
          related: [
            { message: "the other one", place: placeOfValue(other.document, ["spec", "patch", "id"]) },
          ],
        },
      ),
    );
  }
}
