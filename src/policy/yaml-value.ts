/**
 * YAML nodes to plain values, in one bounded walk: aliases resolved without letting them expand,
 * keys as text, duplicate keys and foreign tags reported. Instead of `toJS()`, which throws.
 */
import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Scalar, type YAMLMap } from "yaml";
import type { PolicyCode } from "./codes.ts";
import type { TextRange } from "./source-text.ts";

export const DEEPEST = 100;
/** Values that a document may have more than are written, through aliases. */
const EXPANSION = 10_000;
const MOST_ALIASES = 100;
const PLAIN_TAGS = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((t) => `tag:yaml.org,2002:${t}`),
);

export interface YamlProblem {
  readonly code: PolicyCode;
  readonly summary: string;
  readonly detail: string;
  readonly fix: string | null;
  readonly range: TextRange;
  readonly related: readonly { readonly message: string; readonly range: TextRange }[];
}

interface Anchor {
  readonly node: Node;
  readonly value: unknown;
  readonly size: number;
}

interface Walk {
  readonly problems: YamlProblem[];
  readonly anchors: Map<string, Anchor | "open">;
  readonly targets: Map<Node, Node>;
  readonly text: string;
  size: number;
  aliases: number;
}

export interface PlainDocument {
  /** Plain data, or undefined when a problem leaves nothing to read. */
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Node, Node>;
}

export function rangeOf(node: Node): TextRange {
  return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 1 };
}

function problem(
  walk: Walk,
  code: PolicyCode,
  summary: string,
  node: Node,
  detail: string,
  fix: string | null,
  related: YamlProblem["related"] = [],
): void {
  walk.problems.push({ code, summary, detail, fix, range: rangeOf(node), related });
}

/** Nested deeper than `DEEPEST`; the whole document is given up. */
export class TooDeep extends Error {
  readonly range: TextRange;
  constructor(range: TextRange) {
    super("nested too deep");
    this.range = range;
  }
}

export function toPlain(contents: Node | null, text: string): PlainDocument {
  const walk: Walk = { problems: [], anchors: new Map(), targets: new Map(), text, size: 0, aliases: 0 };
  const value = contents === null ? null : plainOf(contents, walk, 0);
  return { value, problems: walk.problems, targets: walk.targets };
}

function plainOf(node: Node, walk: Walk, depth: number): unknown {
  if (isAlias(node)) return aliasOf(node, walk);
  if (depth > DEEPEST) throw new TooDeep(rangeOf(node));
  const anchor = (node as { anchor?: string }).anchor;
  const before = walk.size++;
  if (anchor !== undefined) walk.anchors.set(anchor, "open");
  if (node.tag !== undefined && !PLAIN_TAGS.has(node.tag)) foreignTag(node, walk);
  const value = isScalar(node)
    ? scalarOf(node, walk)
    : isMap(node)
      ? mapOf(node, walk, depth)
      : listOf(node, walk, depth);
  if (anchor !== undefined) walk.anchors.set(anchor, { node, value, size: walk.size - before });
  return value;
}

function foreignTag(node: Node, walk: Walk): void {
  const start = Math.max(0, walk.text.lastIndexOf("!", rangeOf(node).start));
  problem(
    walk,
    "policy/yaml-tag",
    "YAML tag not allowed",
    node,
    `A tag (${walk.text.slice(start, start + 40).split(/\s/, 1)[0] ?? "!"}) stands before this value. Policy files hold plain data only.`,
    "Remove the tag and write the plain value.",
  );
}

function scalarOf(node: Scalar, walk: Walk): unknown {
  const { value } = node;
  if (typeof value === "number" && !Number.isFinite(value)) {
    const range = rangeOf(node);
    return walk.text.slice(range.start, range.end);
  }
  return value;
}

function listOf(node: Node, walk: Walk, depth: number): unknown[] {
  if (!isSeq(node)) return [];
  return node.items.map((item) => (item === null ? null : plainOf(item as Node, walk, depth + 1)));
}

function mapOf(node: YAMLMap, walk: Walk, depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const pair of node.items) {
    const keyNode = pair.key as Node | null;
    const key = keyOf(keyNode, walk, node);
    if (key === null) continue;
    if (Object.hasOwn(out, key)) duplicateKey(node, key, keyNode as Node, walk);
    const value = pair.value === null ? null : plainOf(pair.value as Node, walk, depth + 1);
    if (key === "__proto__") {
      Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
    } else {
      out[key] = value;
    }
  }
  return out;
}

function keyOf(key: Node | null, walk: Walk, map: YAMLMap): string | null {
  if (isScalar(key) && key.value !== null) {
    if (typeof key.value === "string") {
      if (key.value === "<<") mergeKey(key, walk);
      if (key.anchor !== undefined) walk.anchors.set(key.anchor, { node: key, value: key.value, size: 1 });
      return key.value;
    }
    const range = rangeOf(key);
    return walk.text.slice(range.start, range.end);
  }
  problem(
    walk,
    "policy/yaml-key",
    "Key is not a text",
    key ?? map,
    "Every key of a policy file is a plain text. Here a list, a map, an alias or nothing stands as a key.",
    "Write the key as a word, followed by a colon.",
  );
  return null;
}

function mergeKey(key: Scalar, walk: Walk): void {
  problem(
    walk,
    "policy/yaml-merge-key",
    "Merge key not supported",
    key,
    "`<<` merges maps in YAML 1.1. YAML 1.2, which policy files use, does not have it, so nothing would be merged.",
    "Write the keys out here.",
  );
}

function duplicateKey(map: YAMLMap, key: string, second: Node, walk: Walk): void {
  const first = map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)?.key as
    Node | undefined;
  problem(
    walk,
    "policy/yaml-duplicate-key",
    "Duplicate key",
    second,
    `\`${key.slice(0, 60)}\` stands twice in this map. Other tools keep only the last one, so one of the two would be lost.`,
    "Remove one of the two, or join their values.",
    first === undefined ? [] : [{ message: "first written here", range: rangeOf(first) }],
  );
}

function aliasOf(alias: Alias, walk: Walk): unknown {
  const name = alias.source.slice(0, 60);
  const anchor = walk.anchors.get(alias.source);
  if (anchor === undefined || anchor === "open") {
    const why =
      anchor === "open"
        ? "it stands inside the value that it points to"
        : "no anchor of that name comes before it";
    problem(
      walk,
      "policy/yaml-alias",
      "Unresolved alias",
      alias,
      `\`*${name}\` stands for nothing: ${why}.`,
      `Write the value out, or quote it if a text is meant: "*${name}".`,
    );
    return null;
  }
  walk.targets.set(alias, anchor.node);
  walk.size += anchor.size;
  walk.aliases += 1;
  if (walk.aliases > MOST_ALIASES || (anchor.size > 1 && walk.size > walk.text.length + EXPANSION)) {
    if (!walk.problems.some(({ summary }) => summary === "Too many aliases")) {
      problem(
        walk,
        "policy/yaml-alias",
        "Too many aliases",
        alias,
        `The document uses more than ${MOST_ALIASES} aliases, or they expand to far more than what is written.`,
        "Write the values out.",
      );
    }
    return null;
  }
  return anchor.value;
}
