/** From a path in the plain value back to the text that it was written as. */
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Place } from "../core/diagnostic.ts";
import { nodesOf, type PolicyDocument } from "./yaml-document.ts";
import { placeOf, type TextRange } from "./source-text.ts";
import { rangeOf } from "./yaml-value.ts";

export type ValuePath = readonly (string | number)[];

/** `/spec/rules/0/then` as a path; `~1` and `~0` stand for `/` and `~` (RFC 6901). */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function follow(document: PolicyDocument, node: Node | null): Node | null {
  return isAlias(node) ? (nodesOf(document).targets.get(node) ?? null) : node;
}

function keyText(document: PolicyDocument, key: unknown): string | null {
  if (!isScalar(key)) return null;
  if (typeof key.value === "string") return key.value;
  const range = rangeOf(key as Node);
  return document.source.text.slice(range.start, range.end);
}

/** The last pair of that key: the one whose value counts. */
function pairOf(document: PolicyDocument, node: Node | null, key: string | number): Pair | null {
  const map = follow(document, node);
  if (!isMap(map)) return null;
  return map.items.findLast((item) => keyText(document, item.key) === String(key)) ?? null;
}

function stepInto(document: PolicyDocument, node: Node | null, key: string | number): Node | null {
  const target = follow(document, node);
  if (isSeq(target)) return (target.items[Number(key)] as Node | undefined) ?? null;
  return (pairOf(document, target, key)?.value as Node | null | undefined) ?? null;
}

/** The node at a path; null where nothing was written. */
export function nodeAt(document: PolicyDocument, path: ValuePath): Node | null {
  let node = nodesOf(document).contents;
  for (const key of path) {
    node = stepInto(document, node, key);
    if (node === null) return null;
  }
  return node;
}

function keyRange(document: PolicyDocument, path: ValuePath): TextRange | null {
  if (path.length === 0) return null;
  const pair = pairOf(document, nodeAt(document, path.slice(0, -1)), path[path.length - 1]!);
  return pair === null || !isScalar(pair.key) ? null : rangeOf(pair.key as Node);
}

function firstKeyRange(document: PolicyDocument, path: ValuePath): TextRange | null {
  const map = follow(document, nodeAt(document, path));
  const key = isMap(map) ? map.items[0]?.key : null;
  return isScalar(key) ? rangeOf(key as Node) : null;
}

function valueRange(document: PolicyDocument, path: ValuePath): TextRange | null {
  const node = nodeAt(document, path);
  if (node === null) return null;
  const range = rangeOf(node);
  return range.end > range.start ? range : null;
}

/** Where a value stands; its key when nothing is written there; its nearest parent when that is not there either. */
export function placeOfValue(document: PolicyDocument, path: ValuePath): Place {
  return placeOf(document.source, valueRange(document, path) ?? keyOrParent(document, path));
}

/** Where a key stands: for a list item the item. */
export function placeOfKey(document: PolicyDocument, path: ValuePath): Place {
  return placeOf(document.source, keyOrParent(document, path));
}

function keyOrParent(document: PolicyDocument, path: ValuePath): TextRange {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    const range = keyRange(document, part) ?? firstKeyRange(document, part) ?? valueRange(document, part);
    if (range !== null) return range;
  }
  return firstKeyRange(document, []) ?? { start: document.start, end: document.start + 1 };
}

/** The text that was written at a path, quotes included; null where nothing was. */
export function writtenAt(document: PolicyDocument, path: ValuePath): string | null {
  const range = valueRange(document, path);
  return range === null ? null : document.source.text.slice(range.start, range.end);
}
