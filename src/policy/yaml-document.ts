/** A file's text to its YAML documents, with positions. Never throws on any text. */
import {
  Composer,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  Parser,
  type Document,
  type Node,
  type YAMLError,
} from "yaml";
import type { Diagnostic } from "../core/diagnostic.ts";
import { report } from "./finding.ts";
import { placeOf, sourceText, type SourceText, type TextRange } from "./source-text.ts";
import { DEEPEST, TooDeep, toPlain, type YamlProblem } from "./yaml-value.ts";

const LARGEST = 5 * 1024 * 1024;
/** A line that opens more blocks than any policy needs: refused before the parser nests them. */
const NESTED_LINE = /^(?:[ ]*[-?:][ \t]){101}/m;

export interface PolicyDocument {
  readonly source: SourceText;
  /** Which document of the file, from 0, empty ones counted. */
  readonly index: number;
  readonly value: unknown;
  readonly start: number;
  /** Offset of the name; of the document where it has none. */
  readonly nameAt: number;
  /** Offsets of the rules' names, by index. */
  readonly ruleNamesAt: readonly number[];
  /** True when YAML itself was at fault: the value may be incomplete. */
  readonly broken: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export interface PolicyText {
  readonly documents: readonly PolicyDocument[];
  /** What belongs to no document. */
  readonly diagnostics: readonly Diagnostic[];
}

export function parsePolicyText(path: string, text: string): PolicyText {
  const source = sourceText(path, text);
  if (text.length > LARGEST) return { documents: [], diagnostics: [tooLarge(source)] };
  try {
    const parsed = compose(text);
    const documents: PolicyDocument[] = [];
    parsed.forEach((document, index) => {
      const made = toDocument(source, document, index);
      if (made !== null) documents.push(made);
    });
    return { documents, diagnostics: [] };
  } catch (error) {
    // The YAML library nests calls as the text nests; a text that exhausts the stack is too deep by far.
    if (error instanceof TooDeep) return { documents: [], diagnostics: [tooDeep(source, error.range)] };
    if (error instanceof RangeError)
      return { documents: [], diagnostics: [tooDeep(source, { start: 0, end: 1 })] };
    throw error;
  }
}

function compose(text: string): Document.Parsed[] {
  const nested = NESTED_LINE.exec(text);
  if (nested !== null) throw new TooDeep({ start: nested.index, end: nested.index + 1 });
  const parser = new Parser();
  const composer = new Composer({
    prettyErrors: false,
    uniqueKeys: false,
    version: "1.2",
    merge: false,
    logLevel: "silent",
  });
  const documents: Document.Parsed[] = [];
  let flow = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === "{" || lexeme === "[") flow += 1;
    else if (lexeme === "}" || lexeme === "]") flow -= 1;
    if (flow > DEEPEST) throw new TooDeep({ start: offset, end: offset + 1 });
    offset += lexeme.length;
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  return documents;
}

/** The nodes of a document, read again: only a diagnostic needs them, and keeping them all costs a fifth of the load. */
export function nodesOf(document: PolicyDocument): DocumentNodes {
  let nodes = nodesBySource.get(document.source);
  if (nodes === undefined) {
    nodes = compose(document.source.text).map((parsed) => {
      const contents = parsed.contents as Node | null;
      return { contents, targets: toPlain(contents, document.source.text).targets };
    });
    nodesBySource.set(document.source, nodes);
  }
  return nodes[document.index]!;
}

export interface DocumentNodes {
  readonly contents: Node | null;
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Node, Node>;
}

const nodesBySource = new WeakMap<SourceText, readonly DocumentNodes[]>();

function childOf(node: unknown, key: string): unknown {
  if (!isMap(node)) return null;
  return node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value ?? null;
}

function offsetOf(node: unknown, fallback: number): number {
  return isScalar(node) ? (node.range?.[0] ?? fallback) : fallback;
}

function ruleNameOffsets(contents: Node | null, fallback: number): number[] {
  const rules = childOf(childOf(contents, "spec"), "rules");
  return isSeq(rules) ? rules.items.map((rule) => offsetOf(childOf(rule, "name"), fallback)) : [];
}

function toDocument(source: SourceText, document: Document.Parsed, index: number): PolicyDocument | null {
  const contents = document.contents as Node | null;
  const diagnostics = [
    ...document.errors,
    ...document.warnings.filter((w) => w.code !== "TAG_RESOLVE_FAILED"),
  ].map((error) => fromYamlError(source, error));
  const version = document.directives.yaml;
  if (version.explicit === true && version.version !== "1.2")
    diagnostics.push(wrongVersion(source, document.range[0]));
  const plain = toPlain(contents, source.text);
  for (const problem of plain.problems) diagnostics.push(fromProblem(source, problem));
  if (diagnostics.length === 0 && plain.value === null) return null;
  const start = contents?.range?.[0] ?? document.range[0];
  return {
    source,
    index,
    value: plain.value,
    start,
    nameAt: offsetOf(childOf(childOf(contents, "metadata"), "name"), start),
    ruleNamesAt: ruleNameOffsets(contents, start),
    broken: diagnostics.length > 0,
    diagnostics,
  };
}

function fromProblem(source: SourceText, problem: YamlProblem): Diagnostic {
  return report(problem.code, problem.summary, placeOf(source, problem.range), problem.detail, problem.fix, {
    related: problem.related.map(({ message, range }) => ({ message, place: placeOf(source, range) })),
  });
}

function fromYamlError(source: SourceText, error: YAMLError): Diagnostic {
  const place = placeOf(source, { start: error.pos[0], end: error.pos[1] });
  if (
    error.code === "TAB_AS_INDENT" ||
    (place.text[place.column - 1] === "\t" && error.code !== "BAD_DQ_ESCAPE")
  ) {
    return report(
      "policy/yaml-tab",
      "Tab used as indentation",
      place,
      "YAML allows only spaces here; a tab looks the same in an editor and is refused.",
      "Replace the tab by spaces.",
    );
  }
  const message = error.message.split("\n", 1)[0]!.slice(0, 300);
  return report(
    "policy/yaml-syntax",
    "Text is not valid YAML",
    place,
    `The YAML parser says: ${message}. Nothing of this document is used until it is mended.`,
    error.code === "BAD_SCALAR_START" || error.code === "BLOCK_AS_IMPLICIT_KEY"
      ? "Put the value in quotes: a text with `: ` or a special first character needs them."
      : "Check indentation, colons, quotes and brackets here and on the line before.",
  );
}

function wrongVersion(source: SourceText, start: number): Diagnostic {
  const at = source.text.lastIndexOf("%YAML", start);
  const range = at === -1 ? { start, end: start + 1 } : { start: at, end: source.text.length };
  return report(
    "policy/yaml-version",
    "Other YAML version asked for",
    placeOf(source, range),
    "Policy files are YAML 1.2. In YAML 1.1, `yes`, `no`, `on` and `22:00` mean other things, so it is not read.",
    "Remove the %YAML line.",
  );
}

function tooLarge(source: SourceText): Diagnostic {
  return report(
    "policy/file-too-large",
    "Policy file is too large",
    { ...placeOf({ ...source, text: source.text.slice(0, 200) }, { start: 0, end: 1 }) },
    `The file has ${source.text.length} characters; at most ${LARGEST} are read.`,
    "Split it into several files.",
  );
}

function tooDeep(source: SourceText, range: TextRange): Diagnostic {
  return report(
    "policy/too-deep",
    "Document is nested too deeply",
    placeOf(source, range),
    `A document may be nested ${DEEPEST} levels deep; this one goes deeper. The file is not read.`,
    "Write fewer `not` and `any` inside each other.",
  );
}
