/** A value of another type than its key takes, with the traps of YAML by name. */
import type { ShapeError } from "../generated/validators.ts";
import { report, type PolicyDiagnostic } from "./finding.ts";
import { placeOfValue, writtenAt } from "./node-path.ts";
import { keyName, schemaAt } from "./schema-lookup.ts";
import type { ShapeContext } from "./shape.ts";

const TRUE_WORD = /^(?:y|yes|on|true)$/i;
const FALSE_WORD = /^(?:n|no|off|false)$/i;
const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "`true` or `false`",
  object: "a map",
  array: "a list",
};

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return typeof value === "string"
    ? "a text"
    : typeof value === "boolean"
      ? "`true` or `false`"
      : Number.isInteger(value)
        ? "a whole number"
        : "a number with a fraction";
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) at = (at as Record<string, unknown> | null | undefined)?.[key];
  return at;
}

export function wrongType(context: ShapeContext, path: string[], error: ShapeError): PolicyDiagnostic {
  const types = [error.params["type"]].flat().map(String);
  const value = valueAt(context.document.value, path);
  const written = (writtenAt(context.document, path) ?? "").slice(0, 60);
  const definition = schemaAt(context.kind, path)?.definition ?? null;
  const key = keyName(path);
  const place = placeOfValue(context.document, path);
  if (
    typeof value === "string" &&
    types.includes("boolean") &&
    (TRUE_WORD.test(value) || FALSE_WORD.test(value))
  ) {
    return report(
      "policy/yaml-boolean",
      "Word instead of true or false",
      place,
      `\`${written}\` is a text in YAML 1.2, although older tools read it as a boolean; \`${key}\` takes true or false.`,
      `Write \`${TRUE_WORD.test(value) ? "true" : "false"}\`, without quotes.`,
    );
  }
  if (typeof value === "boolean" && types.includes("string")) {
    const answer = key === "exposed" || key === "uninstallable";
    return report(
      "policy/yaml-boolean",
      "True or false instead of text",
      place,
      `\`${written}\` is a boolean; \`${key}\` takes a text.`,
      answer ? `Write \`${value ? "yes" : "no"}\`.` : `Put it in quotes: "${written}".`,
    );
  }
  if (typeof value === "number" && types.includes("string")) {
    return report(
      "policy/yaml-number",
      "Number where text is meant",
      place,
      numberDetail(written, key, definition),
      `Write ${textForNumber(value, written, key, definition)}.`,
    );
  }
  const expected = types.map((type) => TYPE_NAMES[type] ?? type).join(" or ");
  return report(
    "policy/wrong-type",
    value === null ? "Value is missing" : "Value has wrong type",
    place,
    `\`${key}\` takes ${expected}, and this is ${typeOf(value)}.`,
    value === null ? `Write a value, or remove \`${key}:\`.` : fixFor(types, written, key),
  );
}

function fixFor(types: readonly string[], written: string, key: string): string {
  if (types.includes("array") && !written.includes("\n")) return `Write \`${key}: [${written}]\`.`;
  if (types.includes("object")) return `Write a map: \`${key}: { ... }\`.`;
  if (types.includes("integer") || types.includes("number"))
    return `Write a number without quotes or unit: \`${key}: ${Math.max(0, Math.round(Number.parseFloat(written.replaceAll(/["']/g, "")) || 1))}\`.`;
  if (types.includes("boolean")) return "Write `true` or `false`.";
  return `Write one text: \`${key}: "..."\`.`;
}

/** What a number was probably meant to be: a time, a duration, or just a text. */
function textForNumber(value: number, written: string, key: string, definition: string | null): string {
  const pad = (n: number): string => String(n).padStart(2, "0");
  if (key === "start" && Number.isInteger(value) && value >= 0) {
    const [hour, minute] = [Math.floor(value / 100), value % 100];
    if (hour < 24 && minute < 60) return `"${pad(hour)}:${pad(minute)}", in quotes`;
    return `"${pad(Math.floor(value / 60) % 24)}:${pad(value % 60)}", in quotes`;
  }
  if (definition === "duration" || key === "olderThan" || key === "newerThan") {
    const whole = Math.max(0, Math.round(value));
    return `\`${whole}d\` for days, or \`${whole}h\` for hours`;
  }
  if (definition === "instant" || definition === "timestamp") return "a whole date: `2027-01-31`";
  if (definition === "limit") return "a whole number, or a percentage such as `25%`";
  return `"${written}", in quotes`;
}

function numberDetail(written: string, key: string, definition: string | null): string {
  if (definition === "duration") return `\`${written}\` has no unit; \`${key}\` takes a duration.`;
  if (definition === "instant" || definition === "timestamp") {
    return `\`${written}\` is a number; \`${key}\` takes an instant.`;
  }
  return `\`${written}\` is a number to YAML, which drops leading and trailing zeros; \`${key}\` takes a text.`;
}
