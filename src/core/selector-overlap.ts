/** Whether two selectors can match the same thing, without a snapshot. Careful: says yes where it cannot tell. */
import { compileGlob } from "./glob.ts";
import type { SelectorNode } from "./policy.ts";

type Node = SelectorNode<string>;
type Key = Extract<Node, { kind: "key" }>;

/** Keys with at most one value on a device or patch; of others two different values can stand side by side. */
const SINGLE: ReadonlySet<string> = new Set([
  "title",
  "vendor",
  "product",
  "category",
  "severity",
  "kev",
  "superseded",
  "reboot",
  "uninstallable",
  "name",
  "client",
  "site",
  "type",
  "osFamily",
  "os",
  "critical",
  "exposed",
]);
/** Here `unknown` is matched only by its literal name (design 2.1). */
const WITH_UNKNOWN: ReadonlySet<string> = new Set(["severity", "reboot", "uninstallable", "exposed"]);

/** False only when nothing can match both; the same either way round. */
export function mayOverlap(a: Node, b: Node): boolean {
  return mayMeet(a, b) && mayMeet(b, a);
}

function mayMeet(a: Node, b: Node): boolean {
  if (a.kind === "all") return a.nodes.every((node) => mayMeet(node, b));
  if (a.kind === "any") return a.nodes.some((node) => mayMeet(node, b));
  if (a.kind === "not") return !covers(a.node, b);
  if (b.kind !== "key") return mayMeet(b, a);
  if (a.key !== b.key || !SINGLE.has(a.key)) return true;
  return a.values.some((left) => b.values.some((right) => valuesMeet(a.key, left, right)));
}

/** True only when everything that `part` matches, `whole` matches too. */
export function covers(whole: Node, part: Node): boolean {
  if (whole.kind === "all") return whole.nodes.every((node) => covers(node, part));
  if (part.kind === "any") return part.nodes.every((node) => covers(whole, node));
  if (whole.kind === "any") return whole.nodes.some((node) => covers(node, part));
  if (part.kind === "all") return part.nodes.some((node) => covers(whole, node));
  if (whole.kind === "not")
    return part.kind === "not" ? covers(part.node, whole.node) : !mayOverlap(whole.node, part);
  return part.kind === "key" && keyCovers(whole, part);
}

function keyCovers(whole: Key, part: Key): boolean {
  // The values of `allTags` are joined by AND: only the same list is sure.
  if (whole.key === "allTags") return JSON.stringify(whole) === JSON.stringify(part);
  if (whole.key !== part.key) return false;
  return part.values.every((value) =>
    whole.values.some((wider) => value === wider || (isLiteral(value) && matches(whole.key, wider, value))),
  );
}

type Value = string | number | boolean;

function valuesMeet(key: string, a: Value, b: Value): boolean {
  if (typeof a === "boolean" || typeof b === "boolean") return a === b;
  if (isLiteral(a)) return matches(key, b, a);
  return isLiteral(b) ? matches(key, a, b) : true;
}

function isLiteral(value: Value): boolean {
  return typeof value !== "string" || compileGlob(value).literal;
}

/** A glob, or a literal, against a literal. */
function matches(key: string, glob: Value, literal: Value): boolean {
  if (typeof glob !== "string" || typeof literal !== "string") return glob === literal;
  if (!isLiteral(glob) && WITH_UNKNOWN.has(key) && literal.toLowerCase() === "unknown") return false;
  return compileGlob(glob).matches(literal.toLowerCase());
}
