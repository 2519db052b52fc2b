/**
 * Selectors (design 2.1) compiled to bitsets. A key of a selector is tested once per distinct
 * value, not once per device or patch; the tree above the keys is set algebra.
 */
import type { Bitset } from "./bitset.ts";
import { complement, emptyBitset, fullBitset, intersect, unite } from "./bitset.ts";
import type { DeviceSelector, SelectorNode } from "./policy.ts";
import { compileGlob } from "./glob.ts";

/** Evaluates a selector tree when the sets of its keys are known. The result is always a fresh set. */
export function evaluateSelector<K extends string>(
  node: SelectorNode<K>,
  size: number,
  keySet: (key: K, values: readonly (string | number | boolean)[]) => Bitset,
): Bitset {
  switch (node.kind) {
    case "key":
      return keySet(node.key, node.values).slice();
    case "not":
      return complement(evaluateSelector(node.node, size, keySet), size);
    case "all": {
      const result = fullBitset(size);
      for (const child of node.nodes) intersect(result, evaluateSelector(child, size, keySet));
      return result;
    }
    case "any": {
      const result = emptyBitset(size);
      for (const child of node.nodes) unite(result, evaluateSelector(child, size, keySet));
      return result;
    }
  }
}

/** Calls `visit` with every key of a selector, those under `not` included. */
export function forEachKey<K extends string>(
  node: SelectorNode<K>,
  visit: (key: K, values: readonly (string | number | boolean)[]) => void,
): void {
  if (node.kind === "key") visit(node.key, node.values);
  else if (node.kind === "not") forEachKey(node.node, visit);
  else for (const child of node.nodes) forEachKey(child, visit);
}

/** A test of one text (not lower case yet) against the values of a key: some glob matches. */
export type TextTest = (text: string) => boolean;

export function compileTexts(values: readonly (string | number | boolean)[]): TextTest {
  const globs = values.map((value) => compileGlob(String(value)));
  const literals = new Set(globs.filter((glob) => glob.literal).map((glob) => glob.pattern));
  const wild = globs.filter((glob) => !glob.literal);
  return (text) => {
    const lower = text.toLowerCase();
    return literals.has(lower) || wild.some((glob) => glob.matches(lower));
  };
}

/** As `compileTexts`, but the value `unknown` must be named literally: no glob matches it (design 2.1). */
export function compileTextsWithUnknown(values: readonly (string | number | boolean)[]): TextTest {
  const matches = compileTexts(values);
  const namesUnknown = values.some((value) => String(value).toLowerCase() === "unknown");
  return (text) => (text.toLowerCase() === "unknown" ? namesUnknown : matches(text));
}

/**
 * How narrow a device selector is (design 3, step 3), 0 the narrowest. Keys under `not` do not
 * count; of the branches of an `any` the broadest counts.
 */
export const SCOPES = ["device", "group", "site", "client", "type", "all"] as const;
export type Scope = (typeof SCOPES)[number];

const KEY_SCOPE = {
  id: 0,
  name: 0,
  tags: 1,
  allTags: 1,
  apps: 1,
  os: 1,
  osFamily: 1,
  critical: 1,
  exposed: 1,
  site: 2,
  client: 3,
  type: 4,
} as const;

/** Index into `SCOPES`. */
export function scopeOf(selector: DeviceSelector): number {
  switch (selector.kind) {
    case "key":
      return KEY_SCOPE[selector.key];
    case "not":
      return SCOPES.length - 1;
    case "all":
      return Math.min(SCOPES.length - 1, ...selector.nodes.map(scopeOf));
    case "any":
      return Math.max(...selector.nodes.map(scopeOf));
  }
}
