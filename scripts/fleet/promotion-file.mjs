// Writes a promotion document as the reconciler writes it: instants and hashes quoted, digest last.
import { promotionDigest, sha256 } from "./canonical.mjs";
import { write } from "./clock.mjs";

const WORD = /^[A-Za-z][A-Za-z0-9/-]*(\.yaml)?$/;
const NOT_TEXT = /^(true|false|null|yes|no|on|off|y|n)$/i;

function scalar(value) {
  if (typeof value === "number") return String(value);
  return WORD.test(value) && !NOT_TEXT.test(value) ? value : JSON.stringify(value);
}

function lines(value, indent) {
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === "object"
      ? [`${indent}${scalar(key)}:`, ...lines(item, `${indent}  `)]
      : [`${indent}${scalar(key)}: ${scalar(item)}`],
  );
}

/** The slug of a patch id: lower-case letters and digits, everything else one dash. */
export function slugOf(patchId) {
  return patchId
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** Path and text of `promotions/<ring>/<slug>.yaml`. */
export function promotionFile(fleet, patch, ring, ruleId, ruleFile, evidence) {
  const name = `${ring}-${slugOf(patch.id)}`;
  if (name.length > 63) throw new Error(`the name ${name} is longer than 63 characters`);
  const spec = {
    patch: {
      id: patch.id,
      title: patch.title,
      ...(patch.severity === undefined ? {} : { severity: patch.severity }),
    },
    from: fleet.firstRing,
    to: ring,
    rule: {
      id: ruleId,
      file: ruleFile,
      policyCommit: sha256(`${fleet.name} policy ${write(evidence.at)}`).slice(0, 40),
    },
    evidence: {
      at: write(evidence.at),
      snapshot: `sha256:${sha256(`${fleet.name} snapshot ${write(evidence.at)}`)}`,
      soak: {
        for: evidence.soak,
        clock: "quorum",
        quorum: evidence.quorum,
        t0: write(evidence.t0),
        metAt: write(evidence.metAt),
      },
      eligible: evidence.eligible,
      installed: evidence.installed,
      failed: evidence.failed,
      pending: evidence.pending,
      coverage: { os: evidence.os },
    },
  };
  const document = {
    apiVersion: "patchring/v1",
    kind: "Promotion",
    metadata: { name },
    spec: { ...spec, digest: promotionDigest(spec) },
  };
  const schema = `# yaml-language-server: $schema=${fleet.schemas}../../schemas/promotion.schema.json`;
  return {
    path: `promotions/${ring}/${slugOf(patch.id)}.yaml`,
    text: `${[schema, ...lines(document, "")].join("\n")}\n`,
  };
}
