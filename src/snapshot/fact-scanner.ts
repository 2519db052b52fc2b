import { APPROVALS, APPROVAL_SOURCES, STATUSES } from "../core/model.ts";
import { parseInstant } from "../core/time.ts";
import { packInstant, type FactBuilder } from "./columns.ts";
import { layPatchTable } from "./patch-table.ts";
import { toState } from "./records.ts";
import { SCAN_RESULT, type ScanCode, type ScanMemory } from "./scan-memory.ts";
import { KEY_BIT, parseSegment, STATE_BITS } from "./segment-parser.ts";
import { GROUP_BYTES, SegmentGroup } from "./segments.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Facts that the scanner collects before they are taken into the columns. */
const STAGE_ROWS = 8192;
const STAGE_ROW_BYTES = 24;
const GROUPS = 8;
const START_BYTES = 64;

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
  readonly #memory: ScanMemory;
  readonly #code: ScanCode;
  readonly #facts: FactBuilder;
  /** By the kind of value before; 0 is the start of the facts. */
  readonly #groups: readonly SegmentGroup[];
  readonly #stage: number;
  #stamp = 0;

  constructor(memory: ScanMemory, patchIds: readonly string[], facts: FactBuilder) {
    this.#memory = memory;
    this.#code = memory.code;
    this.#facts = facts;
    const groups = memory.allocate(GROUPS * GROUP_BYTES);
    this.#groups = Array.from(
      { length: GROUPS },
      (_, i) => new SegmentGroup(memory, groups + i * GROUP_BYTES),
    );
    const { slots, mask } = layPatchTable(memory, patchIds);
    this.#code.setPatches(slots, mask, memory.allocate(patchIds.length * 4));
    const start = memory.allocate(START_BYTES);
    this.#code.setTables(groups, start, layStates(memory));
    this.#stage = memory.allocate(STAGE_ROWS * STAGE_ROW_BYTES);
    this.#code.setStage(this.#stage, STAGE_ROWS);
  }

  /** Facts read, those in the stage included. */
  get length(): number {
    return this.#facts.length + this.#code.getRow();
  }

  /**
   * Reads the facts that start at a place of the memory (after the `[`) and end with `]}` at `end`.
   * False when it gives up; then nothing was read.
   */
  scan(at: number, end: number): boolean {
    const code = this.#code;
    const first = this.length;
    let result = code.scan(at, end, ++this.#stamp);
    for (;;) {
      switch (result) {
        case SCAN_RESULT.done:
          return true;
        case SCAN_RESULT.giveUp:
          return this.#forget(first);
        case SCAN_RESULT.learn:
          if (!this.#learn(end)) return this.#forget(first);
          result = code.resume();
          break;
        case SCAN_RESULT.full:
          this.#take();
          code.moveStage();
          result = code.resume();
          break;
        default: {
          const next = result === SCAN_RESULT.error ? this.#readError() : this.#readInstant(end);
          if (next < 0) return this.#forget(first);
          result = next;
        }
      }
    }
  }

  /** Takes all facts into the columns. */
  flush(): void {
    this.#take();
    this.#code.startStage();
  }

  #take(): void {
    const facts = this.#facts;
    const rows = this.#code.getRow();
    if (rows === 0) return;
    while (facts.length + rows > facts.capacity) facts.grow();
    const { buffer } = this.#memory.view;
    const [at, used, to] = [this.#stage, this.#code.getUsed(), facts.length];
    const instants = (column: number): Uint32Array =>
      new Uint32Array(buffer, at + (4 + column * 4) * STAGE_ROWS, rows);
    facts.patch.set(new Uint32Array(buffer, at, rows), to);
    // Columns are 0 where nothing was said, and stay unused memory.
    if ((used & KEY_BIT.detectedAt) !== 0) facts.detectedAt.set(instants(0), to);
    if ((used & KEY_BIT.approvedAt) !== 0) facts.approvedAt.set(instants(1), to);
    if ((used & KEY_BIT.installedAt) !== 0) facts.installedAt.set(instants(2), to);
    if ((used & KEY_BIT.lastAttemptAt) !== 0) facts.lastAttemptAt.append(to, instants(3));
    if ((used & KEY_BIT.attempts) !== 0)
      facts.attempts.append(to, new Uint16Array(buffer, at + 20 * STAGE_ROWS, rows));
    facts.state.set(new Uint8Array(buffer, at + 22 * STAGE_ROWS, rows), to);
    if ((used & KEY_BIT.installedBy) !== 0)
      facts.installedBy.set(new Uint8Array(buffer, at + 23 * STAGE_ROWS, rows), to);
    facts.length = to + rows;
  }

  #learn(end: number): boolean {
    const [at, group] = [this.#code.getAt(), this.#code.getGroup()];
    const segment = parseSegment(this.#memory.bytes, at, end, group > 0);
    return segment !== null && this.#groups[group]!.add(segment);
  }

  /** Reads an instant that is not spelt as usual, and goes on; -1 where it is none. */
  #readInstant(end: number): number {
    const at = this.#code.getAt();
    const { bytes } = this.#memory;
    let close = at;
    while (close < end && bytes[close] !== QUOTE) {
      const byte = bytes[close++]!;
      if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return -1;
    }
    if (close >= end) return -1;
    const parsed = parseInstant(bytes.toString("latin1", at, close));
    return parsed === null ? -1 : this.#code.setInstant(packInstant(parsed), close);
  }

  #readError(): number {
    const [from, to] = [this.#code.getText(), this.#code.getAt()];
    this.#facts.errors.set(this.length, this.#memory.bytes.toString("latin1", from, to));
    return this.#code.resume();
  }

  /** Takes back what a line that was given up has left. */
  #forget(first: number): false {
    const { errors, length } = this.#facts;
    for (let at = first; at <= this.length; at++) errors.delete(at);
    if (first >= length) this.#code.dropTo(first - length);
    else {
      this.#code.startStage();
      this.#facts.truncate(first);
    }
    return false;
  }
}

function layStates(memory: ScanMemory): number {
  const at = memory.allocate(STATES.length * 2);
  STATES.forEach((state, i) => memory.view.setInt16(at + i * 2, state, true));
  return at;
}
