/** Canonical JSON (RFC 8785): one text for one value, so that a digest of it means something. */

/**
 * Keys sorted by UTF-16 code unit, no space, numbers as ECMAScript prints them. Takes plain data:
 * a property that is `undefined` is left out, as in JSON. Throws on numbers that JSON does not have.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || value === undefined) return "null";
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new RangeError("canonical JSON has no NaN and no infinity");
      return JSON.stringify(value);
    case "object":
      return Array.isArray(value) ? canonicalList(value) : canonicalMap(value as Record<string, unknown>);
    default:
      throw new TypeError(`canonical JSON has no ${typeof value}`);
  }
}

function canonicalList(list: readonly unknown[]): string {
  let text = "[";
  for (let i = 0; i < list.length; i++) text += (i === 0 ? "" : ",") + canonicalJson(list[i]);
  return text + "]";
}

function canonicalMap(map: Readonly<Record<string, unknown>>): string {
  let text = "{";
  // Without a comparator, sort() compares by UTF-16 code unit, as RFC 8785 3.2.3 asks.
  for (const key of Object.keys(map).sort()) {
    const value = map[key];
    if (value === undefined) continue;
    text += (text === "{" ? "" : ",") + JSON.stringify(key) + ":" + canonicalJson(value);
  }
  return text + "}";
}
