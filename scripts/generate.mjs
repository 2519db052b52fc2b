// Writes what follows from schemas/ and profiles/: the shared definitions inside each schema, the validators and types in
// src/generated/, and the reference pages in docs/policy/. Running it again changes nothing.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { compile } from "json-schema-to-typescript";
import * as prettier from "prettier";
import { parse } from "yaml";
import { referencePage, indexPage } from "./reference-page.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const KINDS = [
  "fleet",
  "ring",
  "approval-rules",
  "decision",
  "schedule",
  "freeze",
  "hold",
  "recall",
  "emergency",
  "promotion",
];
const NOTICE = "Written by `npm run generate` from schemas/. Do not edit.";

async function write(path, text, parser) {
  const formatted = parser === null ? text : await prettier.format(text, { parser, printWidth: 110 });
  writeFileSync(root + path, formatted);
}

/** The names of all definitions that a schema refers to, through other definitions too. */
function usedDefinitions(schema, shared, found = new Set()) {
  if (Array.isArray(schema)) for (const item of schema) usedDefinitions(item, shared, found);
  else if (schema !== null && typeof schema === "object") {
    for (const [key, value] of Object.entries(schema)) {
      if (key === "$defs") continue;
      if (key === "$ref") {
        const name = value.replace("#/$defs/", "");
        if (!(name in shared)) throw new Error(`no shared definition "${name}"`);
        if (!found.has(name)) usedDefinitions(shared[name], shared, found.add(name));
      } else usedDefinitions(value, shared, found);
    }
  }
  return found;
}

function checkDescriptions(schema, path) {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (typeof property.description !== "string") throw new Error(`${path}.${name} has no description`);
    checkDescriptions(property, `${path}.${name}`);
  }
  if (schema.items !== undefined) checkDescriptions(schema.items, `${path}[]`);
}

function validatorModule(code, names) {
  const returned = Object.entries(names).map(([title, name]) => `${title}: ${name}`);
  return `// ${NOTICE}
// @ts-nocheck
export interface ShapeError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface Validator {
  (data: unknown): boolean;
  errors?: readonly ShapeError[] | null;
}
export type KindName = ${Object.keys(names)
    .map((title) => JSON.stringify(title))
    .join(" | ")};
export const validators: Readonly<Record<KindName, Validator>> = (() => {
${code}
return { ${returned.join(", ")} };
})();
`;
}

/** The schemas as text: parsed only when an error has to be explained or a schema is printed. */
function schemaModule() {
  const texts = Object.fromEntries([...schemas.values()].map((schema) => [schema.title, schema]));
  const entries = Object.entries({ ...texts, shared: { $defs: shared } }).map(
    ([title, schema]) => `  ${title}: ${JSON.stringify(JSON.stringify(schema))},`,
  );
  return `// ${NOTICE}
export const schemaText: Readonly<Record<string, string>> = {
${entries.join("\n")}
};
`;
}

/** json-schema-to-typescript wants one type a schema: a union of types becomes `anyOf`. */
function forTypes(schema) {
  if (Array.isArray(schema)) return schema.map(forTypes);
  if (schema === null || typeof schema !== "object") return schema;
  if (typeof schema.$ref === "string") return { $ref: schema.$ref };
  const { type, description, oneOf, examples, ...rest } = schema;
  if (!Array.isArray(type))
    return Object.fromEntries(
      Object.entries({ ...(type === undefined ? {} : { type }), description, ...rest })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [
          key,
          key === "properties" || key === "$defs"
            ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withDoc(inner)]))
            : forTypes(value),
        ]),
    );
  return {
    description,
    anyOf: type.map((one) => {
      if (one === "array") return { type: one, items: forTypes(rest.items) };
      if (one === "object") {
        const { items, minItems, ...object } = rest;
        return forTypes({ type: one, ...object });
      }
      return { type: one };
    }),
  };
}

/** Keeps a property's own description where it refers to a definition. */
function withDoc(schema) {
  return typeof schema.$ref === "string"
    ? { description: schema.description, allOf: [{ $ref: schema.$ref }] }
    : forTypes(schema);
}

const shared = JSON.parse(readFileSync(`${root}schemas/shared.schema.json`, "utf8")).$defs;
const schemas = new Map();
for (const file of KINDS) {
  const path = `schemas/${file}.schema.json`;
  const schema = JSON.parse(readFileSync(root + path, "utf8"));
  const names = [...usedDefinitions(schema, shared)].sort();
  schema.$defs = Object.fromEntries(names.map((name) => [name, shared[name]]));
  checkDescriptions(schema, schema.title);
  for (const name of names) checkDescriptions(schema.$defs[name], name);
  schemas.set(file, schema);
  await write(path, JSON.stringify(schema), "json");
}
await write("schemas/shared.schema.json", readFileSync(`${root}schemas/shared.schema.json`, "utf8"), "json");

mkdirSync(`${root}src/generated`, { recursive: true });
const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  inlineRefs: false,
  code: { source: true, esm: true },
});
// Each shared definition is a schema of its own, so that it is compiled once for all kinds.
const separate = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"shared-'));
for (const [name, schema] of Object.entries(shared)) {
  ajv.addSchema({ $id: `shared-${name}`, ...separate(schema) });
}
const titles = [...schemas.values()].map(({ title }) => title);
for (const { $defs, ...schema } of schemas.values()) ajv.addSchema(separate(schema), schema.title);
const names = {};
const code = standaloneCode(ajv, Object.fromEntries(titles.map((title) => [title, title])))
  .replace(/export const (\w+) = (\w+);/g, (_, title, name) => {
    names[title] = name;
    return "";
  })
  .replace(/^"use strict";/, "");
if (/\brequire\(|\bimport |\bexport /.test(code))
  throw new Error("the validators need an import at run time");
await write("src/generated/validators.ts", validatorModule(code, names), null);
await write("src/generated/schema-text.ts", schemaModule(), null);

const all = {
  title: "PolicyDocument",
  description: "One document of a policy file, as it is written.",
  oneOf: [...schemas.values()].map(({ title }) => ({ $ref: `#/$defs/${title}` })),
  $defs: Object.fromEntries([
    ...Object.entries(shared).map(([name, schema]) => [name, withDoc(schema)]),
    ...[...schemas.values()].map(({ $defs, $schema, ...schema }) => [schema.title, forTypes(schema)]),
  ]),
};
const types = await compile(all, "PolicyDocument", {
  additionalProperties: false,
  bannerComment: `// ${NOTICE}`,
  format: false,
  ignoreMinAndMaxItems: true,
  strictIndexSignatures: true,
});
await write("src/generated/policy-documents.ts", types, "typescript");

/** The profiles of profiles/, by name, checked as if they stood in a policy. */
function readProfiles() {
  const isProfile = ajv.getSchema("shared-deadlineProfile");
  const files = readdirSync(`${root}profiles`).filter((file) => file.endsWith(".yaml"));
  return files.sort().map((file) => {
    const profile = parse(readFileSync(`${root}profiles/${file}`, "utf8"));
    if (!isProfile(profile)) throw new Error(`profiles/${file}: ${ajv.errorsText(isProfile.errors)}`);
    if (`${profile.name}.yaml` !== file) throw new Error(`profiles/${file} is named ${profile.name}`);
    return profile;
  });
}
const profiles = `// ${NOTICE.replace("schemas/", "profiles/")}
import type { DeadlineProfile } from "./policy-documents.ts";

export const deadlineProfiles: readonly DeadlineProfile[] = ${JSON.stringify(readProfiles())};
`;
await write("src/generated/deadline-profiles.ts", profiles, "typescript");

mkdirSync(`${root}docs/policy`, { recursive: true });
for (const [file, schema] of schemas) {
  await write(`docs/policy/${file}.md`, referencePage(file, schema), "markdown");
}
await write("docs/policy/README.md", indexPage(schemas), "markdown");

// The page of codes is printed from the program itself, which needs the files written above.
execFileSync(process.execPath, [`${root}scripts/build.mjs`], { stdio: "inherit" });
const { errorsPage } = await import("./errors-page.mjs");
await write("docs/errors.md", errorsPage(), "markdown");
