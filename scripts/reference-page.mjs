// The reference page of a policy kind, from its schema: an example first, then every field.
import { stringify } from "yaml";

const NOTICE = "<!-- Written by `npm run generate` from schemas/. Do not edit. -->";

function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function code(value) {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function typeName(schema, defs) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace("#/$defs/", "");
    if (name === "deviceSelector" || name === "patchSelector")
      return `[${name === "deviceSelector" ? "device" : "patch"} selector](#${name === "deviceSelector" ? "device" : "patch"}-selector)`;
    return defs[name].type === "object" ? "map" : name === "ringNames" ? "text or list of text" : name;
  }
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(" or ");
  if (Array.isArray(schema.type)) {
    const one = schema.type[0];
    return `${plain(one)} or list of ${plain(one)}`.replace(/^(.*) or list of \1$/, (text) =>
      schema.type.includes("array") ? text : schema.type.map(plain).join(" or "),
    );
  }
  if (schema.type === "array") {
    const item = typeName(schema.items, defs);
    return `list of ${item}`;
  }
  return plain(schema.type);
}

function plain(type) {
  return { string: "text", object: "map", integer: "whole number", boolean: "true or false" }[type] ?? type;
}

function rows(schema, defs, path, out) {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const key = path === "" ? name : `${path}.${name}`;
    const required = (schema.required ?? []).includes(name);
    const fallback = property.default === undefined ? (required ? "required" : "") : code(property.default);
    out.push(
      `| \`${key}\` | ${cell(typeName(property, defs))} | ${fallback} | ${cell(property.description)} |`,
    );
    const target = property.$ref === undefined ? property : defs[property.$ref.replace("#/$defs/", "")];
    const items =
      target.items?.$ref === undefined ? target.items : defs[target.items.$ref.replace("#/$defs/", "")];
    const nested = target.type === "array" ? items : target;
    if ((property.$ref ?? target.items?.$ref)?.endsWith("Selector")) continue;
    if (nested.properties !== undefined) rows(nested, defs, target.type === "array" ? `${key}[]` : key, out);
  }
  return out;
}

function table(lines) {
  return ["| field | type | default | meaning |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

export function referencePage(file, schema) {
  const defs = schema.$defs;
  const parts = [
    NOTICE,
    `# ${schema.title}`,
    schema.description,
    "```yaml\n" + stringify(schema.examples[0], { lineWidth: 100 }).trimEnd() + "\n```",
    `The JSON Schema is \`schemas/${file}.schema.json\`.`,
    "## Fields",
    table(rows(schema, defs, "", [])),
  ];
  for (const [name, title] of [
    ["deviceSelector", "Device selector"],
    ["patchSelector", "Patch selector"],
  ]) {
    if (defs[name] === undefined) continue;
    parts.push(`## ${title}`, defs[name].description, table(rows(defs[name], defs, "", [])));
  }
  const named = Object.keys(defs).filter((name) =>
    ["duration", "instant", "timestamp", "limit", "name"].includes(name),
  );
  if (named.length > 0) {
    parts.push("## Values", named.map((name) => `- **${name}**: ${defs[name].description}`).join("\n"));
  }
  return parts.join("\n\n") + "\n";
}

export function indexPage(schemas) {
  return [
    NOTICE,
    "# The policy language",
    "Each document of a policy file has `apiVersion: patchring/v1`, a `kind`, `metadata` and a `spec`. One page a kind:",
    [...schemas].map(([file, schema]) => `- [${schema.title}](${file}.md): ${schema.description}`).join("\n"),
  ].join("\n\n");
}
