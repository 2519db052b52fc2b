/** A selector taken apart into the clauses that a reader sees, to say which one a thing fails. */
import type { SelectorNode } from "./policy.ts";
import { formatDuration } from "./time.ts";

/** One key of a selector's map, or its `any`, or its `not`. */
export interface Clause<K extends string> {
  /** As a reader would say it: `severity in [critical, important]`. */
  readonly text: string;
  readonly node: SelectorNode<K>;
}

/** The clauses that a selector joins by AND; none for `{}`. */
export function clausesOf<K extends string>(selector: SelectorNode<K>): Clause<K>[] {
  const nodes = selector.kind === "all" ? selector.nodes : [selector];
  return nodes.map((node) => ({ text: describeNode(node), node }));
}

export function describeNode<K extends string>(node: SelectorNode<K>): string {
  switch (node.kind) {
    case "key":
      return describeKey(node.key, node.values);
    case "not":
      return `not (${describeNode(node.node)})`;
    case "any":
      return node.nodes.map((branch) => `(${describeNode(branch)})`).join(" or ");
    case "all":
      return node.nodes.length === 0 ? "anything" : node.nodes.map(describeNode).join(" and ");
  }
}

function describeKey(key: string, values: readonly (string | number | boolean)[]): string {
  const list = (texts: readonly string[]): string =>
    texts.length === 1 ? `= ${texts[0]!}` : `in [${texts.join(", ")}]`;
  switch (key) {
    case "olderThan":
    case "newerThan":
      return `${key} ${values.map((value) => formatDuration(Number(value))).join(" or ")}`;
    case "cvssAtLeast":
      return `cvss at least ${values.join(" or ")}`;
    case "allTags":
      return `all tags of [${values.join(", ")}]`;
    default:
      return `${key} ${list(values.map(String))}`;
  }
}
