import type { Instant } from "../core/model.ts";
import { parseInstant } from "../core/time.ts";
import { readInstantText } from "./instant-text.ts";
import { quote, type Problem } from "./problems.ts";

export type JsonObject = Readonly<Record<string, unknown>>;
export type Report = (problem: Problem) => void;

/** 1 to 200 printable characters (design 1.1): no control, format or surrogate characters, no line separators. */
const ID = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,200}$/u;

const PLAIN_ID = /^[ -~]{1,200}$/;

export function isValidId(id: string): boolean {
  return PLAIN_ID.test(id) || ID.test(id);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads typed fields of one JSON object. A field that is absent or null gives null (or
 * an empty list); one that is wrong is reported and gives the same, so that all
 * mistakes of a line are found in one pass.
 */
export class Fields {
  private readonly source: JsonObject;
  private readonly what: () => string;
  private readonly tell: Report;

  /** `what` names the object in messages: `patch "KB1"`; asked only when there is one. */
  constructor(object: JsonObject, what: () => string, report: Report) {
    this.source = object;
    this.what = what;
    this.tell = report;
  }

  report(problem: Problem): void {
    this.tell(problem);
  }

  has(key: string): boolean {
    return this.source[key] !== undefined && this.source[key] !== null;
  }

  /** An empty text counts as absent. */
  text(key: string): string | null {
    const value = this.source[key];
    if (value === undefined || value === null || value === "") return null;
    if (typeof value === "string") return value;
    return this.wrong(key, value, "a text");
  }

  /** Required. */
  id(key: string): string | null {
    const value = this.source[key];
    if (value === undefined || value === null) return this.missing(key);
    if (typeof value !== "string") return this.wrong(key, value, "a text");
    if (isValidId(value)) return value;
    this.tell({
      code: "snapshot/invalid-id",
      summary: "Invalid id",
      detail: `${quote(key)} of ${this.what()} is ${quote(value)} (${String(value.length)} code units). An id is 1 to 200 printable characters.`,
    });
    return null;
  }

  missing(key: string): null {
    this.tell({
      code: "snapshot/missing-field",
      summary: "Missing field",
      detail: `${this.what()} has no ${quote(key)}, which every such record must have.`,
    });
    return null;
  }

  instant(key: string): Instant | null {
    const value = this.source[key];
    if (value === undefined || value === null) return null;
    if (typeof value !== "string") return this.wrong(key, value, "an instant as text");
    const usual = readInstantText(value);
    const at = usual >= 0 ? usual : parseInstant(value);
    if (at !== null) return at;
    this.tell({
      code: "snapshot/instant",
      summary: "Instant does not parse",
      detail: `${quote(key)} of ${this.what()} is ${quote(value)}; expected RFC 3339 with a zone.`,
      fix: "write it like `2026-03-18T08:30:00Z`.",
    });
    return null;
  }

  flag(key: string): boolean | null {
    const value = this.source[key];
    if (value === undefined || value === null) return null;
    return typeof value === "boolean" ? value : this.wrong(key, value, "true or false");
  }

  number(key: string, max: number, whole: boolean): number | null {
    const value = this.source[key];
    if (value === undefined || value === null) return null;
    if (typeof value !== "number") return this.wrong(key, value, "a number");
    if (value >= 0 && value <= max && (!whole || Number.isInteger(value))) return value;
    const range = max === Infinity || max > 1e15 ? "not negative" : `from 0 to ${String(max)}`;
    this.tell({
      code: "snapshot/out-of-range",
      summary: "Number out of range",
      detail: `${quote(key)} of ${this.what()} is ${String(value)}; expected a ${whole ? "whole " : ""}number ${range}.`,
    });
    return null;
  }

  list(key: string): readonly string[] {
    const value = this.source[key];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.wrong(key, value, "a list of texts");
      return [];
    }
    const items = value as readonly unknown[];
    const texts = items.filter((item) => typeof item === "string");
    if (texts.length < items.length)
      this.wrong(
        key,
        items.find((item) => typeof item !== "string"),
        "texts only in this list",
      );
    return texts;
  }

  object(key: string): JsonObject | null {
    const value = this.source[key];
    if (value === undefined || value === null) return null;
    return isObject(value) ? value : this.wrong(key, value, "an object");
  }

  /** The code of a word in a closed list; -1 when absent or wrong. */
  word(key: string, words: readonly string[]): number {
    const value = this.source[key];
    if (value === undefined || value === null) return -1;
    if (typeof value !== "string") {
      this.wrong(key, value, "a text");
      return -1;
    }
    const code = words.indexOf(value);
    if (code < 0) this.unknownWord(key, value, words, "error");
    return code;
  }

  /** A text with a list of known words; another one is kept, with a warning. */
  openWord(key: string, words: readonly string[]): string | null {
    const value = this.text(key);
    if (value !== null && !words.includes(value)) this.unknownWord(key, value, words, "warning");
    return value;
  }

  private unknownWord(
    key: string,
    value: string,
    words: readonly string[],
    severity: "error" | "warning",
  ): void {
    const where = severity === "error" ? this.what() : "a record";
    this.tell({
      code: "snapshot/unknown-word",
      severity,
      summary: `Unknown ${key}`,
      detail: `${quote(key)} of ${where} is ${quote(value)}. Known words: ${words.join(", ")}.`,
    });
  }

  private wrong(key: string, value: unknown, expected: string): null {
    this.tell({
      code: "snapshot/wrong-type",
      summary: "Wrong type of value",
      detail: `${quote(key)} of ${this.what()} is ${quote(value)}; expected ${expected}.`,
    });
    return null;
  }
}
