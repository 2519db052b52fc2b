/**
 * Reads the bytes between two variable values of a device's facts once, so that the same
 * bytes need only be compared from then on (`segments.ts`). Strict JSON without
 * whitespace or escapes; anything else is left to JSON.parse.
 */
import type { Buffer } from "node:buffer";
import { APPROVALS, APPROVAL_SOURCES, INSTALLERS, STATUSES } from "../core/model.ts";
import { packAttempts } from "./columns.ts";

/** What varies and stands between two segments: the text values of these keys. */
const SLOT = {
  end: 0,
  patch: 1,
  detectedAt: 2,
  approvedAt: 3,
  installedAt: 4,
  lastAttemptAt: 5,
  error: 6,
  /** A text under a key that this version does not know. */
  other: 7,
} as const;

/**
 * What a segment says about a fact, packed so that the parts of a fact can be joined by OR:
 * bits 0-10 which keys it has, then each word's code plus one.
 */
const STATE_SHIFT = 11;
export const STATE_BITS = 0x1ff;
const INSTALLER_SHIFT = 20;
/** The keys by which columns are known to be used. */
export const KEY_BIT = {
  installedBy: 16,
  attempts: 32,
  detectedAt: 64,
  approvedAt: 128,
  installedAt: 256,
  lastAttemptAt: 512,
} as const;
const PATCH_BIT = 1;
const STATUS_SHIFT = STATE_SHIFT;
const APPROVAL_SHIFT = STATE_SHIFT + 3;
const SOURCE_SHIFT = STATE_SHIFT + 6;

interface WordKey {
  readonly bit: number;
  readonly shift: number;
  readonly words: readonly string[];
}

const WORD_KEYS: ReadonlyMap<string, WordKey> = new Map<string, WordKey>([
  ["status", { bit: 2, shift: STATUS_SHIFT, words: STATUSES }],
  ["approval", { bit: 4, shift: APPROVAL_SHIFT, words: APPROVALS }],
  ["approvalBy", { bit: 8, shift: SOURCE_SHIFT, words: APPROVAL_SOURCES }],
  ["installedBy", { bit: KEY_BIT.installedBy, shift: INSTALLER_SHIFT, words: INSTALLERS }],
]);
const SLOT_KEYS: ReadonlyMap<string, { readonly bit: number; readonly slot: number }> = new Map([
  ["patch", { bit: PATCH_BIT, slot: SLOT.patch }],
  ["detectedAt", { bit: KEY_BIT.detectedAt, slot: SLOT.detectedAt }],
  ["approvedAt", { bit: KEY_BIT.approvedAt, slot: SLOT.approvedAt }],
  ["installedAt", { bit: KEY_BIT.installedAt, slot: SLOT.installedAt }],
  ["lastAttemptAt", { bit: KEY_BIT.lastAttemptAt, slot: SLOT.lastAttemptAt }],
  ["error", { bit: 1024, slot: SLOT.error }],
]);

export interface Segment {
  readonly text: string;
  /** What it says about the fact that it starts in; then, past a `}`, about the next one. */
  readonly before: number;
  readonly attemptsBefore: number;
  readonly closes: boolean;
  readonly after: number;
  readonly attemptsAfter: number;
  readonly slot: number;
}

const MAX_SEGMENT = 2048;
const TEXT = /[^"\\\u0000-\u001f\u007f-\uffff]*"/y;
const LITERAL = /(?:true|false|null|-?(?:0|[1-9]\d{0,14}))(?=[,}])/y;
const COUNT = /^(?:0|[1-9]\d{0,8})$/;

class SegmentParser {
  readonly #text: string;
  #at = 0;
  #value = 0;
  #attempts = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** `inText`: the segment starts at the closing quote of a value; else at the `{` of the first fact. */
  parse(inText: boolean): Segment | null {
    let before: { value: number; attempts: number } | null = null;
    if (inText ? !this.#eat('"') : !this.#eat("{")) return null;
    let slot = inText ? -1 : this.#member();
    while (slot === -1) {
      if (this.#eat(",")) {
        slot = this.#member();
        continue;
      }
      if (!this.#eat("}") || before !== null) return null;
      before = { value: this.#value, attempts: this.#attempts };
      this.#value = 0;
      this.#attempts = 0;
      if (this.#eat(",{")) slot = this.#member();
      else if (this.#eat("]}")) slot = SLOT.end;
      else return null;
    }
    if (slot === -2) return null;
    const [value, attempts] = [this.#value, this.#attempts];
    return {
      text: this.#text.slice(0, this.#at),
      before: before?.value ?? value,
      attemptsBefore: before?.attempts ?? attempts,
      closes: before !== null,
      after: before === null ? 0 : value,
      attemptsAfter: before === null ? 0 : attempts,
      slot,
    };
  }

  #eat(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #textValue(): string | null {
    const found = this.#eat('"') ? this.#match(TEXT) : null;
    return found === null ? null : found.slice(0, -1);
  }

  /** Notes a key; false when it stands twice. */
  #mark(bit: number): boolean {
    if ((this.#value & bit) !== 0) return false;
    this.#value |= bit;
    return true;
  }

  /** Key and value. -1: done; -2: not for us; else the slot of a text that starts here. */
  #member(): number {
    const key = this.#textValue();
    if (key === null || !this.#eat(":")) return -2;
    const word = WORD_KEYS.get(key);
    if (word !== undefined) return this.#word(word);
    const slot = SLOT_KEYS.get(key);
    if (slot !== undefined && !this.#mark(slot.bit)) return -2;
    if (this.#eat('"')) return key === "attempts" ? -2 : (slot?.slot ?? SLOT.other);
    const literal = this.#match(LITERAL);
    if (literal === null) return -2;
    if (key === "attempts") return this.#count(literal);
    if (slot !== undefined) return literal === "null" && slot.slot !== SLOT.patch ? -1 : -2;
    return -1;
  }

  #word(key: WordKey): number {
    if (!this.#mark(key.bit)) return -2;
    if (this.#match(LITERAL) === "null") return -1;
    const word = this.#textValue();
    const code = word === null ? -1 : key.words.indexOf(word);
    if (code < 0) return -2;
    this.#value |= (code + 1) << key.shift;
    return -1;
  }

  #count(literal: string): number {
    if (!this.#mark(KEY_BIT.attempts)) return -2;
    if (literal === "null") return -1;
    if (!COUNT.test(literal)) return -2;
    this.#attempts = packAttempts(Number(literal));
    return -1;
  }
}

/** The segment at a place, or null when the line is to go the slow way. */
export function parseSegment(bytes: Buffer, start: number, end: number, inText: boolean): Segment | null {
  const text = bytes.toString("latin1", start, Math.min(end, start + MAX_SEGMENT));
  return new SegmentParser(text).parse(inText);
}
