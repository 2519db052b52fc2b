/**
 * Cuts GitHub's published OpenAPI description to the operations that the GitHub forge calls, with the
 * schemas they need, for `test/forge/github/openapi/github.json`. The package is too heavy to depend on:
 *
 *   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
 *   node scripts/cut-openapi.mjs package/generated/api.github.com.json test/forge/github/openapi/github.json
 *
 * Prose and examples are dropped. OpenAPI 3.0's `nullable` becomes what JSON Schema understands.
 */
import { readFileSync, writeFileSync } from "node:fs";

const OPERATIONS = [
  "apps/create-installation-access-token",
  "apps/get-authenticated",
  "apps/get-repo-installation",
  "checks/create",
  "checks/list-for-ref",
  "checks/update",
  "git/get-commit",
  "issues/add-labels",
  "issues/create-comment",
  "issues/delete-comment",
  "issues/get",
  "issues/list-comments",
  "issues/list-events",
  "issues/remove-label",
  "issues/update-comment",
  "pulls/create",
  "pulls/create-review",
  "pulls/dismiss-review",
  "pulls/get",
  "pulls/list",
  "pulls/list-commits",
  "pulls/list-files",
  "pulls/list-reviews",
  "pulls/merge",
  "pulls/request-reviewers",
  "pulls/update",
  "repos/compare-commits-with-basehead",
  "repos/create-commit-status",
  "repos/get",
  "repos/get-branch",
  "repos/get-combined-status-for-ref",
  "users/get-authenticated",
];
const PROSE = new Set(["description", "example", "examples", "externalDocs", "summary", "tags", "title"]);

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) {
  process.stderr.write("usage: node scripts/cut-openapi.mjs api.github.com.json out.json\n");
  process.exit(64);
}
const whole = JSON.parse(readFileSync(source, "utf8"));

/** Keys under `properties` are names, not keywords: a property may be called `description`. */
function clean(value, areNames = false) {
  if (Array.isArray(value)) return value.map((item) => clean(item));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value)
    .filter(([key]) => areNames || !(PROSE.has(key) || key.startsWith("x-")))
    .map(([key, item]) => [key, clean(item, !areNames && key === "properties")]);
  const out = Object.fromEntries(entries);
  return areNames ? out : withNull(out);
}

function withNull(schema) {
  if (schema.nullable !== true) return schema;
  const { nullable: _, ...rest } = schema;
  if (typeof rest.type === "string" && rest.anyOf === undefined && rest.oneOf === undefined) {
    const values = rest.enum === undefined || rest.enum.includes(null) ? rest.enum : [...rest.enum, null];
    return { ...rest, type: [rest.type, "null"], ...(values && { enum: values }) };
  }
  return { anyOf: [rest, { type: "null" }] };
}

const components = {};
function follow(value) {
  if (Array.isArray(value)) return value.forEach(follow);
  if (value === null || typeof value !== "object") return;
  if (typeof value.$ref === "string") {
    const [, , kind, name] = value.$ref.split("/");
    components[kind] ??= {};
    if (components[kind][name] === undefined) {
      components[kind][name] = clean(whole.components[kind][name]);
      follow(components[kind][name]);
    }
  }
  Object.values(value).forEach(follow);
}

const paths = {};
const found = new Set();
for (const [path, methods] of Object.entries(whole.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    if (!OPERATIONS.includes(operation.operationId)) continue;
    found.add(operation.operationId);
    paths[path] ??= {};
    paths[path][method] = clean(operation);
    follow(paths[path][method]);
  }
}
const lacking = OPERATIONS.filter((operation) => !found.has(operation));
if (lacking.length > 0) throw new Error(`not in the description: ${lacking.join(", ")}`);

const cut = {
  openapi: whole.openapi,
  info: {
    title: "The part of GitHub's REST API that patchring calls",
    version: whole.info.version,
    license: whole.info.license,
    "x-source": "cut by scripts/cut-openapi.mjs from @octokit/openapi, see LICENSE beside this file",
  },
  paths,
  components: Object.fromEntries(
    Object.entries(components).map(([kind, items]) => [
      kind,
      Object.fromEntries(Object.entries(items).sort()),
    ]),
  ),
};
writeFileSync(target, `${JSON.stringify(cut, null, 1)}\n`);
process.stdout.write(`${found.size} operations, ${Object.keys(components.schemas).length} schemas\n`);
