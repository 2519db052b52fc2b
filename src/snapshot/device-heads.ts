import { Buffer, isUtf8 } from "node:buffer";
import type { Instant } from "../core/model.ts";
import { isObject, type JsonObject } from "./fields.ts";
import { HeadTable } from "./head-table.ts";
import { readInstantAt } from "./instant-text.ts";
import type { ScanCode, ScanMemory } from "./scan-memory.ts";

const START = '{"record":"device","id":"';
const NAME = '","name":"';
const FACTS = '"facts":[';
const SCANNED = '"scannedAt":"';
const LAST_SEEN = '"lastSeenAt":"';
/** Between the pieces of a key: JSON allows no such character. */
const GAP = "\u0000";
const MAX_HEAD = 512;
const MAX_KNOWN = 4096;
const INSTANT_BYTES = 20;
/** Letters that stand for themselves in JSON. */
const PLAIN = /^[ !#-[\]-~]{1,200}$/;
/** Stand for the values while a head is learnt. Text that was read as Latin-1 has no such letters. */
const SAMPLES = { id: "\u2460", name: "\u2461", scannedAt: "\u2462", lastSeenAt: "\u2463" } as const;

/**
 * What stands in a device line before its facts. Most devices differ from an earlier one
 * in id, name and instants alone: the rest, byte for byte the same, is then not read again.
 *
 * `find` looks for a head that is known. `read` looks at one that is not: the bytes but for
 * those four values are its key, and `learn` ties that to a row of the device columns.
 */
export class DeviceHeads {
  /** Of the head that was read last. */
  id = "";
  name: string | null = null;
  /** Of the id; see `DeviceIds`. */
  hash = 0;
  /** NaN when absent. */
  scannedAt: Instant = NaN;
  lastSeenAt: Instant = NaN;
  /** Bytes up to the first fact. */
  length = 0;
  readonly #rows = new Map<string, number>();
  readonly #pieces: [string, string, string, string] = ["", "", "", ""];
  #key = "";
  readonly #code: ScanCode;
  readonly #table: HeadTable;

  constructor(memory: ScanMemory) {
    this.#code = memory.code;
    this.#table = new HeadTable(memory, START, NAME);
  }

  /** The row of a device with an equal head, or -1. `bytes` are those of the memory, the line is at a place in them. */
  find(bytes: Buffer, at: number, end: number): number {
    const code = this.#code;
    const row = code.findHead(at, end);
    if (row < 0) return -1;
    const [from, to, nameFrom] = [code.getIdFrom(), code.getIdTo(), code.getNameFrom()];
    this.id = bytes.toString("latin1", from, to);
    this.hash = code.hashText(from, to - from);
    this.name = nameFrom === 0 ? null : bytes.toString("latin1", nameFrom, code.getNameTo());
    this.scannedAt = code.getScannedAt();
    this.lastSeenAt = code.getLastSeenAt();
    this.length = code.getFactsAt() - at;
    this.#key = "";
    return row;
  }

  /** As `find`, slowly, for a head that may become known. */
  read(bytes: Buffer, start: number, end: number): number {
    this.#key = "";
    const text = bytes.toString("latin1", start, Math.min(end, start + MAX_HEAD));
    if (!text.startsWith(START)) return -1;
    const facts = text.indexOf(FACTS);
    const rest = this.#readNames(bytes, start, text, facts);
    if (rest < 0) return -1;
    this.hash = this.#code.hashText(start + START.length, this.id.length);
    this.length = facts + FACTS.length;
    const scanned = placeOf(SCANNED, text, rest, facts);
    const seen = placeOf(LAST_SEEN, text, rest, facts);
    this.scannedAt = scanned < 0 ? NaN : readInstantAt(text, scanned);
    this.lastSeenAt = seen < 0 ? NaN : readInstantAt(text, seen);
    if (this.scannedAt < 0 || this.lastSeenAt < 0) return -1;
    const [first, second] = scanned < 0 || (seen >= 0 && seen < scanned) ? [seen, scanned] : [scanned, seen];
    const pieces = this.#pieces;
    pieces[0] = this.name === null ? "" : NAME;
    pieces[1] = text.slice(rest, first < 0 ? this.length : first);
    pieces[2] = first < 0 ? "" : text.slice(first + INSTANT_BYTES, second < 0 ? this.length : second);
    pieces[3] = second < 0 ? "" : text.slice(second + INSTANT_BYTES, this.length);
    this.#key = pieces[0] + GAP + pieces[1] + GAP + pieces[2] + GAP + pieces[3];
    return this.#rows.get(this.#key) ?? -1;
  }

  /** Ties the head that was read last to the row that was made of it, without errors, by JSON.parse. */
  learn(row: number): void {
    if (this.#key !== "" && this.#rows.size < MAX_KNOWN && areValues(this.#pieces)) {
      // Flat and of its own, so that it does not keep the text that it was cut from.
      this.#rows.set(Buffer.from(this.#key, "latin1").toString("latin1"), row);
      const [name, ...pieces] = this.#pieces;
      this.#table.add(
        pieces.map((text) => ({ text, next: text.endsWith(SCANNED) ? 1 : text.endsWith(LAST_SEEN) ? 2 : 0 })),
        name !== "",
        row,
      );
    }
  }

  /** Reads id and name; gives the place of the quote after them, or -1. */
  #readNames(bytes: Buffer, start: number, text: string, facts: number): number {
    const idEnd = text.indexOf('"', START.length);
    if (idEnd < 0 || idEnd > facts) return -1;
    // Taken from the bytes: a part of `text` would keep all of it.
    this.id = bytes.toString("latin1", start + START.length, start + idEnd);
    if (!PLAIN.test(this.id)) return -1;
    this.name = null;
    if (!text.startsWith(NAME, idEnd)) return idEnd;
    const from = idEnd + NAME.length;
    const nameEnd = text.indexOf('"', from);
    if (nameEnd < 0 || nameEnd > facts) return -1;
    this.name = bytes.toString("latin1", start + from, start + nameEnd);
    return PLAIN.test(this.name) ? nameEnd : -1;
  }
}

/** The place of an instant that follows a key, or -1. */
function placeOf(key: string, text: string, from: number, to: number): number {
  const at = text.indexOf(key, from);
  if (at < 0) return -1;
  const place = at + key.length;
  return place + INSTANT_BYTES < to && text[place + INSTANT_BYTES] === '"' ? place : -1;
}

/**
 * True when each value that was cut out is the device's own: with other values there, the
 * parser must find those. (Such a key could also stand in an object within, or twice.)
 */
function areValues(pieces: readonly string[]): boolean {
  if (pieces.some((piece) => piece.includes("\\"))) return false;
  const [name = "", ...others] = pieces;
  const isCut = (key: string): boolean => others.some((piece) => piece.endsWith(key));
  const wanted = {
    id: SAMPLES.id,
    name: name === "" ? null : SAMPLES.name,
    scannedAt: isCut(SCANNED) ? SAMPLES.scannedAt : null,
    lastSeenAt: isCut(LAST_SEEN) ? SAMPLES.lastSeenAt : null,
  };
  const texts = others.map((piece) => {
    if (piece.endsWith(SCANNED)) return piece + SAMPLES.scannedAt;
    return piece.endsWith(LAST_SEEN) ? piece + SAMPLES.lastSeenAt : piece;
  });
  const value: unknown = JSON.parse(START + SAMPLES.id + name + (wanted.name ?? "") + texts.join("") + "]}");
  if (!isObject(value) || value["record"] !== "device") return false;
  return (["id", "name", "scannedAt", "lastSeenAt"] as const).every(
    (key) => (value[key] ?? null) === wanted[key],
  );
}

/** The device of a line up to its facts, or null when it is not one or not the whole line but for the facts. */
export function parseHead(head: Buffer): JsonObject | null {
  if (!isUtf8(head)) return null;
  try {
    const value: unknown = JSON.parse(`${head.toString("utf8")}]}`);
    return isObject(value) && value["record"] === "device" ? value : null;
  } catch {
    return null;
  }
}
