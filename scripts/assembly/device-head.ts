/**
 * What stands in a device line before its facts, where but for id, name and instants the bytes are
 * those of an earlier device. src/snapshot/device-heads.ts lays out what it knows.
 */
import { endOfText, hashText, isSame, readInstant } from "./text";

// Fields of a head. Three pieces of text; what follows the first and the second is an instant, or the facts.
const TEXT: usize = 0;
const LENGTH: usize = 4;
const NEXT: usize = 8;
const PIECE_BYTES: usize = 12;
const NAMED: usize = 36;
const ROW: usize = 40;

// Values of NEXT.
const FACTS: i32 = 0;
const SCANNED: i32 = 1;

const START_BYTES: u32 = 25;
const NAME_BYTES: u32 = 10;
const MAX_VALUE: usize = 200;
const INSTANT_BYTES: usize = 20;
const MAX_PROBES: u32 = 64;

let slots: usize = 0;
let mask: u32 = 0;
let hashed: u32 = 0;
let startText: usize = 0;
let nameText: usize = 0;

/** `hashedBytes` of a head's first piece are hashed; no first piece is shorter. */
export function setHeads(
  slotsAt: usize,
  slotMask: u32,
  hashedBytes: u32,
  startAt: usize,
  nameAt: usize,
): void {
  slots = slotsAt;
  mask = slotMask;
  hashed = hashedBytes;
  startText = startAt;
  nameText = nameAt;
}

let idFrom: usize = 0;
let idTo: usize = 0;
let nameFrom: usize = 0;
let nameTo: usize = 0;
let factsAt: usize = 0;
let scannedAt: f64 = NaN;
let lastSeenAt: f64 = NaN;

export function getIdFrom(): usize {
  return idFrom;
}
export function getIdTo(): usize {
  return idTo;
}
/** 0 without a name. */
export function getNameFrom(): usize {
  return nameFrom;
}
export function getNameTo(): usize {
  return nameTo;
}
/** Where the first fact is. */
export function getFactsAt(): usize {
  return factsAt;
}
/** NaN when absent. */
export function getScannedAt(): f64 {
  return scannedAt;
}
export function getLastSeenAt(): f64 {
  return lastSeenAt;
}

/** True when this head goes on from `rest`. */
function matches(head: usize, rest: usize, end: usize): bool {
  let at = rest;
  let piece = head;
  scannedAt = NaN;
  lastSeenAt = NaN;
  while (true) {
    const length = load<u32>(piece, LENGTH);
    if (at + length > end || !isSame(load<u32>(piece, TEXT), at, length)) return false;
    at += length;
    const next = load<i32>(piece, NEXT);
    if (next === FACTS) break;
    const instant = at + INSTANT_BYTES < end ? readInstant(at) : -1;
    if (instant < 0) return false;
    if (next === SCANNED) scannedAt = <f64>instant;
    else lastSeenAt = <f64>instant;
    at += INSTANT_BYTES;
    piece += PIECE_BYTES;
  }
  factsAt = at;
  return true;
}

/** The row of a device whose head starts at `from`, or -1. */
export function findHead(from: usize, end: usize): i32 {
  if (slots === 0 || from + START_BYTES >= end || !isSame(startText, from, START_BYTES)) return -1;
  idFrom = from + START_BYTES;
  idTo = endOfText(idFrom, end);
  if (idTo <= idFrom || idTo - idFrom > MAX_VALUE) return -1;
  let rest = idTo;
  nameFrom = 0;
  if (rest + NAME_BYTES < end && isSame(nameText, rest, NAME_BYTES)) {
    nameFrom = rest + NAME_BYTES;
    nameTo = endOfText(nameFrom, end);
    if (nameTo <= nameFrom || nameTo - nameFrom > MAX_VALUE) return -1;
    rest = nameTo;
  }
  const named = <i32>(nameFrom !== 0);
  if (rest + hashed > end) return -1;
  const hash = <u32>(<i64>hashText(rest, hashed));
  for (let probe: u32 = 0; probe < MAX_PROBES; probe++) {
    const head = <usize>load<u32>(slots + ((<usize>((hash + probe) & mask)) << 2));
    if (head === 0) return -1;
    if (load<i32>(head, NAMED) === named && matches(head, rest, end)) return load<i32>(head, ROW);
  }
  return -1;
}
