import type { Buffer } from "node:buffer";
import { APPROVALS, APPROVAL_SOURCES, STATUSES } from "../core/model.ts";
import { parseInstant } from "../core/time.ts";
import { packInstant, type FactBuilder } from "./columns.ts";
import { readInstant } from "./instant-bytes.ts";
import type { PatchTable } from "./patch-table.ts";
import { toState } from "./records.ts";
import {
  INSTALLER_SHIFT,
  KEY_BITS,
  parseSegment,
  PATCH_BIT,
  SLOT,
  STATE_BITS,
  STATE_SHIFT,
} from "./segment-parser.ts";
import { SegmentGroup } from "./segments.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const INSTANT_BYTES = 20;

/** State bytes by the packed words of a segment; -1 where there is no status. */
const STATES = Int16Array.from({ length: STATE_BITS + 1 }, (_, packed) => {
  const [status, approval, source] = [(packed & 7) - 1, ((packed >> 3) & 7) - 1, (packed >> 6) - 1];
  const known =
    status >= 0 &&
    status < STATUSES.length &&
    approval < APPROVALS.length &&
    source < APPROVAL_SOURCES.length;
  return known ? toState(status, approval, source) : -1;
});

/**
 * Reads the facts of a device from bytes, without making objects. It learns the bytes
 * between two values when it first sees them and compares them from then on. Whatever
 * surprises it (escapes, whitespace, unknown patches and words, duplicates) makes it give
 * up the line, and JSON.parse reads that one.
 */
export class FactScanner {
  private readonly table: PatchTable;
  private readonly facts: FactBuilder;
  /** By patch index: the last line in which it had a fact. */
  private readonly stamps: Uint32Array;
  /** By the kind of value before; 0 is the start of the facts. */
  private readonly groups: readonly SegmentGroup[] = Array.from({ length: 8 }, () => new SegmentGroup());
  private bytes: Buffer;
  private view: DataView;
  private end = 0;
  private patch = 0;

  constructor(table: PatchTable, facts: FactBuilder, stamps: Uint32Array, bytes: Buffer) {
    this.table = table;
    this.facts = facts;
    this.stamps = stamps;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** A view of the bytes, the same one while they are the same. */
  viewOf(bytes: Buffer): DataView {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.view;
  }

  /**
   * Appends the facts that start at `start` (after the `[`) and end with `]}` at `end`.
   * False when it gives up; then nothing was appended. `stamp` is new for every call.
   */
  scan(bytes: Buffer, start: number, end: number, stamp: number): boolean {
    this.viewOf(bytes);
    this.end = end;
    const first = this.facts.length;
    if (this.scanFacts(start, stamp)) return true;
    this.forget(first);
    return false;
  }

  private scanFacts(start: number, stamp: number): boolean {
    const { facts, groups } = this;
    let at = start;
    let group: SegmentGroup = groups[0]!;
    let before: SegmentGroup = group;
    let last = 0;
    let value = 0;
    let attempts = 0;
    for (;;) {
      let index = before.follower[last]!;
      if (index >= group.count || !group.stands(index, this.view, at, this.end)) {
        index = group.find(this.view, at, this.end);
        if (index < 0) index = this.learn(group, at, group !== groups[0]);
        if (index < 0) return false;
        before.follower[last] = index;
      }
      const said = group.before[index]!;
      if ((value & said & KEY_BITS) !== 0) return false;
      value |= said;
      attempts += group.attemptsBefore[index]!;
      if (group.closes[index] === 1) {
        if (!this.close(value, attempts, stamp)) return false;
        value = group.after[index]!;
        attempts = group.attemptsAfter[index]!;
      }
      at += group.lengths[index]!;
      const slot = group.slot[index]!;
      if (slot === SLOT.end) return at === this.end;
      // The entry that is being filled must exist before its instants are written.
      if (facts.length === facts.capacity) facts.grow();
      at = slot === SLOT.patch ? this.readPatch(at) : this.readText(slot, at);
      if (at < 0) return false;
      before = group;
      last = index;
      group = groups[slot]!;
    }
  }

  /** Completes a fact; false when it is not one. */
  private close(value: number, attempts: number, stamp: number): boolean {
    const { facts, patch, stamps } = this;
    const state = STATES[(value >> STATE_SHIFT) & STATE_BITS]!;
    if ((value & PATCH_BIT) === 0 || state < 0 || stamps[patch] === stamp) return false;
    stamps[patch] = stamp;
    const at = facts.length;
    facts.patch[at] = patch;
    facts.state[at] = state;
    if (attempts !== 0) facts.attempts[at] = attempts;
    const installer = value >> INSTALLER_SHIFT;
    if (installer > 1) facts.installedBy[at] = installer - 1;
    facts.length = at + 1;
    return true;
  }

  /** Reads a patch id; gives the place of its closing quote, or -1. */
  private readPatch(at: number): number {
    const { table, bytes, end } = this;
    const { commonLength } = table;
    if (commonLength > 0) {
      // The segment that follows starts with the closing quote.
      this.patch = at + commonLength < end ? table.findCommon(this.view, at) : -1;
      return this.patch < 0 ? -1 : at + commonLength;
    }
    let close = at;
    while (close < end && bytes[close] !== QUOTE) close++;
    if (close >= end) return -1;
    this.patch = table.find(this.view, at, close - at);
    return this.patch < 0 ? -1 : close;
  }

  private readText(slot: number, at: number): number {
    if (slot === SLOT.error || slot === SLOT.other) return this.readWords(slot, at);
    // The segment that follows starts with the closing quote; no longer text does.
    let instant = at + INSTANT_BYTES < this.end ? readInstant(this.view, at) : -1;
    let close = at + INSTANT_BYTES;
    if (instant < 0) {
      close = this.textEnd(at);
      if (close < 0) return -1;
      const parsed = parseInstant(this.bytes.toString("latin1", at, close));
      if (parsed === null) return -1;
      instant = packInstant(parsed);
    }
    const row = this.facts.length;
    if (slot === SLOT.detectedAt) this.facts.detectedAt[row] = instant;
    else if (slot === SLOT.approvedAt) this.facts.approvedAt[row] = instant;
    else if (slot === SLOT.installedAt) this.facts.installedAt[row] = instant;
    else this.facts.lastAttemptAt[row] = instant;
    return close;
  }

  private readWords(slot: number, at: number): number {
    const close = this.textEnd(at);
    if (slot === SLOT.error && close > at) {
      this.facts.errors.set(this.facts.length, this.bytes.toString("latin1", at, close));
    }
    return close;
  }

  /** The closing quote of a text of plain ASCII without escapes; -1 for any other. */
  private textEnd(at: number): number {
    for (let i = at; i < this.end; i++) {
      const byte = this.bytes[i]!;
      if (byte === QUOTE) return i;
      if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return -1;
    }
    return -1;
  }

  private learn(group: SegmentGroup, at: number, inText: boolean): number {
    const segment = parseSegment(this.bytes, at, this.end, inText);
    return segment === null ? -1 : group.add(segment);
  }

  /** Takes back what a line that was given up has left, the entry in work included. */
  private forget(first: number): void {
    const { facts } = this;
    const last = facts.length + 1;
    for (const column of [facts.detectedAt, facts.approvedAt, facts.installedAt, facts.lastAttemptAt])
      column.fill(0, first, last);
    facts.attempts.fill(0, first, last);
    facts.installedBy.fill(0, first, last);
    for (let at = first; at < last; at++) facts.errors.delete(at);
    facts.length = first;
  }
}
