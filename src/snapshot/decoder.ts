import { Buffer, isUtf8 } from "node:buffer";
import type { Patch } from "../core/model.ts";
import type { Snapshot } from "../core/snapshot.ts";
import { DeviceBuilder, FactBuilder } from "./columns.ts";
import { DeviceHeads, parseHead } from "./device-heads.ts";
import { DeviceIds } from "./device-ids.ts";
import { FactScanner } from "./fact-scanner.ts";
import { Fields, isObject, type JsonObject } from "./fields.ts";
import {
  brokenLine,
  duplicate,
  duplicateFact,
  EMPTY,
  HEADER_AGAIN,
  headerMissing,
  NOT_UTF8,
  notObject,
  patchAfterDevice,
  unknownPatch,
  unknownRecord,
  wrongCount,
  wrongFacts,
  wrongFormat,
} from "./messages.ts";
import { quote, type Problem, type Problems } from "./problems.ts";
import type { ScanMemory } from "./scan-memory.ts";
import { appendFact, toDevice, toHeader, toPatch, type Header } from "./records.ts";

const FORMAT = /^patchring\.snapshot\/1(?:\.(\d{1,6}))?$/;
/** The shortest fact is longer: `{"patch":"a","status":"failed"}`. Keeps a false count from reserving memory. */
const MIN_FACT_BYTES = 24;
/** A false count reserves no more than about 100 MB, and of that uses nothing. */
const MAX_RESERVED_DEVICES = 1 << 20;
const FACTS_KEY: Buffer = Buffer.from('"facts":[');
/** Typed arrays are indexed by 32-bit numbers here. */
const MAX_FACTS = 0xffff_fff0;

/**
 * Builds a snapshot from its lines, one at a time and in order. Every line goes through
 * here; what is wrong with one is added to `problems`.
 */
export class SnapshotDecoder {
  readonly #problems: Problems;
  readonly #maxBytes: number;
  #lineNumber = 0;
  #header: Header | null = null;
  /** Set once a device was read: no patch may follow. */
  #devicesStarted = false;
  /** True in a file of a later minor version, which may add kinds of record. */
  #laterMinor = false;
  readonly #patches: Patch[] = [];
  readonly #patchIndex = new Map<string, number>();
  #devices = new DeviceBuilder(0);
  #deviceIds: DeviceIds;
  /** Made with the scanner. */
  #heads: DeviceHeads | null = null;
  /** Made with the first device. */
  #facts = new FactBuilder(0, 0);
  #expectedFacts = 0;
  /** Made with the first device; never made when every line goes through JSON.parse. */
  #scanner: FactScanner | null = null;
  /** Null when every line goes through JSON.parse. */
  readonly #memory: ScanMemory | null;
  /** By patch index: the number of the last device line that had a fact of it. */
  #stamps = new Uint32Array(0);
  #stamp = 0;
  #report: (problem: Problem) => void = () => undefined;

  /**
   * `maxBytes` bounds what the uncompressed file can hold. With a memory the facts of lines
   * that look like the ones before are read from their bytes; the result is the same.
   */
  constructor(problems: Problems, maxBytes: number, memory: ScanMemory | null) {
    this.#problems = problems;
    this.#memory = memory;
    this.#deviceIds = new DeviceIds(this.#devices.id, memory === null);
    this.#maxBytes = maxBytes;
  }

  get lineNumber(): number {
    return this.#lineNumber;
  }

  /** False when reading on is of no use. Blank lines count, but hold nothing. */
  line(bytes: Buffer, start: number, end: number): boolean {
    this.#lineNumber++;
    const first = this.#lineNumber === 1 ? skipMark(bytes, start, end) : start;
    if (first === end) return true;
    if (!this.#fastLine(bytes, first, end)) this.#slowLine(bytes, first, end);
    return !this.#problems.full && (this.#header !== null || this.#problems.errors === 0);
  }

  /** Null when anything was wrong with the file. */
  finish(digest: string): Snapshot | null {
    this.#scanner?.flush();
    if (this.#header === null && this.#problems.errors === 0) {
      this.#add(EMPTY, 0);
    }
    if (this.#problems.errors === 0) this.#checkCounts();
    if (this.#header === null || this.#problems.errors > 0) return null;
    return {
      header: this.#header.header,
      digest,
      patches: this.#patches,
      devices: this.#devices.build(),
      facts: this.#facts.build(),
    };
  }

  #add(problem: Problem, line: number = this.#lineNumber, text: () => string = () => ""): void {
    this.#problems.add(problem, line, text);
  }

  /**
   * Reads a device line that ends with its facts: the facts from bytes, the rest as JSON with
   * an empty list in their place. False when that is not possible; nothing has happened then.
   */
  #fastLine(bytes: Buffer, start: number, end: number): boolean {
    const memory = this.#memory;
    if (memory === null || !this.#devicesStarted) return false;
    const scanner = (this.#scanner ??= this.#makeScanner(memory));
    const heads = (this.#heads ??= new DeviceHeads(memory));
    const at = memory.bring(bytes, start, end);
    const to = at + end - start;
    let row = heads.find(memory.bytes, at, to);
    if (row < 0) row = heads.read(memory.bytes, at, to);
    if (row >= 0 && !this.#deviceIds.has(heads.id, heads.hash)) return this.#likeDevice(heads, row, at, to);
    const line = bytes.subarray(start, end);
    const key = line.indexOf(FACTS_KEY);
    if (key < 0) return false;
    const head = line.subarray(0, key + FACTS_KEY.length);
    const device = parseHead(head);
    if (device === null) return false;
    const before = scanner.length;
    if (!scanner.scan(at + head.length, to)) return false;
    this.#report = (problem) => this.#add(problem, this.#lineNumber, () => line.toString("utf8", 0, 800));
    const { errors } = this.#problems;
    this.#readDevice(device, before);
    if (this.#problems.errors === errors) heads.learn(this.#devices.id.length - 1);
    return true;
  }

  /** The same for a device whose head is known. */
  #likeDevice(heads: DeviceHeads, row: number, at: number, end: number): boolean {
    const scanner = this.#scanner!;
    const before = scanner.length;
    if (!scanner.scan(at + heads.length, end)) return false;
    this.#devices.pushLike(row, heads, before, scanner.length - before);
    this.#deviceIds.add(heads.id, heads.hash);
    return true;
  }

  #makeScanner(memory: ScanMemory): FactScanner {
    const ids = this.#patches.map((patch) => patch.id);
    return new FactScanner(memory, ids, this.#facts);
  }

  #slowLine(bytes: Buffer, start: number, end: number): void {
    const line = bytes.subarray(start, end);
    this.#report = (problem) => this.#add(problem, this.#lineNumber, () => line.toString("utf8", 0, 800));
    if (!isUtf8(line)) {
      this.#report(NOT_UTF8);
      return;
    }
    const text = line.toString("utf8");
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (text.trim() !== "") this.#report(brokenLine(error));
      return;
    }
    if (isObject(value)) this.#record(value);
    else this.#report(notObject(value));
  }

  #record(object: JsonObject): void {
    const record = object["record"];
    if (this.#header === null) {
      if (record === "header") this.#readHeader(object);
      else this.#report(headerMissing(record));
      return;
    }
    if (record === "device") this.#readDevice(object);
    else if (record === "patch") this.#readPatch(object);
    else if (record === "header") this.#report(HEADER_AGAIN);
    else this.#report(unknownRecord(record, this.#laterMinor));
  }

  #readHeader(object: JsonObject): void {
    const format = object["format"];
    const match = typeof format === "string" ? FORMAT.exec(format) : null;
    if (match === null) {
      this.#report(wrongFormat(format));
      return;
    }
    this.#laterMinor = Number(match[1] ?? 0) > 0;
    const header = toHeader(new Fields(object, () => "the header", this.#report));
    if (header === null) return;
    this.#header = header;
    const mostFacts = Math.ceil(this.#maxBytes / MIN_FACT_BYTES);
    this.#expectedFacts = Math.min(header.counts.facts ?? 0, mostFacts, MAX_FACTS);
    this.#devices = new DeviceBuilder(Math.min(header.counts.devices ?? 0, MAX_RESERVED_DEVICES));
    this.#deviceIds = new DeviceIds(this.#devices.id, this.#memory === null);
  }

  #readPatch(object: JsonObject): void {
    const id = new Fields(object, () => "a patch", this.#report).id("id");
    if (id === null) return;
    if (this.#devicesStarted) this.#report(patchAfterDevice(id));
    else if (this.#patchIndex.has(id)) this.#report(duplicate("patch", id));
    this.#patchIndex.set(id, this.#patches.length);
    this.#patches.push(toPatch(id, object, new Fields(object, () => `patch ${quote(id)}`, this.#report)));
  }

  /** `scannedFrom`: the facts are in the columns already, from there on. */
  #readDevice(object: JsonObject, scannedFrom = -1): void {
    this.#startDevices();
    const id = new Fields(object, () => "a device", this.#report).id("id");
    const fields = new Fields(object, () => (id === null ? "a device" : `device ${quote(id)}`), this.#report);
    const hash = id === null ? 0 : (this.#memory?.hashOf(id) ?? 0);
    if (id !== null && this.#deviceIds.has(id, hash)) this.#report(duplicate("device", id));
    const row = toDevice(id ?? "", fields);
    if (scannedFrom < 0) this.#scanner?.flush();
    const start = scannedFrom < 0 ? this.#facts.length : scannedFrom;
    if (scannedFrom < 0) this.#readFacts(object["facts"], row.id);
    this.#devices.push(row, start, (this.#scanner?.length ?? this.#facts.length) - start);
    if (id !== null) this.#deviceIds.add(id, hash);
  }

  #startDevices(): void {
    if (this.#devicesStarted) return;
    this.#devicesStarted = true;
    this.#facts = new FactBuilder(this.#expectedFacts, this.#patches.length);
    this.#stamps = new Uint32Array(this.#patches.length);
  }

  #readFacts(facts: unknown, device: string): void {
    if (facts === undefined || facts === null) return;
    if (!Array.isArray(facts)) {
      this.#report(
        wrongFacts(`"facts" of device ${quote(device)} is ${quote(facts)}; expected a list of objects.`),
      );
      return;
    }
    this.#stamp++;
    for (const fact of facts as readonly unknown[]) {
      if (this.#problems.full) return;
      if (isObject(fact)) this.#readFact(fact, device);
      else
        this.#report(wrongFacts(`A fact of device ${quote(device)} is ${quote(fact)}; expected an object.`));
    }
  }

  #readFact(fact: JsonObject, device: string): void {
    const name = fact["patch"];
    if (typeof name !== "string") {
      new Fields(fact, () => `a fact of device ${quote(device)}`, this.#report).id("patch");
      return;
    }
    const patch = this.#patchIndex.get(name);
    if (patch === undefined) {
      this.#report(unknownPatch(name, device));
      return;
    }
    if (this.#stamps[patch] === this.#stamp) this.#report(duplicateFact(name, device));
    this.#stamps[patch] = this.#stamp;
    appendFact(
      new Fields(fact, () => `the fact of device ${quote(device)} about patch ${quote(name)}`, this.#report),
      patch,
      this.#facts,
    );
  }

  #checkCounts(): void {
    const counts = this.#header?.counts ?? { patches: null, devices: null, facts: null };
    const found = {
      patches: this.#patches.length,
      devices: this.#devices.id.length,
      facts: this.#facts.length,
    };
    for (const key of ["patches", "devices", "facts"] as const) {
      if (counts[key] !== null && counts[key] !== found[key])
        this.#add(wrongCount(key, counts[key], found[key]), 1);
    }
  }
}

/** Skips a UTF-8 byte order mark. */
function skipMark(bytes: Buffer, start: number, end: number): number {
  const marked =
    end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  return marked ? start + 3 : start;
}
