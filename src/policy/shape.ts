/** What ajv found wrong in a document, said with place, cause and fix. */
import type { KindName, ShapeError } from "../generated/validators.ts";
import type { PolicyCode } from "./codes.ts";
import { report, type PolicyDiagnostic } from "./finding.ts";
import { nearestName } from "../core/near-name.ts";
import { parsePointer, placeOfKey, placeOfValue, writtenAt } from "./node-path.ts";
import { keyName, schemaAt, type FoundSchema } from "./schema-lookup.ts";
import { wrongType } from "./wrong-type.ts";
import type { PolicyDocument } from "./yaml-document.ts";

export interface ShapeContext {
  readonly document: PolicyDocument;
  readonly kind: KindName;
}

export function explainShape(context: ShapeContext, errors: readonly ShapeError[]): PolicyDiagnostic[] {
  const wrongTypes = new Set(errors.filter((e) => e.keyword === "type").map((e) => e.instancePath));
  const out: PolicyDiagnostic[] = [];
  for (const error of errors) {
    if (/\/oneOf\/\d+\//.test(error.schemaPath)) continue;
    if (error.keyword !== "type" && wrongTypes.has(error.instancePath)) continue;
    out.push(explain(context, error));
  }
  return out;
}

function explain(context: ShapeContext, error: ShapeError): PolicyDiagnostic {
  const path = parsePointer(error.instancePath);
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(context, path, String(error.params["additionalProperty"]));
    case "required":
      return missingKey(context, path, String(error.params["missingProperty"]));
    case "type":
      return wrongType(context, path, error);
    case "enum":
    case "const":
      return wrongValue(context, path);
    case "minItems":
      return emptyList(context, path);
    case "oneOf":
      return windowDay(context, path);
    case "pattern":
      return wrongText(context, path);
    default:
      return outOfRange(context, path, error);
  }
}

function keysAt(kind: KindName, path: readonly string[]): string[] {
  return Object.keys(schemaAt(kind, path)?.schema.properties ?? {});
}

function unknownKey({ document, kind }: ShapeContext, path: string[], key: string): PolicyDiagnostic {
  const known = keysAt(kind, path);
  const near = nearestName(key, known);
  const where = path.length === 0 ? `A ${kind}` : `\`${path.join(".")}\``;
  const shown = key.slice(0, 60);
  const elsewhere = near === null && path.length === 0 && keysAt(kind, ["spec"]).includes(key);
  return report(
    "policy/unknown-key",
    "Unknown key",
    placeOfKey(document, [...path, key]),
    `${where} has no key \`${shown}\`, so it would have no effect. Known keys: ${known.join(", ")}.`,
    near !== null
      ? `Write \`${near}:\`.`
      : elsewhere
        ? `Move \`${shown}:\` under \`spec:\`.`
        : `Remove \`${shown}:\`, or write one of the known keys.`,
  );
}

function missingKey({ document, kind }: ShapeContext, path: string[], key: string): PolicyDiagnostic {
  const found = schemaAt(kind, [...path, key]);
  const where = path.length === 0 ? `A ${kind}` : `\`${path.join(".")}\``;
  const promotion = kind === "Promotion" && (key === "evidence" || key === "digest");
  return report(
    promotion ? "policy/promotion-evidence" : "policy/missing-key",
    promotion ? `Promotion without ${key}` : "Missing key",
    placeOfKey(document, path),
    promotion
      ? `A promotion is written by the reconciler, with its evidence and a digest; without \`${key}\` it has no effect, even merged.`
      : `${where} needs \`${key}\`: ${found?.schema.description ?? "it is required"}`,
    promotion
      ? "Remove the file and let the reconciler propose it; for haste, write `kind: Emergency`."
      : `Add \`${key}: ${exampleOf(key, found)}\`.`,
  );
}

const EXAMPLES: Readonly<Record<string, string>> = {
  apiVersion: "patchring/v1",
  duration: "7d",
  instant: "2027-01-31",
  timestamp: '"2026-03-19T03:12:00Z"',
  patchSelector: "[KB5063878]",
  name: "a-name",
  metadata: "{ name: a-name }",
  start: '"22:00"',
  rules: "[]",
  within: "14d",
};

function exampleOf(key: string, found: FoundSchema | null): string {
  const known = EXAMPLES[found?.definition ?? key] ?? EXAMPLES[key];
  if (known !== undefined) return known;
  const first = found?.schema.const ?? found?.schema.enum?.[0];
  if (first !== undefined) return String(first);
  const type = found?.schema.type;
  return type === "array" ? "[...]" : type === "object" ? "{}" : "...";
}

function wrongValue({ document, kind }: ShapeContext, path: string[]): PolicyDiagnostic {
  const schema = schemaAt(kind, path)?.schema;
  const allowed = (schema?.enum ?? [schema?.const ?? ""]).map(String);
  const written = (writtenAt(document, path) ?? "").slice(0, 60);
  const near = nearestName(written.replaceAll(/^["']|["']$/g, ""), allowed);
  return report(
    "policy/wrong-value",
    `Unknown value of \`${keyName(path)}\``,
    placeOfValue(document, path),
    `\`${written}\` is none of ${allowed.map((word) => `\`${word}\``).join(", ")}.`,
    `Write \`${near ?? allowed.join("` or `")}\`.`,
  );
}

function emptyList({ document, kind }: ShapeContext, path: string[]): PolicyDiagnostic {
  const key = keyName(path);
  const required = schemaAt(kind, path.slice(0, -1))?.schema.required?.includes(key) === true;
  return report(
    "policy/empty-list",
    "List is empty",
    placeOfValue(document, path),
    `\`${key}\` names nothing. An empty list neither matches all nor says so when it matches nothing.`,
    required ? "Name at least one value." : `Name at least one value, or remove \`${key}:\` to match all.`,
  );
}

function windowDay({ document }: ShapeContext, path: string[]): PolicyDiagnostic {
  return report(
    "policy/window-day",
    "Window needs days or monthly",
    placeOfKey(document, path),
    "A window is weekly (`days`) or monthly (`monthly`): exactly one of the two.",
    "Write `days: [mon, tue]`, or `monthly: { weekday: tue, nth: 2 }`; two windows if both are meant.",
  );
}

interface TextForm {
  readonly code: PolicyCode;
  readonly summary: string;
  readonly expected: string;
  readonly fix: string;
}

const FORMS: Readonly<Record<string, TextForm>> = {
  name: {
    code: "policy/bad-name",
    summary: "Name has wrong form",
    expected: "lower-case letters, digits and dashes, at most 63 characters",
    fix: "",
  },
  duration: {
    code: "policy/bad-duration",
    summary: "Duration does not parse",
    expected: "a whole number and one of m, h, d, w, without a space",
    fix: "Write for example `90m`, `12h`, `7d` or `2w`.",
  },
  instant: {
    code: "policy/bad-instant",
    summary: "Instant does not parse",
    expected: "an RFC 3339 instant with an offset, or a date",
    fix: "Write for example `2026-09-01T08:00:00Z`, or a date such as `2027-01-31`.",
  },
  timestamp: {
    code: "policy/bad-instant",
    summary: "Instant does not parse",
    expected: "an RFC 3339 instant with an offset",
    fix: 'Write for example "2026-03-19T03:12:00Z".',
  },
  limit: {
    code: "policy/bad-limit",
    summary: "Limit does not parse",
    expected: "a count without quotes, or a percentage",
    fix: "Write a count such as `50`, or a percentage such as `25%`.",
  },
  start: {
    code: "policy/bad-time",
    summary: "Time does not parse",
    expected: 'two digits, a colon and two digits, from "00:00" to "23:59"',
    fix: 'Write for example "22:00", in quotes.',
  },
};

const OTHER_FORM: TextForm = {
  code: "policy/bad-text",
  summary: "Text has wrong form",
  expected: "another form",
  fix: "",
};

function formOf(key: string, found: FoundSchema | null): TextForm {
  if (key === "olderThan" || key === "newerThan") return FORMS["duration"]!;
  return FORMS[found?.definition ?? key] ?? OTHER_FORM;
}

function wrongText({ document, kind }: ShapeContext, path: string[]): PolicyDiagnostic {
  const found = schemaAt(kind, path);
  const key = keyName(path);
  const form = formOf(key, found);
  const written = (writtenAt(document, path) ?? "").slice(0, 80);
  return report(
    form.code,
    form.summary,
    placeOfValue(document, path),
    form === OTHER_FORM
      ? `\`${written}\` does not fit \`${key}\`: ${found?.schema.description ?? ""}`
      : `\`${written}\` is not ${form.expected}.`,
    form.fix !== "" ? form.fix : suggestText(form, written, key),
  );
}

function suggestText(form: TextForm, written: string, key: string): string {
  if (form.code === "policy/bad-name") {
    const name = written
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, 63);
    return `Write \`${name === "" ? "a-name" : name}\`.`;
  }
  if (key === "coverage") return "Write `os`, `type`, `site`, `client`, `app` or `tag:<prefix>`.";
  if (key === "within") return "Write for example `48h`, `14d`, `1mo` or `next-upgrade`.";
  if (key === "tokenEnv") return "Write the name of an environment variable, such as `GITHUB_TOKEN`.";
  return `Correct the value of \`${key}\`.`;
}

function outOfRange({ document }: ShapeContext, path: string[], error: ShapeError): PolicyDiagnostic {
  const limit = String(error.params["limit"]);
  const most = error.keyword === "maximum";
  const key = keyName(path);
  return report(
    "policy/out-of-range",
    "Number is out of range",
    placeOfValue(document, path),
    `\`${key}\` is ${(writtenAt(document, path) ?? "").slice(0, 40)}; it may be ${most ? "at most" : "at least"} ${limit}.`,
    `Write a number ${most ? "up to" : "from"} ${limit}.`,
  );
}
