import type { Diagnostic } from "../../../src/core/diagnostic.ts";
import type { Patch } from "../../../src/core/model.ts";
import type { PolicySet } from "../../../src/core/policy.ts";
import type { SiteModel } from "../../../src/core/site/site-model.ts";
import type { ListColumn, Snapshot, TextColumn } from "../../../src/core/snapshot.ts";
import { FLEET, fleetModel, PROFILE, SETTINGS, siteHistory, sitePolicy, siteRuns } from "./site-fleet.ts";

/** The same fleet with hostile text wherever a backend, a person or Git could put some. */
export function hostileModel(text: string): SiteModel {
  const diagnostic: Diagnostic = {
    severity: "warning",
    code: "fleet/no-ring",
    summary: text,
    place: { file: text, line: 1, column: 1, length: 1, text },
    detail: text,
    fix: text,
    related: [],
  };
  return fleetModel({
    snap: hostileSnapshot(text),
    policySet: hostilePolicy(text),
    history: siteHistory(text),
    runs: siteRuns(text),
    diagnostics: [diagnostic],
    commit: text,
  });
}

function hostileSnapshot(text: string): Snapshot {
  const all = (column: TextColumn): TextColumn => ({
    ...column,
    values: column.values.map((value) => (value === "" ? value : text)),
  });
  const lists = (column: ListColumn): ListColumn => ({
    ...column,
    values: column.values.map((list) => (list.includes("ledger") ? [text] : list)),
  });
  const say = (one: Patch): Patch => ({
    ...one,
    id: `${one.id}${text}`,
    title: text,
    kb: text,
    bulletin: text,
    vendor: text,
    product: text,
    version: text,
    severity: one.id === "KB3" ? text : one.severity,
    cves: one.cves.map(() => text),
    url: text,
  });
  const columns = FLEET.devices;
  return {
    ...FLEET,
    digest: text,
    header: { ...FLEET.header, provider: text },
    patches: FLEET.patches.map(say),
    devices: {
      ...columns,
      id: columns.id.map((id) => `${id}${text}`),
      name: columns.name.map(() => text),
      os: all(columns.os),
      contact: all(columns.contact),
      apps: lists(columns.apps),
    },
    facts: { ...FLEET.facts, errors: new Map([...FLEET.facts.errors.keys()].map((key) => [key, text])) },
  };
}

/** Policy names are checked by the schema; places, reasons and titles are not ours all the same. */
function hostilePolicy(text: string): PolicySet {
  const own = sitePolicy(text);
  const place = { file: text, line: 1, column: 1 };
  return {
    ...own,
    fleet: {
      ...own.fleet,
      name: text,
      deadlines: { ...SETTINGS, profiles: [{ ...PROFILE, title: text, name: text }] },
    },
    rules: own.rules.map((one) => ({ ...one, place })),
    holds: own.holds.map((one) => ({ ...one, place })),
    decisions: own.decisions.map((one) => ({ ...one, place })),
  };
}
