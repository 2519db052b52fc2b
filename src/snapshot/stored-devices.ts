/** The devices of a snapshot with their attributes as bytes: texts as JSON, the rest column by column. */
import type { DeviceColumns, ListColumn, TextColumn } from "../core/snapshot.ts";
import type { ByteReader, ByteWriter } from "./stored-bytes.ts";
import { packColumn, unpackColumn } from "./stored-columns.ts";

const TEXTS = ["client", "site", "type", "osFamily", "os", "timezone", "exposed", "contact"] as const;
const LISTS = ["tags", "apps"] as const;

interface DeviceTexts {
  readonly id: readonly string[];
  readonly name: readonly (string | null)[];
  readonly texts: readonly (readonly string[])[];
  readonly lists: readonly (readonly (readonly string[])[])[];
}

export function packDevices(writer: ByteWriter, devices: DeviceColumns): void {
  const { id, name } = devices;
  const texts = TEXTS.map((key) => devices[key].values);
  const lists = LISTS.map((key) => devices[key].values);
  writer.json({ id, name, texts, lists } satisfies DeviceTexts);
  for (const key of [...TEXTS, ...LISTS]) packColumn(writer, devices[key].codes);
  packColumn(writer, devices.critical);
  packColumn(writer, devices.factCount);
  writer.column(devices.scannedAt);
  writer.column(devices.lastSeenAt);
}

/** The facts of each device stand behind those of the one before. */
export function unpackDevices(reader: ByteReader): DeviceColumns {
  const { id, name, texts, lists } = reader.json() as DeviceTexts;
  const count = id.length;
  const codes = (): Uint32Array => {
    const column = new Uint32Array(count);
    unpackColumn(reader, column, 0, count);
    return column;
  };
  const instants = (): Float64Array => {
    const column = new Float64Array(count);
    reader.column(column, 0, count);
    return column;
  };
  const text = (at: number): TextColumn => ({ values: texts[at]!, codes: codes() });
  const list = (at: number): ListColumn => ({ values: lists[at]!, codes: codes() });
  // In the order in which they were written.
  const attributes = {
    client: text(0),
    site: text(1),
    type: text(2),
    osFamily: text(3),
    os: text(4),
    timezone: text(5),
    exposed: text(6),
    contact: text(7),
    tags: list(0),
    apps: list(1),
  };
  const critical = new Uint8Array(count);
  unpackColumn(reader, critical, 0, count);
  const factCount = codes();
  const [scannedAt, lastSeenAt] = [instants(), instants()];
  const factStart = startsOf(factCount);
  return { count, id, name, ...attributes, critical, scannedAt, lastSeenAt, factStart, factCount };
}

function startsOf(counts: Uint32Array): Uint32Array {
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum - count;
  });
}
