/** The folder table of docs/architecture.md, held against every import of src/. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface FolderRules {
  /** Folders of src/ (or `interfaces`: root files of provider, forge, store and notify). */
  readonly may: readonly string[];
  /** npm packages; `node:*` for all modules of Node, or single ones. */
  readonly packages: readonly string[];
}

const ADAPTERS = ["provider", "forge", "store", "notify"] as const;
const ALL = [
  "core",
  "generated",
  "time",
  "policy",
  "snapshot",
  "repo",
  "report",
  "reconcile",
  "cli",
] as const;

const TABLE: Readonly<Record<string, FolderRules>> = {
  core: { may: ["core"], packages: [] },
  generated: { may: ["generated"], packages: [] },
  time: { may: ["core", "time"], packages: ["temporal-polyfill"] },
  policy: { may: ["core", "generated", "policy"], packages: ["yaml", "node:crypto"] },
  snapshot: { may: ["core", "snapshot"], packages: ["csv-parse", "node:*"] },
  repo: { may: ["core", "repo"], packages: ["chokidar", "node:*"] },
  provider: { may: ["core", "snapshot", "provider"], packages: ["node:*"] },
  forge: { may: ["core", "snapshot", "forge"], packages: ["node:*"] },
  store: { may: ["core", "snapshot", "store"], packages: ["node:*"] },
  notify: { may: ["core", "snapshot", "report", "notify"], packages: ["p-retry", "node:*"] },
  reconcile: {
    may: ["core", "policy", "snapshot", "repo", "reconcile", "interfaces"],
    packages: ["p-limit", "p-retry"],
  },
  report: {
    may: ["core", "report"],
    packages: ["hono", "csv-stringify", "diff", "prom-client", "node:util", "node:crypto"],
  },
  cli: { may: [...ALL, "interfaces"], packages: ["commander", "node:*"] },
  "main.ts": { may: [...ALL, "interfaces", "products"], packages: ["node:*"] },
};

/** SDKs that one product folder may import besides the packages of its parent. */
const PRODUCT_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "forge/github": ["octokit"],
  "provider/apt": ["yaml"],
  "store/sqlite": ["libsql"],
  "notify/mail": ["nodemailer"],
};

interface Import {
  /** Relative to src/, with `/`. */
  readonly from: string;
  /** A file relative to src/, or the name of a package. */
  readonly to: string;
  readonly external: boolean;
  /** `import type`: gone when the program runs. */
  readonly typeOnly?: boolean;
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Every import, export from, `import()` and `import type` of a file, by the parser of TypeScript. */
function specifiersOf(file: string): { specifier: string; typeOnly: boolean }[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2023, true);
  const found: { specifier: string; typeOnly: boolean }[] = [];
  const add = (specifier: string, typeOnly: boolean): unknown => found.push({ specifier, typeOnly });
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined
    ) {
      const typeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly;
      add((node.moduleSpecifier as ts.StringLiteral).text, typeOnly);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument === undefined || !ts.isStringLiteral(argument)) {
        throw new Error(`${file}: import() of something that is no literal`);
      }
      add(argument.text, false);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add((node.argument.literal as ts.StringLiteral).text, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function importsOf(src: string): Import[] {
  return listSources(src).flatMap((file) =>
    specifiersOf(file).map(({ specifier, typeOnly }): Import => {
      const from = relative(src, file).replaceAll("\\", "/");
      if (!specifier.startsWith(".")) return { from, to: specifier, external: true, typeOnly };
      const target = resolve(dirname(file), specifier);
      readFileSync(target);
      return { from, to: relative(src, target).replaceAll("\\", "/"), external: false, typeOnly };
    }),
  );
}

/** `provider/file` for a file in a product folder, else null. */
function productOf(file: string): string | null {
  const [folder, product, ...rest] = file.split("/");
  if (!(ADAPTERS as readonly (string | undefined)[]).includes(folder) || rest.length === 0) return null;
  return `${folder!}/${product!}`;
}

function folderOf(file: string): string {
  return file.split("/")[0]!;
}

function isAllowed({ from, to, external }: Import): boolean {
  const rules = TABLE[folderOf(from)];
  if (rules === undefined) return false;
  if (external) return isPackageAllowed(from, to, rules.packages);
  const product = productOf(to);
  if (product !== null) return product === productOf(from) || rules.may.includes("products");
  const folder = folderOf(to);
  if (rules.may.includes(folder)) return true;
  return (ADAPTERS as readonly string[]).includes(folder) && rules.may.includes("interfaces");
}

function isPackageAllowed(from: string, to: string, packages: readonly string[]): boolean {
  const name = to.startsWith("@") ? to.split("/").slice(0, 2).join("/") : to.split("/")[0]!;
  if (packages.includes(name)) return true;
  if (to.startsWith("node:")) return packages.includes("node:*");
  return (PRODUCT_PACKAGES[productOf(from) ?? ""] ?? []).includes(name);
}

function describeImport({ from, to }: Import): string {
  return `src/${from} imports ${to}`;
}

/** A cycle of files that exists when the program runs, if there is one. */
function findCycle(imports: readonly Import[]): string[] | null {
  const next = new Map<string, string[]>();
  for (const { from, to, external, typeOnly } of imports) {
    if (!external && typeOnly !== true) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] | null => {
    const at = path.indexOf(file);
    if (at !== -1) return [...path.slice(at), file];
    if (done.has(file)) return null;
    for (const to of next.get(file) ?? []) {
      const cycle = walk(to, [...path, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of next.keys()) {
    const cycle = walk(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

describe("the folders of src/", () => {
  const imports = importsOf(join(ROOT, "src"));

  it("are read at all", () => {
    expect(listSources(join(ROOT, "src")).length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(100);
  });

  it("import only what their row allows", () => {
    expect(imports.filter((one) => !isAllowed(one)).map(describeImport)).toEqual([]);
  });

  it("have no cycle of imports", () => {
    expect(findCycle(imports)).toBeNull();
  });

  it.each([
    ["core reads a file", { from: "core/decide.ts", to: "node:fs", external: true }],
    ["core asks the policy loader", { from: "core/decide.ts", to: "policy/load.ts", external: false }],
    ["a verb names a product", { from: "cli/run.ts", to: "provider/file/options.ts", external: false }],
    ["one product uses another", { from: "provider/apt/x.ts", to: "provider/file/x.ts", external: false }],
    ["a report reads the snapshot file", { from: "report/a.ts", to: "snapshot/read.ts", external: false }],
    ["a folder that no row names", { from: "extra/a.ts", to: "core/model.ts", external: false }],
    ["an SDK outside its product", { from: "forge/forge.ts", to: "octokit", external: true }],
  ])("would not pass when %s", (_situation, wrong) => {
    expect(isAllowed(wrong)).toBe(false);
  });

  it("finds a cycle where there is one", () => {
    const edge = (from: string, to: string): Import => ({ from, to, external: false });
    expect(findCycle([edge("a", "b"), edge("b", "c"), edge("c", "b")])).toEqual(["b", "c", "b"]);
  });
});

describe("docs/architecture.md", () => {
  const rows = readFileSync(join(ROOT, "docs/architecture.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `src/"))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  it("has a row for each folder of the table", () => {
    expect(rows.map((cells) => cells[1]!.replaceAll("`", "").replace("src/", ""))).toEqual(
      Object.keys(TABLE),
    );
  });

  it.each(Object.entries(TABLE))("says what %s may import", (folder, { may, packages }) => {
    const row = rows.find((cells) => cells[1] === `\`src/${folder}\``)!;
    const others = may.filter((one) => one !== folder || folder === "core");
    const expected: Readonly<Record<string, string>> = {
      cli: "all but product folders",
      "main.ts": "everything",
      generated: "nothing",
      reconcile: "`core`, `policy`, `snapshot`, `repo`, interfaces",
    };
    const adapter = (ADAPTERS as readonly string[]).includes(folder);
    const listed = (adapter ? may : others).map((one) => `\`${one}\``).join(", ");
    expect(row[3]).toBe(expected[folder] ?? listed);
    const shown = packages.map((name) => (name === "node:*" ? "Node" : name)).join(", ");
    expect(row[4]!.split(";")[0]).toBe(shown === "" ? "none" : shown);
  });
});
