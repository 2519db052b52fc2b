/** Ring and ApprovalRules. */
import type { Ring, Rule } from "../core/policy.ts";
import type { ApprovalRules as WrittenRules, Ring as Written } from "../generated/policy-documents.ts";
import { durationOf, statementOf, type ConvertContext } from "./convert-context.ts";
import { deviceSelector, patchSelector } from "./convert-selector.ts";
import { report } from "./finding.ts";
import { placeOfValue } from "./node-path.ts";
import { sourcePlaceAt } from "./source-text.ts";

export function convertRing(context: ConvertContext, written: Written): Ring {
  const { soak, gates, promotion, brake, ...spec } = written.spec;
  return {
    ...statementOf(context, written),
    after: spec.after ?? null,
    devices: deviceSelector(spec.devices),
    schedule: spec.schedule ?? null,
    soak: {
      for: durationOf(soak?.for ?? "7d"),
      clock: soak?.clock ?? "quorum",
      quorum: { percent: soak?.quorum?.percent ?? 80, minDevices: soak?.quorum?.minDevices ?? 1 },
    },
    gates: {
      installedPercent: gates?.installedPercent ?? 90,
      failedDevices: gates?.failedDevices ?? 0,
      failedPercent: gates?.failedPercent ?? 100,
      coverage: gates?.coverage ?? ["os"],
    },
    promotion: {
      by: promotion?.by ?? "pull-request",
      reviewers: promotion?.reviewers ?? [],
      maxPatches: promotion?.maxPatches ?? 50,
    },
    brake:
      brake === undefined
        ? null
        : { failedDevices: brake.failedDevices ?? null, failedPercent: brake.failedPercent ?? null },
  };
}

export function convertRules(context: ConvertContext, written: WrittenRules): Rule[] {
  const seen = new Map<string, number>();
  return written.spec.rules.map((rule, index) => {
    const first = seen.get(rule.name);
    if (first === undefined) seen.set(rule.name, index);
    else duplicateRule(context, rule.name, first, index);
    return convertRule(context, written, rule, index);
  });
}

type WrittenRule = WrittenRules["spec"]["rules"][number];

function convertRule(context: ConvertContext, written: WrittenRules, rule: WrittenRule, index: number): Rule {
  const { document } = context;
  return {
    id: `${written.metadata.name}/${rule.name}`,
    place: sourcePlaceAt(document.source, document.ruleNamesAt[index] ?? document.start),
    owner: written.metadata.owner ?? null,
    patches: patchSelector(rule.patches),
    devices: deviceSelector(rule.devices),
    rings: ringNames(rule.rings),
    then: rule.then,
    delay: durationOf(rule.delay ?? "0d"),
    soak: rule.soak === undefined ? null : durationOf(rule.soak),
    schedule: rule.schedule ?? null,
    priority: rule.priority ?? 0,
    rationale: rule.rationale ?? null,
  };
}

/** One name or a list; null means all rings. */
export function ringNames(written: string | readonly string[] | undefined): readonly string[] | null {
  if (written === undefined) return null;
  return typeof written === "string" ? [written] : written;
}

function duplicateRule(context: ConvertContext, name: string, first: number, second: number): void {
  const placeOfRule = (index: number) => placeOfValue(context.document, ["spec", "rules", index, "name"]);
  context.out.push(
    report(
      "policy/duplicate-rule",
      "Rule name used twice",
      placeOfRule(second),
      `Two rules of this document are named "${name}", so a plan could not say which one decided.`,
      `Give this rule another name, for example \`${name.slice(0, 61)}-2\`.`,
      { related: [{ message: "first used here", place: placeOfRule(first) }] },
    ),
  );
}
