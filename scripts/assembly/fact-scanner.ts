/**
 * The facts of one device line, from bytes to the columns of a stage. src/snapshot/fact-scanner.ts
 * calls it and learns what it does not know.
 */
import { endOfText, isSame, readInstant } from "./text";

// Results of `scan` and `resume`: SCAN_RESULT in scan-memory.ts.
const DONE: i32 = 0;
const GIVE_UP: i32 = 1;
const LEARN: i32 = 2;
const FULL: i32 = 3;
const INSTANT: i32 = 4;
const ERROR_TEXT: i32 = 5;

const MAX_PROBES: u32 = 16;

// Fields of a segment (segment-parser.ts): the place of its text, then the rest.
const TEXT: usize = 0;
const LENGTH: usize = 4;
const BEFORE: usize = 8;
const ATTEMPTS_BEFORE: usize = 12;
const CLOSES: usize = 16;
const AFTER: usize = 20;
const ATTEMPTS_AFTER: usize = 24;
const SLOT: usize = 28;
/** The segment that followed last time: tried first. */
const FOLLOWER: usize = 32;

// Fields of a group: its hash table of segments.
const GROUP_BYTES: usize = 64;
const SLOTS: usize = 0;
const MASK: usize = 4;
const SHORTEST: usize = 8;
const SAMPLES: usize = 12;
const SAMPLE: usize = 16;

// What a segment says, as segment-parser.ts packs it.
const KEY_BITS: i32 = 0x7ff;
const PATCH_BIT: i32 = 1;
const STATE_SHIFT: i32 = 11;
const STATE_BITS: i32 = 0x1ff;
const INSTALLER_SHIFT: i32 = 20;

const SLOT_END: i32 = 0;
const SLOT_PATCH: i32 = 1;
const SLOT_ERROR: i32 = 6;
const SLOT_OTHER: i32 = 7;

let groups: usize = 0;
let start: usize = 0;
let states: usize = 0;
let patchSlots: usize = 0;
let patchMask: u32 = 0;
let stamps: usize = 0;
let columns: usize = 0;
let capacity: u32 = 0;

let patchColumn: usize = 0;
let instantColumns: usize = 0;
let attemptsColumn: usize = 0;
let stateColumn: usize = 0;
let installerColumn: usize = 0;

/** `startAt`: a segment before all others. `statesAt`: state bytes by packed words. */
export function setTables(groupsAt: usize, startAt: usize, statesAt: usize): void {
  groups = groupsAt;
  start = startAt;
  states = statesAt;
}

export function setPatches(slotsAt: usize, mask: u32, stampsAt: usize): void {
  patchSlots = slotsAt;
  patchMask = mask;
  stamps = stampsAt;
}

/** A column after the other: patch, four instants (4 bytes a row each), attempts (2), state and installer (1 each). */
export function setStage(at: usize, rows: u32): void {
  columns = at;
  capacity = rows;
  patchColumn = at;
  instantColumns = at + 4 * rows;
  attemptsColumn = at + 20 * rows;
  stateColumn = at + 22 * rows;
  installerColumn = at + 23 * rows;
}

// The line in work.
let row: u32 = 0;
let at: usize = 0;
let end: usize = 0;
let text: usize = 0;
let stamp: u32 = 0;
let value: i32 = 0;
let attempts: i32 = 0;
let patch: u32 = 0;
let patchLength: u32 = 0;
let group: usize = 0;
let last: usize = 0;
let slot: i32 = 0;
let used: i32 = 0;

export function getRow(): u32 {
  return row;
}
export function getAt(): usize {
  return at;
}
export function getText(): usize {
  return text;
}
export function getGroup(): i32 {
  return i32((group - groups) / GROUP_BYTES);
}
export function getSlot(): i32 {
  return slot;
}
export function getUsed(): i32 {
  return used;
}

/** A fact has no instants until some are read. */
function clearRow(): void {
  const place = instantColumns + ((<usize>row) << 2);
  const step = (<usize>capacity) << 2;
  store<u32>(place, 0);
  store<u32>(place + step, 0);
  store<u32>(place + 2 * step, 0);
  store<u32>(place + 3 * step, 0);
}

/** Empties the stage. */
export function startStage(): void {
  row = 0;
  used = 0;
}

/** Goes back to a row, after a line was given up. */
export function dropTo(to: u32): void {
  row = to;
}

/** After FULL: the complete rows were taken; goes on with the one in work as the first. */
export function moveStage(): void {
  const step = (<usize>capacity) << 2;
  for (let k: usize = 0; k < 4; k++) {
    const column = instantColumns + k * step;
    store<u32>(column, load<u32>(column + ((<usize>row) << 2)));
  }
  row = 0;
}

/** True when this segment stands at a place. */
function stands(segment: usize, from: usize): bool {
  const length = load<u32>(segment, LENGTH);
  return from + length <= end && isSame(load<u32>(segment, TEXT), from, length);
}

/** The segment of the group that stands at a place, or 0. */
function find(from: usize): usize {
  if (from + load<u32>(group, SHORTEST) > end) return 0;
  let hash: u32 = 0;
  const samples = load<u32>(group, SAMPLES);
  for (let i: u32 = 0; i < samples; i++) {
    hash = (hash ^ load<u32>(from + load<u32>(group + (i << 2), SAMPLE))) * 0x9e3779b1;
    hash ^= hash >> 15;
  }
  const slots = <usize>load<u32>(group, SLOTS);
  const mask = load<u32>(group, MASK);
  let place = hash & mask;
  while (true) {
    const segment = <usize>load<u32>(slots + ((<usize>place) << 2));
    if (segment === 0) return 0;
    if (stands(segment, from)) return segment;
    place = (place + 1) & mask;
  }
}

/** Completes a fact; false when it is not one. */
function close(): bool {
  const state = <i32>load<i16>(states + ((<usize>((value >> STATE_SHIFT) & STATE_BITS)) << 1));
  if ((value & PATCH_BIT) === 0 || state < 0) return false;
  const stamped = stamps + ((<usize>patch) << 2);
  if (load<u32>(stamped) === stamp) return false;
  store<u32>(stamped, stamp);
  const installer = value >> INSTALLER_SHIFT;
  store<u32>(patchColumn + ((<usize>row) << 2), patch);
  store<u8>(stateColumn + row, state);
  store<u16>(attemptsColumn + ((<usize>row) << 1), attempts);
  store<u8>(installerColumn + row, installer > 1 ? installer - 1 : 0);
  used |= value;
  row++;
  return true;
}

/** As in patch-table.ts. */
function hashId(from: usize, length: u32): u32 {
  const lastAt = <usize>(length - 4);
  const half = lastAt >> 1;
  let hash = (load<u32>(from) ^ length) * 0x9e3779b1;
  hash = (hash ^ load<u32>(from + half)) * 0x85ebca6b;
  hash ^= load<u32>(from + (half >> 1)) * 0xc2b2ae35;
  hash ^= load<u32>(from + half + (half >> 1)) * 0x27d4eb2f;
  hash ^= load<u32>(from + lastAt) * 0x165667b1;
  hash = (hash ^ (hash >> 15)) * 0x2c1b3c6d;
  return hash ^ (hash >> 13);
}

/** The patch whose id of this length, and the quote after it, stand here. */
function findPatch(from: usize, length: u32): bool {
  if (from + length >= end || length < 4) return false;
  const hash = hashId(from, length);
  for (let probe: u32 = 0; probe < MAX_PROBES; probe++) {
    const entry = patchSlots + ((<usize>((hash + probe) & patchMask)) << 3);
    const known = <usize>load<u32>(entry);
    if (known === 0) return false;
    if (isSame(known, from, length + 1)) {
      patch = load<u32>(entry, 4);
      return true;
    }
  }
  return false;
}

/** Length of what stands before the next quote. */
function lengthToQuote(from: usize): u32 {
  let place = from;
  const quote = i8x16.splat(0x22);
  while (place < end) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(place), quote));
    if (bits !== 0) return <u32>(place - from) + ctz(bits);
    place += 16;
  }
  return <u32>(end - from);
}

/** Ids tend to be as long as the one before. */
function readPatch(): bool {
  if (at + patchLength >= end || load<u8>(at + patchLength) !== 0x22 || !findPatch(at, patchLength)) {
    patchLength = lengthToQuote(at);
    if (!findPatch(at, patchLength)) {
      return false;
    }
  }
  at += patchLength;
  return true;
}

/** Reads the facts of a line, from the `{` of the first one to `]}` at its end. `lineStamp` is new for every line. */
export function scan(from: usize, to: usize, lineStamp: u32): i32 {
  at = from;
  end = to;
  stamp = lineStamp;
  value = 0;
  attempts = 0;
  group = groups;
  last = start;
  if (row + 1 >= capacity) return FULL;
  clearRow();
  return resume();
}

/** After LEARN, and after FULL. */
export function resume(): i32 {
  while (true) {
    let segment = <usize>load<u32>(last, FOLLOWER);
    if (segment === 0 || !stands(segment, at)) {
      segment = find(at);
      if (segment === 0) return LEARN;
      store<u32>(last, <u32>segment, FOLLOWER);
    }
    const closes = load<i32>(segment, CLOSES) !== 0;
    if (closes && row + 1 >= capacity) return FULL;
    const said = load<i32>(segment, BEFORE);
    if ((value & said & KEY_BITS) !== 0) return GIVE_UP;
    value |= said;
    attempts += load<i32>(segment, ATTEMPTS_BEFORE);
    if (closes) {
      if (!close()) return GIVE_UP;
      clearRow();
      value = load<i32>(segment, AFTER);
      attempts = load<i32>(segment, ATTEMPTS_AFTER);
    }
    at += load<u32>(segment, LENGTH);
    slot = load<i32>(segment, SLOT);
    if (slot === SLOT_END) return at === end ? DONE : GIVE_UP;
    last = segment;
    group = groups + <usize>slot * GROUP_BYTES;
    if (slot === SLOT_PATCH) {
      if (!readPatch()) return GIVE_UP;
    } else if (slot < SLOT_ERROR) {
      const instant = at + 20 < end ? readInstant(at) : -1;
      if (instant < 0) return INSTANT;
      store<u32>(instantColumns + (<usize>(slot - 2) * capacity + row) * 4, <u32>instant);
      at += 20;
    } else {
      text = at;
      at = endOfText(at, end);
      if (at === 0) return GIVE_UP;
      if (slot === SLOT_ERROR && at > text) return ERROR_TEXT;
    }
  }
}

/** After INSTANT: what stands there, and where its quote is. */
export function setInstant(seconds: u32, quoteAt: usize): i32 {
  store<u32>(instantColumns + (<usize>(slot - 2) * capacity + row) * 4, seconds);
  at = quoteAt;
  return resume();
}
