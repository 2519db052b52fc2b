/**
 * Writing Git objects. Their ids are worked out here and all of them are handed to one
 * `git unpack-objects`, so that a commit of any number of files is one process. Git checks
 * checksum and form of each before it takes it.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { runGit } from "./git-process.ts";
import type { ObjectType } from "./object-reader.ts";
import type { Repository } from "./repository.ts";

export interface NewObject {
  readonly id: string;
  readonly type: ObjectType;
  readonly bytes: Buffer;
}

const PACK_TYPE: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };

function hashName(idBytes: number): "sha1" | "sha256" {
  return idBytes === 32 ? "sha256" : "sha1";
}

/** An object with the id that Git gives it; written nowhere yet. */
export function makeObject(type: ObjectType, content: string | Buffer, idBytes: number): NewObject {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const id = createHash(hashName(idBytes)).update(`${type} ${bytes.length}\0`).update(bytes).digest("hex");
  return { id, type, bytes };
}

/** Type and size, four bits and then seven at a time (gitformat-pack). */
function packHead(object: NewObject): Buffer {
  const bytes: number[] = [];
  let size = Math.floor(object.bytes.length / 16);
  let byte = (PACK_TYPE[object.type] << 4) | (object.bytes.length % 16);
  while (size > 0) {
    bytes.push(byte | 0x80);
    byte = size % 128;
    size = Math.floor(size / 128);
  }
  return Buffer.from([...bytes, byte]);
}

export function makePack(objects: readonly NewObject[], idBytes: number): Buffer {
  const head = Buffer.alloc(12);
  head.write("PACK", 0, "latin1");
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  const body = objects.flatMap((object) => [packHead(object), deflateSync(object.bytes)]);
  const pack = Buffer.concat([head, ...body]);
  return Buffer.concat([pack, createHash(hashName(idBytes)).update(pack).digest()]);
}

/** Stores objects; those that are there already are left alone. Safe to repeat. */
export async function writeObjects(repository: Repository, objects: readonly NewObject[]): Promise<void> {
  const distinct = [...new Map(objects.map((object) => [object.id, object])).values()];
  if (distinct.length === 0) return;
  await runGit(repository, ["unpack-objects", "-q", "--strict"], {
    input: makePack(distinct, repository.idBytes),
  });
}
