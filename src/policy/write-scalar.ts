/** YAML scalars and one-line maps; every text that is not plainly a word is quoted (design 4.2). */

/** Text that is written as it stands. */
export interface Raw {
  readonly raw: string;
}

const WORD = /^[A-Za-z][A-Za-z0-9]*(?:[-/._][A-Za-z0-9]+)*$/;
/** Words that some YAML reader takes for something else. */
const TAKEN = /^(?:true|false|null|yes|no|on|off|y|n|nan|inf|infinity)$/i;

/** A text as JSON writes it, which YAML reads as the same text. */
export function quoted(text: string): Raw {
  return { raw: JSON.stringify(text) };
}

export function scalar(text: string): string {
  return WORD.test(text) && !TAKEN.test(text) ? text : quoted(text).raw;
}

/** `{ id: KB5990141, revision: 201 }`; empty: `{}`. Keys keep their order. */
export function flowMap(map: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(map).map(([key, value]) => `${scalar(key)}: ${flowValue(value)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

function flowValue(value: unknown): string {
  if (typeof value === "string") return scalar(value);
  if (typeof value === "number" || typeof value === "boolean") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flowValue).join(", ")}]`;
  const map = value as Readonly<Record<string, unknown>>;
  return typeof map["raw"] === "string" && Object.keys(map).length === 1 ? map["raw"] : flowMap(map);
}
