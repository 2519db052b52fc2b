/** A core policy set written back as the documents a person would have written, to send it through the loader. */
import type { PolicyFile } from "../../src/policy/load.ts";
import { promotionDigest } from "../../src/policy/digest.ts";
import type {
  Decision,
  Limit,
  PolicySet,
  PromotionFile,
  SelectorNode,
  WindowSpec,
} from "../../src/core/policy.ts";
import { formatInstant } from "../../src/core/time.ts";

type Json = unknown;

/** Seconds in the smallest unit of the language; null when they are no whole minutes. */
function duration(seconds: number): string {
  if (seconds % 60 !== 0) throw new RangeError("no duration of the language");
  return `${String(seconds / 60)}m`;
}

const DURATIONS: readonly string[] = ["olderThan", "newerThan"];

/** A selector as a map; what a map cannot say twice is nested in an `any` of one branch. */
function selector(node: SelectorNode<string>): Record<string, Json> {
  switch (node.kind) {
    case "key": {
      const values = DURATIONS.includes(node.key) ? node.values.map((v) => duration(Number(v))) : node.values;
      return { [node.key]: values.length === 1 ? values[0] : values };
    }
    case "not":
      return { not: selector(node.node) };
    case "any":
      return { any: node.nodes.map(selector) };
    case "all":
      return node.nodes.map(selector).reduce<Record<string, Json>>((map, part) => {
        if (!Object.keys(part).some((key) => key in map)) return { ...map, ...part };
        if ("any" in part) throw new RangeError("a map has one any");
        return { ...part, any: [map] };
      }, {});
  }
}

function windowOf(spec: WindowSpec): Json {
  const pad = (n: number): string => String(n).padStart(2, "0");
  const start = `${pad(Math.floor(spec.startMinute / 60))}:${pad(spec.startMinute % 60)}`;
  const on =
    spec.on.kind === "weekly"
      ? { days: spec.on.days }
      : { monthly: { weekday: spec.on.weekday, nth: spec.on.nth, offset: `${String(spec.on.offsetDays)}d` } };
  return { ...on, start, duration: duration(spec.duration) };
}

function limit(value: Limit): Json {
  return value.kind === "count" ? value.value : `${String(value.value)}%`;
}

function promotion(file: PromotionFile): Json {
  const { claim } = file;
  const patch = file.patch === null ? {} : { id: file.patch };
  if (claim === null) return { patch, from: "x", to: file.to };
  const spec = {
    patch: claim.revision === null ? patch : { ...patch, revision: claim.revision },
    from: claim.from,
    to: file.to,
    evidence: {
      at: formatInstant(claim.at),
      soak: {
        clock: claim.clock,
        ...(claim.quorum === null ? {} : { quorum: claim.quorum }),
        t0: formatInstant(claim.t0),
        metAt: formatInstant(claim.metAt),
      },
      eligible: claim.eligible,
      installed: claim.installed,
      failed: claim.failed,
      pending: claim.pending,
      coverage: Object.fromEntries(claim.coverage.map((attribute) => [attribute, {}])),
    },
  };
  return { ...spec, digest: promotionDigest(spec) };
}

/** An ignore without an end is no policy. */
function endOf({ action, expires }: Decision): string | null {
  if (action === "ignore" && expires === null) throw new RangeError("an ignore needs an end");
  return expires === null ? null : formatInstant(expires);
}

const present = (fields: Record<string, Json>): Record<string, Json> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/** Throws RangeError for what the language cannot say, such as 30 seconds. */
export function writeDocuments(policy: PolicySet): PolicyFile[] {
  const document = (kind: string, name: string, spec: Json): Json => ({
    apiVersion: "patchring/v1",
    kind,
    metadata: { name },
    spec,
  });
  const { fleet } = policy;
  const scope = (s: {
    patches: SelectorNode<string>;
    devices: SelectorNode<string>;
  }): Record<string, Json> => ({
    patches: selector(s.patches),
    devices: selector(s.devices),
  });
  const ruleDocuments = groupRules(policy);
  const documents: Json[] = [
    document("Fleet", fleet.name, {
      mode: fleet.mode,
      timezone: fleet.timezone,
      staleAfter: duration(fleet.staleAfter),
      onUnmatched: fleet.onUnmatched,
      retries: { max: fleet.retries.max, backoff: duration(fleet.retries.backoff) },
      limits: {
        actionsPerRun: fleet.limits.actionsPerRun,
        devicesPerRun: limit(fleet.limits.devicesPerRun),
        uninstallsPerRun: fleet.limits.uninstallsPerRun,
        fleetShrink: limit(fleet.limits.fleetShrink),
      },
    }),
    ...policy.rings.map((ring) =>
      document(
        "Ring",
        ring.name,
        present({
          after: ring.after,
          devices: selector(ring.devices),
          schedule: ring.schedule,
          soak: { for: duration(ring.soak.for), clock: ring.soak.clock, quorum: ring.soak.quorum },
          gates: ring.gates,
          promotion: { by: ring.promotion.by, maxPatches: ring.promotion.maxPatches },
        }),
      ),
    ),
    ...[...ruleDocuments].map(([name, rules]) => document("ApprovalRules", name, { rules })),
    ...policy.decisions.map((d) =>
      document(
        "Decision",
        d.name,
        present({
          ...scope(d),
          action: d.action,
          reason: d.reason ?? "because",
          expires: endOf(d),
          locked: d.locked,
        }),
      ),
    ),
    ...policy.schedules.map((s) =>
      document("Schedule", s.name, { timezone: s.timezone, dst: s.dst, windows: s.windows.map(windowOf) }),
    ),
    ...policy.freezes.map((f) =>
      document("Freeze", f.name, {
        from: formatInstant(f.from),
        to: formatInstant(f.to),
        devices: selector(f.devices),
        pending: f.pending,
      }),
    ),
    ...policy.holds.map((h) =>
      document(
        "Hold",
        h.name,
        present({ ...scope(h), rings: h.rings, until: h.until === null ? null : formatInstant(h.until) }),
      ),
    ),
    ...policy.recalls.map((r) =>
      document(
        "Recall",
        r.name,
        present({ ...scope(r), uninstall: r.uninstall, maxDevices: r.maxDevices, skip: r.skip }),
      ),
    ),
    ...policy.emergencies.map((e) =>
      document("Emergency", e.name, {
        ...scope(e),
        skip: e.skip,
        requestedAt: formatInstant(e.requestedAt),
        expiresAt: formatInstant(e.expiresAt),
      }),
    ),
    ...policy.promotions.map((p) => document("Promotion", p.name, promotion(p))),
  ];
  return documents.map((one, index) => ({ path: `policy/${String(index)}.yaml`, text: JSON.stringify(one) }));
}

function groupRules(policy: PolicySet): Map<string, Json[]> {
  const groups = new Map<string, Json[]>();
  for (const rule of policy.rules) {
    const [name, own] = rule.id.split("/") as [string, string];
    const written = present({
      name: own,
      patches: selector(rule.patches),
      devices: selector(rule.devices),
      rings: rule.rings,
      then: rule.then,
      delay: duration(rule.delay),
      soak: rule.soak === null ? null : duration(rule.soak),
      schedule: rule.schedule,
      priority: rule.priority,
    });
    groups.set(name, [...(groups.get(name) ?? []), written]);
  }
  return groups;
}
