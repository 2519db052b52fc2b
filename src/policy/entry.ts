/** One document of a policy set, as far as it can be read: its kind, its name, whether its shape is right. */
import type { Diagnostic } from "../core/diagnostic.ts";
import type { PolicyDocument as Written } from "../generated/policy-documents.ts";
import { validators, type KindName } from "../generated/validators.ts";
import { report } from "./finding.ts";
import { nearestName } from "../core/near-name.ts";
import { placeOfKey, placeOfValue } from "./node-path.ts";
import { explainShape } from "./shape.ts";
import type { PolicyDocument } from "./yaml-document.ts";

export const KINDS: readonly KindName[] = Object.keys(validators) as KindName[];

export interface Entry {
  readonly document: PolicyDocument;
  /** Null when the document does not say, or says one that there is not. */
  readonly kind: KindName | null;
  /** Null when it cannot be read. */
  readonly name: string | null;
  /** Null when the document is broken or its shape is wrong. */
  readonly written: Written | null;
  readonly diagnostics: Diagnostic[];
}

export function readEntry(document: PolicyDocument): Entry {
  const diagnostics = [...document.diagnostics];
  const { value } = document;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    if (!document.broken) diagnostics.push(notADocument(document));
    return { document, kind: null, name: null, written: null, diagnostics };
  }
  const map = value as Readonly<Record<string, unknown>>;
  const kind = KINDS.find((one) => one === map["kind"]) ?? null;
  const name = (map["metadata"] as { name?: unknown } | null | undefined)?.name;
  if (kind === null && !document.broken) diagnostics.push(unknownKind(document, map));
  let written: Written | null = null;
  if (kind !== null && !document.broken) {
    const validate = validators[kind];
    if (validate(value)) written = value as Written;
    else diagnostics.push(...explainShape({ document, kind }, validate.errors ?? []));
  }
  return { document, kind, name: typeof name === "string" ? name : null, written, diagnostics };
}

function notADocument(document: PolicyDocument): Diagnostic {
  return report(
    "policy/not-a-document",
    "Not a policy document",
    placeOfValue(document, []),
    "A document of a policy file is a map with `apiVersion`, `kind`, `metadata` and `spec`.",
    "Start it with `apiVersion: patchring/v1` and `kind: ...`, or remove the file from the policy repository.",
  );
}

function unknownKind(document: PolicyDocument, map: Readonly<Record<string, unknown>>): Diagnostic {
  const written = map["kind"];
  const kinds = KINDS.join(", ");
  if (written === undefined) {
    return report(
      "policy/missing-key",
      "Document without a kind",
      placeOfKey(document, []),
      `Nothing says what this document states. Kinds: ${kinds}.`,
      "Add `kind: ...`, or remove the file from the policy repository.",
    );
  }
  const shown = typeof written === "string" ? written.slice(0, 60) : JSON.stringify(written).slice(0, 60);
  const near = nearestName(shown, KINDS);
  return report(
    "policy/unknown-kind",
    "Unknown kind",
    placeOfValue(document, ["kind"]),
    `There is no kind "${shown}". Kinds: ${kinds}.`,
    near === null ? "Write one of these kinds." : `Write \`kind: ${near}\`.`,
  );
}
