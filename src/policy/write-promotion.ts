/** The promotion file of a candidate, in the layout of design 4.2. */
import type { PolicySet } from "../core/policy.ts";
import type { PromotionCandidate } from "../core/promotion-candidates.ts";
import { formatDuration, formatInstant } from "../core/time.ts";
import type { Instant } from "../core/model.ts";
import { promotionDigest } from "./digest.ts";
import { promotionName, promotionPath } from "./promotion-slug.ts";
import { flowMap, quoted, scalar } from "./write-scalar.ts";

export interface PromotionContext {
  readonly policy: PolicySet;
  /** When the evidence was computed. */
  readonly at: Instant;
  /** Digest of the snapshot that it was computed from. */
  readonly snapshot: string;
  /** The commit of the policy that was evaluated; null outside Git. */
  readonly policyCommit: string | null;
}

export interface WrittenPromotion {
  /** From the policy folder: `promotions/production/kb5990141.yaml`. */
  readonly path: string;
  readonly name: string;
  readonly text: string;
  /** The digest that stands in it. */
  readonly digest: string;
}

/** Throws when the candidate has no start of soak: nobody may ask for it then. */
export function writePromotion(candidate: PromotionCandidate, context: PromotionContext): WrittenPromotion {
  const spec = promotionSpec(candidate, context);
  const digest = promotionDigest(spec);
  const { ring, patch } = candidate;
  const name = promotionName(ring.name, patch.id);
  return {
    path: promotionPath(ring.name, patch.id),
    name,
    text: layOut(name, spec, digest),
    digest,
  };
}

type Spec = ReturnType<typeof promotionSpec>;

function promotionSpec(candidate: PromotionCandidate, context: PromotionContext) {
  const { ring, patch, evidence, soak } = candidate;
  const { t0 } = evidence;
  if (t0 === null) throw new Error(`${patch.id} has no start of soak`);
  const file = fileOfSource(context.policy, candidate.source);
  return {
    patch: {
      id: patch.id,
      ...(patch.revision === null ? {} : { revision: patch.revision }),
      ...(patch.title === null ? {} : { title: readable(patch.title) }),
      severity: readable(patch.severity),
    },
    from: candidate.from,
    to: ring.name,
    rule: {
      id: candidate.source,
      ...(file === null ? {} : { file }),
      ...(context.policyCommit === null ? {} : { policyCommit: context.policyCommit }),
    },
    evidence: {
      at: formatInstant(context.at),
      snapshot: context.snapshot,
      soak: {
        for: formatDuration(soak),
        clock: ring.soak.clock,
        ...(ring.soak.clock === "quorum" ? { quorum: ring.soak.quorum } : {}),
        t0: formatInstant(t0),
        metAt: formatInstant(t0 + soak),
      },
      eligible: evidence.eligible,
      installed: evidence.installed,
      failed: evidence.failed,
      pending: evidence.pending,
      coverage: coverageOf(candidate),
    },
  };
}

const TITLE_LENGTH = 200;

/** Text for the reader; halves of characters cannot stand in a file. */
function readable(text: string): string {
  return text.slice(0, TITLE_LENGTH).replace(/\p{Cs}/gu, "\ufffd");
}

/** For each attribute of the gate, the values proven and their device counts. */
function coverageOf(candidate: PromotionCandidate): Record<string, Record<string, number>> {
  return Object.fromEntries(
    candidate.ring.gates.coverage.map((attribute) => [
      attribute,
      Object.fromEntries(
        (candidate.coverage ?? [])
          .filter((value) => value.attribute === attribute && value.installed > 0)
          .map(({ value, installed }) => [readable(value), installed]),
      ),
    ]),
  );
}

/** The file of what made a patch a candidate: a rule's id, `Decision/<name>` or `Emergency/<name>`. */
export function fileOfSource(policy: PolicySet, source: string): string | null {
  const named = (list: readonly { name: string; place: { file: string } }[], kind: string): string | null =>
    list.find(({ name }) => `${kind}/${name}` === source)?.place.file ?? null;
  return (
    policy.rules.find(({ id }) => id === source)?.place.file ??
    named(policy.decisions, "Decision") ??
    named(policy.emergencies, "Emergency")
  );
}

function layOut(name: string, spec: Spec, digest: string): string {
  const { evidence, rule } = spec;
  const { soak } = evidence;
  const policyCommit = "policyCommit" in rule ? { policyCommit: quoted(rule.policyCommit) } : {};
  const revision = "revision" in spec.patch ? { revision: revisionText(spec.patch.revision) } : {};
  const lines = [
    "apiVersion: patchring/v1",
    "kind: Promotion",
    `metadata: ${flowMap({ name })}`,
    "spec:",
    `  patch: ${flowMap({ ...spec.patch, ...revision })}`,
    `  from: ${scalar(spec.from)}`,
    `  to: ${scalar(spec.to)}`,
    `  rule: ${flowMap({ ...rule, ...policyCommit })}`,
    "  evidence:",
    `    at: ${scalar(evidence.at)}`,
    `    snapshot: ${scalar(evidence.snapshot)}`,
    `    soak: ${flowMap({ ...soak, for: { raw: soak.for } })}`,
    ...(["eligible", "installed", "failed", "pending"] as const).map((key) => `    ${key}: ${evidence[key]}`),
    `    coverage: ${flowMap(evidence.coverage)}`,
    `  digest: ${scalar(digest)}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** A revision that is text stays text: "201" must not come back as a number. */
function revisionText(revision: string | number): unknown {
  return typeof revision === "number" ? revision : quoted(revision);
}
