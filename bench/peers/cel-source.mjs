/** Rules as CEL expressions over `p` (the patch) and `d` (the device). */
import { parsePattern } from "../rules.mjs";

export function formatCel(rule) {
  const clauses = rule.conditions.map(formatCondition);
  if (rule.rings !== null) clauses.push(`d.ring in ${JSON.stringify(rule.rings)}`);
  return clauses.length === 0 ? "true" : clauses.join(" && ");
}

function formatCondition({ side, key, values, not }) {
  const text = formatTest(`${side === "patch" ? "p" : "d"}.${key}`, side, key, values);
  return not ? `!(${text})` : `(${text})`;
}

function formatTest(field, side, key, values) {
  if (key === "cvssAtLeast") return `p.cvss10 >= ${values[0] * 10}`;
  if (key === "kev") return `${values[0] ? "" : "!"}p.kev`;
  if (key === "tags") return values.map((v) => `${JSON.stringify(v)} in ${field}`).join(" || ");
  const patterns = values.map(parsePattern);
  if (patterns.every(({ kind }) => kind === "exact")) {
    return patterns.length === 1
      ? `${field} == ${JSON.stringify(values[0])}`
      : `${field} in ${JSON.stringify(values)}`;
  }
  return patterns
    .map(
      ({ kind, text }) =>
        `${field}${{ exact: " == ", prefix: ".startsWith(", part: ".contains(" }[kind]}${JSON.stringify(text)}${kind === "exact" ? "" : ")"}`,
    )
    .join(" || ");
}
