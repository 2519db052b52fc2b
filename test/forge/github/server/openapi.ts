/** Checks calls against the part of GitHub's published OpenAPI description that is kept beside this folder. */
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Body {
  readonly required?: boolean;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body | { readonly $ref: string }>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface ApiCall {
  readonly operationId: string;
  readonly path: string;
  readonly method: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const FILE = new URL("../openapi/github.json", import.meta.url);
const description = JSON.parse(readFileSync(FILE, "utf8")) as Description;
const ajv = new Ajv({
  strict: false,
  allErrors: false,
  formats: {
    uri: (text: string) => URL.canParse(text),
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    date: true,
    email: true,
    int64: true,
    "repo.nwo": true,
    timestamp: true,
  },
});
ajv.addSchema(description, "github");

/** Answers that GitHub gives to any call although its description does not name them everywhere. */
const ANYWHERE: readonly number[] = [400, 401, 403, 404, 409, 410, 422, 429];

const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method,
    operation,
    pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>[^/]+)`)}$`),
  })),
);

/** Null when GitHub has no such operation, or it is none of those that we use. */
export function findCall(method: string, path: string): ApiCall | null {
  for (const route of routes) {
    const match = route.method === method.toLowerCase() ? route.pattern.exec(path) : null;
    if (match === null) continue;
    const parameters = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    return { operationId: route.operation.operationId, path: route.path, method: route.method, parameters };
  }
  return null;
}

function operationOf(call: ApiCall): Operation {
  return description.paths[call.path]![call.method]!;
}

function resolve<T>(value: T | { readonly $ref: string }): {
  readonly value: T;
  readonly pointer: string | null;
} {
  if (typeof value !== "object" || value === null || !("$ref" in value))
    return { value: value, pointer: null };
  const [, , kind, name] = value.$ref.split("/");
  return { value: description.components[kind!]![name!] as T, pointer: value.$ref };
}

function validatorAt(pointer: string): ValidateFunction {
  const validate = ajv.getSchema(`github${pointer}`);
  if (validate === undefined) throw new Error(`no schema at ${pointer}`);
  return validate;
}

function pointerTo(...parts: readonly string[]): string {
  const escaped = parts.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")));
  return `#/${escaped.join("/")}`;
}

function problemsOf(validate: ValidateFunction, value: unknown, what: string): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${what}${error.instancePath}: ${error.message ?? ""}`);
}

/** GitHub ignores what it does not know; here that is a mistake of ours. */
export function checkRequest(call: ApiCall, query: URLSearchParams, body: unknown): string[] {
  const operation = operationOf(call);
  const parameters = (operation.parameters ?? []).map(
    (parameter) => resolve<Parameter>(parameter as Parameter).value,
  );
  const problems: string[] = [];
  for (const [name, text] of query) {
    const parameter = parameters.find((known) => known.in === "query" && known.name === name);
    if (parameter === undefined) problems.push(`query ${name}: unknown`);
    else problems.push(...checkText(parameter, text));
  }
  for (const parameter of parameters.filter((known) => known.in === "path")) {
    problems.push(...checkText(parameter, call.parameters[parameter.name] ?? ""));
  }
  return [...problems, ...checkBody(call, operation, body)];
}

function checkText(parameter: Parameter, text: string): string[] {
  const schema = resolve<Schema>(parameter.schema).value;
  const value = schema.type === "integer" ? Number(text) : schema.type === "boolean" ? text === "true" : text;
  return problemsOf(ajv.compile(schema), value, `${parameter.in} ${parameter.name}`);
}

function checkBody(call: ApiCall, operation: Operation, body: unknown): string[] {
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  if (schema === undefined) return body === undefined ? [] : ["body: none expected"];
  if (body === undefined) return operation.requestBody?.required === true ? ["body: missing"] : [];
  const names = namesIn(schema);
  const unknown = Object.keys(body as object).filter((name) => !names.includes(name));
  const pointer = pointerTo(
    "paths",
    call.path,
    call.method,
    "requestBody",
    "content",
    "application/json",
    "schema",
  );
  return [
    ...unknown.map((name) => `body/${name}: unknown`),
    ...problemsOf(validatorAt(pointer), body, "body"),
  ];
}

function namesIn(schema: Schema): readonly string[] {
  const parts = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  return [...Object.keys(schema.properties ?? {}), ...parts.flatMap(namesIn)];
}

export function checkResponse(call: ApiCall, status: number, body: unknown): string[] {
  const operation = operationOf(call);
  const what = `${call.operationId} ${status}`;
  const found = operation.responses[String(status)];
  if (found === undefined) {
    if (!ANYWHERE.includes(status)) return [`${what}: not an answer of GitHub`];
    return problemsOf(validatorAt("#/components/schemas/basic-error"), body, what);
  }
  const { value, pointer } = resolve<Body>(found);
  if (value.content?.["application/json"] === undefined) {
    if (body === undefined) return [];
    // A refusal that is named without its content carries the usual one.
    if (status < 400) return [`${what}: body not expected`];
    return problemsOf(validatorAt("#/components/schemas/basic-error"), body, what);
  }
  const base = pointer ?? pointerTo("paths", call.path, call.method, "responses", String(status));
  return problemsOf(validatorAt(`${base}/content/application~1json/schema`), body, what);
}

const blanks = new Map<string, Record<string, unknown>>();

/** Something that the schema allows, with the given values in it: the required fields that nobody here reads. */
export function fill(name: string, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  let blank = blanks.get(name);
  if (blank === undefined) {
    const schema = description.components["schemas"]![name] as Schema;
    blank = blankOf({ ...schema, type: "object" }) as Record<string, unknown>;
    blanks.set(name, blank);
  }
  return { ...blank, ...values };
}

function blankOf(schema: Schema): unknown {
  const { value } = resolve<Schema>(schema);
  const first = value.oneOf?.[0] ?? value.anyOf?.[0] ?? value.allOf?.[0];
  const types = Array.isArray(value.type) ? (value.type as readonly string[]) : [value.type];
  if (types.includes("null")) return null;
  if (value.anyOf?.some((part) => part.type === "null") === true) return null;
  if (value.type === undefined && value.properties === undefined && first !== undefined)
    return blankOf(first);
  if (value.enum !== undefined) return value.enum[0];
  switch (value.type) {
    case "string":
      return value.format === "uri"
        ? "https://example.invalid/"
        : value.format === "date-time"
          ? "2026-01-01T00:00:00Z"
          : "";
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    case "array":
      return [];
    default:
      return Object.fromEntries(
        (value.required ?? []).map((key) => [key, blankOf(value.properties?.[key] ?? {})]),
      );
  }
}
