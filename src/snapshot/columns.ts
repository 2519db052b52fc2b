import type { DeviceColumns, FactColumns, ListColumn, PatchColumn, TextColumn } from "../core/snapshot.ts";
import { Growing } from "./growing.ts";
import { SparseColumn } from "./sparse-column.ts";

const growingCodes = (rows?: number): Growing<Uint32Array> =>
  new Growing((length) => new Uint32Array(length), rows);
const growingNumbers = (rows: number): Growing<Float64Array> =>
  new Growing((length) => new Float64Array(length), rows);

function spread(codes: Uint32Array, rowOf: Uint32Array): Uint32Array {
  const column = new Uint32Array(rowOf.length);
  for (let i = 0; i < rowOf.length; i++) column[i] = codes[rowOf[i]!]!;
  return column;
}

/** Gives each distinct text of a column a code, in order of appearance; 0 is absent. */
export class TextBuilder {
  private readonly values: string[] = [""];
  private readonly codeOf = new Map<string, number>([["", 0]]);
  private readonly codes: Growing<Uint32Array> = growingCodes();

  push(value: string | null): void {
    if (value === null) {
      this.codes.push(0);
      return;
    }
    let code = this.codeOf.get(value);
    if (code === undefined) {
      code = this.values.push(value) - 1;
      this.codeOf.set(value, code);
    }
    this.codes.push(code);
  }

  /** `rowOf`: which of the pushed values each row has. */
  build(rowOf: Uint32Array): TextColumn {
    return { values: this.values, codes: spread(this.codes.build(), rowOf) };
  }
}

/** As `TextBuilder`, for whole lists. */
export class ListBuilder {
  private readonly values: (readonly string[])[] = [[]];
  private readonly codeOf = new Map<string, number>();
  private readonly codes: Growing<Uint32Array> = growingCodes();

  push(list: readonly string[]): void {
    if (list.length === 0) {
      this.codes.push(0);
      return;
    }
    const key = JSON.stringify(list);
    let code = this.codeOf.get(key);
    if (code === undefined) {
      code = this.values.push(list) - 1;
      this.codeOf.set(key, code);
    }
    this.codes.push(code);
  }

  build(rowOf: Uint32Array): ListColumn {
    return { values: this.values, codes: spread(this.codes.build(), rowOf) };
  }
}

/** One device as the columns take it. */
export interface DeviceRow {
  readonly id: string;
  readonly name: string | null;
  readonly client: string | null;
  readonly site: string | null;
  readonly type: string | null;
  readonly osFamily: string | null;
  readonly os: string | null;
  readonly timezone: string | null;
  readonly exposed: string;
  readonly contact: string | null;
  readonly tags: readonly string[];
  readonly apps: readonly string[];
  readonly critical: boolean | null;
  readonly scannedAt: number | null;
  readonly lastSeenAt: number | null;
}

/** What nearly every device has for itself. */
export interface OwnValues {
  readonly id: string;
  readonly name: string | null;
  readonly scannedAt: number;
  readonly lastSeenAt: number;
}

const TEXTS = ["client", "site", "type", "osFamily", "os", "timezone", "exposed", "contact"] as const;

/** Attributes that many devices have alike are pushed once; each device knows in which row they stand. */
export class DeviceBuilder {
  readonly id: string[] = [];
  private readonly attributes: Growing<Uint32Array>;
  private attributeRows = 0;
  private readonly name: (string | null)[] = [];
  private readonly texts: Readonly<Record<(typeof TEXTS)[number], TextBuilder>>;
  private readonly tags = new ListBuilder();
  private readonly apps = new ListBuilder();
  /** Codes as in `DeviceColumns`. */
  private readonly critical = growingCodes();
  private readonly scannedAt: Growing<Float64Array>;
  private readonly lastSeenAt: Growing<Float64Array>;
  private readonly factStart: Growing<Uint32Array>;
  private readonly factCount: Growing<Uint32Array>;

  /** `rows`: how many devices are expected. */
  constructor(rows: number) {
    this.texts = {
      client: new TextBuilder(),
      site: new TextBuilder(),
      type: new TextBuilder(),
      osFamily: new TextBuilder(),
      os: new TextBuilder(),
      timezone: new TextBuilder(),
      exposed: new TextBuilder(),
      contact: new TextBuilder(),
    };
    this.attributes = growingCodes(rows);
    this.scannedAt = growingNumbers(rows);
    this.lastSeenAt = growingNumbers(rows);
    this.factStart = growingCodes(rows);
    this.factCount = growingCodes(rows);
  }

  push(row: DeviceRow, factStart: number, factCount: number): void {
    for (const key of TEXTS) this.texts[key].push(row[key]);
    this.tags.push(row.tags);
    this.apps.push(row.apps);
    this.critical.push(row.critical === null ? 0 : row.critical ? 2 : 1);
    const { id, name, scannedAt, lastSeenAt } = row;
    const own = { id, name, scannedAt: scannedAt ?? NaN, lastSeenAt: lastSeenAt ?? NaN };
    this.pushOwn(own, this.attributeRows++, factStart, factCount);
  }

  /** Pushes a device that differs from the one in an earlier row by these values alone; NaN is no instant. */
  pushLike(row: number, own: OwnValues, factStart: number, factCount: number): void {
    this.pushOwn(own, this.attributes.at(row), factStart, factCount);
  }

  private pushOwn(own: OwnValues, attributes: number, factStart: number, factCount: number): void {
    this.id.push(own.id);
    this.name.push(own.name);
    this.attributes.push(attributes);
    this.scannedAt.push(own.scannedAt);
    this.lastSeenAt.push(own.lastSeenAt);
    this.factStart.push(factStart);
    this.factCount.push(factCount);
  }

  build(): DeviceColumns {
    const { client, site, type, osFamily, os, timezone, exposed, contact } = this.texts;
    const rowOf = this.attributes.build();
    return {
      count: this.id.length,
      id: this.id,
      name: this.name,
      client: client.build(rowOf),
      site: site.build(rowOf),
      type: type.build(rowOf),
      osFamily: osFamily.build(rowOf),
      os: os.build(rowOf),
      timezone: timezone.build(rowOf),
      exposed: exposed.build(rowOf),
      contact: contact.build(rowOf),
      tags: this.tags.build(rowOf),
      apps: this.apps.build(rowOf),
      critical: Uint8Array.from(spread(this.critical.build(), rowOf)),
      scannedAt: this.scannedAt.build(),
      lastSeenAt: this.lastSeenAt.build(),
      factStart: this.factStart.build(),
      factCount: this.factCount.build(),
    };
  }
}

const LATEST = 0xffff_ffff;
const MAX_ATTEMPTS = 0xffff;

/** An instant as the fact columns hold it: 0 is absent, before 1970 counts as absent, later than 2106 is 0xffffffff. */
export function packInstant(at: number | null): number {
  if (at === null || at <= 0) return 0;
  return at < LATEST ? at : LATEST;
}

export function packAttempts(attempts: number | null): number {
  return attempts === null ? 0 : Math.min(attempts, MAX_ATTEMPTS);
}

/** How many patches two bytes can tell apart. */
const NARROW_PATCHES = 65_536;

/**
 * The fact columns while they are filled: 16 bytes a fact (18 with more than 65,536 patches), and 14
 * more for one that was attempted. Sized exactly when the header says how many facts follow; else they
 * grow by half, one column at a time, so that the peak is one column above what is held.
 */
export class FactBuilder {
  length = 0;
  capacity: number;
  patch: PatchColumn;
  state: Uint8Array;
  detectedAt: Uint32Array;
  approvedAt: Uint32Array;
  installedAt: Uint32Array;
  installedBy: Uint8Array;
  readonly lastAttemptAt: SparseColumn<Uint32Array> = new SparseColumn((length) => new Uint32Array(length));
  readonly attempts: SparseColumn<Uint16Array> = new SparseColumn((length) => new Uint16Array(length));
  readonly errors: Map<number, string> = new Map<number, string>();

  readonly #makePatches: (length: number) => PatchColumn;

  /** `patches`: how many the snapshot has. */
  constructor(capacity: number, patches: number) {
    this.capacity = capacity;
    this.#makePatches = (length) =>
      patches <= NARROW_PATCHES ? new Uint16Array(length) : new Uint32Array(length);
    this.patch = this.#makePatches(capacity);
    this.state = new Uint8Array(capacity);
    this.detectedAt = new Uint32Array(capacity);
    this.approvedAt = new Uint32Array(capacity);
    this.installedAt = new Uint32Array(capacity);
    this.installedBy = new Uint8Array(capacity);
  }

  grow(): void {
    const capacity = Math.max(1024, Math.ceil(this.capacity * 1.5));
    this.patch = widen(this.patch, this.#makePatches(capacity));
    this.state = widen(this.state, new Uint8Array(capacity));
    this.detectedAt = widen(this.detectedAt, new Uint32Array(capacity));
    this.approvedAt = widen(this.approvedAt, new Uint32Array(capacity));
    this.installedAt = widen(this.installedAt, new Uint32Array(capacity));
    this.installedBy = widen(this.installedBy, new Uint8Array(capacity));
    this.capacity = capacity;
  }

  /** Forgets the facts from `length` on. */
  truncate(length: number): void {
    const { detectedAt, approvedAt, installedAt, installedBy } = this;
    for (const column of [detectedAt, approvedAt, installedAt, installedBy])
      column.fill(0, length, this.length);
    for (const column of [this.lastAttemptAt, this.attempts]) column.truncate(length);
    this.length = length;
  }

  build(): FactColumns {
    return this;
  }
}

function widen<A extends Uint8Array | PatchColumn>(from: A, to: A): A {
  to.set(from);
  return to;
}
