/**
 * Writes Hold, Recall, Decision and Emergency for people (design 5). A new statement gets a file of
 * its own; one that is there is changed where it stands, with its comments and its order.
 */
import type { YAMLSeq } from "yaml";
import { isMap, isScalar, isSeq, parseAllDocuments, type Document } from "yaml";
import type { Decision, Emergency, Hold, Recall } from "../generated/policy-documents.ts";
import type { PolicyFile } from "./load.ts";
import { flowMap, scalar } from "./write-scalar.ts";

type Statements = { Hold: Hold; Recall: Recall; Decision: Decision; Emergency: Emergency };
export type StatementKind = keyof Statements;

/** What stands in a key of `spec`; null takes the key out, absent leaves it as it is. */
export type SpecChange<K extends StatementKind> = {
  readonly [Key in keyof Statements[K]["spec"]]?: Statements[K]["spec"][Key] | null;
};

export interface StatementOrder<K extends StatementKind = StatementKind> {
  readonly kind: K;
  readonly name: string;
  readonly spec: SpecChange<K>;
}

export interface WrittenStatement {
  /** From the policy folder. */
  readonly path: string;
  /** The file before; null for a new one. */
  readonly before: string | null;
  readonly after: string;
}

const FOLDERS: Readonly<Record<StatementKind, string>> = {
  Hold: "holds",
  Recall: "recalls",
  Decision: "decisions",
  Emergency: "emergencies",
};

/**
 * The file that says it. Whether it is right is for `loadPolicy` to say, on all files with this one
 * in its place. A path that another file of the policy has already gets a number.
 */
export function writeStatement<K extends StatementKind>(
  order: StatementOrder<K>,
  files: readonly PolicyFile[],
): WrittenStatement {
  for (const file of files) {
    const after = changeInFile(file.text, order);
    if (after !== null) return { path: file.path, before: file.text, after };
  }
  const taken = new Set(files.map(({ path }) => path.toLowerCase()));
  const path = freePath(`${FOLDERS[order.kind]}/${order.name}`, taken);
  return { path, before: null, after: newDocument(order) };
}

/** The policy with a written file in its place, for `loadPolicy`. */
export function withWritten(files: readonly PolicyFile[], written: WrittenStatement): PolicyFile[] {
  return [...files.filter(({ path }) => path !== written.path), { path: written.path, text: written.after }];
}

function freePath(stem: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const path = `${stem}${number === 1 ? "" : `-${number}`}.yaml`;
    if (!taken.has(path)) return path;
  }
}

function newDocument({ kind, name, spec }: StatementOrder): string {
  const lines = Object.entries(spec)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `  ${key}: ${writeValue(value)}`);
  return [
    "apiVersion: patchring/v1",
    `kind: ${kind}`,
    `metadata: ${flowMap({ name })}`,
    "spec:",
    ...lines,
    "",
  ].join("\n");
}

function writeValue(value: unknown): string {
  if (typeof value === "string") return scalar(value);
  if (Array.isArray(value)) return `[${value.map(writeValue).join(", ")}]`;
  if (typeof value === "object") return flowMap(value as Readonly<Record<string, unknown>>);
  return JSON.stringify(value);
}

/** Null when the statement does not stand in this file. Documents beside it stay as they are, byte by byte. */
function changeInFile(text: string, order: StatementOrder): string | null {
  if (!text.includes(order.name)) return null;
  const documents = parseAllDocuments(text, { version: "1.2", uniqueKeys: false, logLevel: "silent" });
  if (!Array.isArray(documents)) return null;
  const at = documents.findIndex((document) => isStatement(document, order));
  const found = documents[at];
  if (found === undefined || found.errors.length > 0) return null;
  const before = JSON.stringify(found.toJS());
  const spliced = spliceValues(text, found, order);
  if (spliced !== null) return spliced;
  const changed = found as unknown as Document;
  for (const [key, value] of Object.entries(order.spec)) changeKey(changed, key, value);
  if (JSON.stringify(changed.toJS()) === before) return text;
  const start = at === 0 ? 0 : bodyStart(text, at, documents);
  const end = at + 1 < documents.length ? bodyEnd(text, documents[at + 1]!.range[0]) : text.length;
  const printed = changed.toString({ lineWidth: 0, directives: false, flowCollectionPadding: true });
  return text.slice(0, start) + printed + text.slice(end);
}

/** Where every change replaces a value that stands on one line, only those characters change; else null. */
function spliceValues(text: string, document: Document.Parsed, { spec }: StatementOrder): string | null {
  const splices: { readonly start: number; readonly end: number; readonly value: string }[] = [];
  for (const [key, value] of Object.entries(spec)) {
    const node: unknown = document.getIn(["spec", key], true);
    if (value === null && node === undefined) continue;
    if (value === null || !(isScalar(node) || isMap(node) || isSeq(node)) || !node.range) return null;
    if (sameValue(document, node, value)) continue;
    const [start, end] = node.range;
    if (text.slice(start, end).includes("\n") || (!isScalar(node) && node.flow !== true)) return null;
    splices.push({ start, end, value: writeValue(value) });
  }
  return splices
    .sort((a, b) => b.start - a.start)
    .reduce((done, { start, end, value }) => done.slice(0, start) + value + done.slice(end), text);
}

function isStatement(document: Document.Parsed, { kind, name }: StatementOrder): boolean {
  return document.get("kind") === kind && document.getIn(["metadata", "name"]) === name;
}

/** After the line `---` that opens a document; the first may have none. */
function bodyStart(text: string, at: number, documents: readonly Document.Parsed[]): number {
  const from = documents[at]!.range[0];
  const marker = /^---[ \t]*\r?\n/.exec(text.slice(from));
  return marker === null ? from : from + marker[0].length;
}

/** Where the line `---` of the next document starts. */
function bodyEnd(text: string, next: number): number {
  if (/^---(?:\s|$)/.test(text.slice(next))) return next;
  const line = text.lastIndexOf("\n---", next);
  return line < 0 ? next : line + 1;
}

function changeKey(document: Document, key: string, value: unknown): void {
  if (value === undefined) return;
  const path = ["spec", key];
  if (value === null) {
    document.deleteIn(path);
    return;
  }
  const node = document.getIn(path, true);
  if (node !== undefined && sameValue(document, node, value)) return;
  if (Array.isArray(value) && isSeq(node)) changeList(document, node, value);
  else if (isScalar(node) && typeof value !== "object") node.value = value;
  else document.setIn(path, flowNode(document, value));
}

function sameValue(document: Document, node: unknown, value: unknown): boolean {
  const js: unknown = isScalar(node) || isSeq(node) || isMap(node) ? node.toJS(document) : node;
  return JSON.stringify(js) === JSON.stringify(value);
}

/** Items that stay keep their comments. */
function changeList(document: Document, list: YAMLSeq, wanted: readonly unknown[]): void {
  const textOf = (item: unknown): string => JSON.stringify(isScalar(item) ? item.value : item);
  const wantedTexts = new Set(wanted.map(textOf));
  list.items = list.items.filter((item) => wantedTexts.has(textOf(item)));
  const present = new Set(list.items.map(textOf));
  for (const item of wanted) if (!present.has(textOf(item))) list.add(document.createNode(item));
}

function flowNode(document: Document, value: unknown): unknown {
  const node: unknown = document.createNode(value);
  if (isMap(node) || isSeq(node)) node.flow = true;
  return node;
}
