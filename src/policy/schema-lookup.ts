/** What the schema says about a place in a document: read only when an error is explained or a schema is printed. */
import { schemaText } from "../generated/schema-text.ts";
import type { KindName } from "../generated/validators.ts";

export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number)[];
  readonly const?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

export interface FoundSchema {
  readonly schema: Schema;
  /** Name of the shared definition that it is; null for a place of its own. */
  readonly definition: string | null;
}

const parsed = new Map<KindName, Schema>();

/** The self-contained JSON Schema of a kind, as data. */
export function schemaOf(kind: KindName): Schema {
  let schema = parsed.get(kind);
  if (schema === undefined) {
    schema = JSON.parse(schemaText[kind]!) as Schema;
    parsed.set(kind, schema);
  }
  return schema;
}

function resolve(root: Schema, schema: Schema): FoundSchema {
  const name = schema.$ref?.replace("#/$defs/", "");
  const target = name === undefined ? undefined : root.$defs?.[name];
  if (name === undefined || target === undefined) return { schema, definition: null };
  // What the place says of itself comes before what its shared definition says.
  return { schema: { ...target, ...schema }, definition: name };
}

function step(schema: Schema, key: string): Schema | null {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, key))
    return schema.properties[key]!;
  if (schema.items !== undefined && /^\d+$/.test(key)) return schema.items;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : null;
}

/** The schema of a place, references followed; null where the schema has no such place. */
export function schemaAt(kind: KindName, path: readonly string[]): FoundSchema | null {
  const root = schemaOf(kind);
  let found: FoundSchema = { schema: root, definition: null };
  for (const key of path) {
    const next = step(found.schema, key);
    if (next === null) return null;
    found = resolve(root, next);
  }
  return found;
}

/** The key that a path ends in, for messages: `tags` for the second of the tags. */
export function keyName(path: readonly string[]): string {
  return path.findLast((part) => !/^\d+$/.test(part)) ?? "document";
}
