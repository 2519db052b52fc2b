// Joins the compiled modules of the command, and the libraries that every run loads, into a few files: a
// process then opens ten files instead of two hundred. What is imported on demand stays so, except what
// every verb that decides takes: that is one file. The single modules stay beside them in dist/, for tests
// and the benchmark.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const modules = fileURLToPath(new URL("../node_modules/", import.meta.url));
/** Libraries that go into the files. All others are loaded from node_modules. */
const JOINED = ["commander", "temporal-polyfill", "temporal-spec", "temporal-utils", "yaml"];

/** What a verb needs that decides: these with what they import, on demand as well, and `plan` as JSON. */
const DECIDING = ["decided", "policy", "snapshot"].map((name) => join(dist, `cli/inputs/${name}.js`));
const PLAN = ["cli/commands/plan.js", "report/json/plan-json.js"].map((name) => join(dist, name));

/** All modules that come along when these are loaded. */
function loadedWith(roots, moduleInfo) {
  const found = new Set();
  const pending = [...roots];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id) || isExternal(id)) continue;
    found.add(id);
    pending.push(...(moduleInfo(id)?.importedIds ?? []));
  }
  return found;
}

/** One file for what a verb needs that decides, but for what is loaded at the start. */
function groupModules() {
  let deciding = new Set();
  const plugin = {
    name: "group-modules",
    buildEnd() {
      const moduleInfo = (id) => this.getModuleInfo(id);
      const onDemand = DECIDING.flatMap((id) => moduleInfo(id)?.dynamicallyImportedIds ?? []);
      const roots = [...DECIDING, ...onDemand, ...PLAN];
      const atStart = loadedWith([join(dist, "main.js")], moduleInfo);
      deciding = new Set([...loadedWith(roots, moduleInfo)].filter((id) => !atStart.has(id)));
    },
  };
  return { plugin, groups: [{ name: "deciding", test: (id) => deciding.has(id) }] };
}

function packageOf(id) {
  const name = id.replaceAll("\\", "/").split("/node_modules/").at(-1).split("/");
  return name[0].startsWith("@") ? `${name[0]}/${name[1]}` : name[0];
}

function isExternal(id) {
  return !/^[./\0]|^[a-z]:[\\/]/i.test(id) && !JOINED.includes(id.split("/")[0]);
}

/** The licences of the libraries that were joined, as they ask for. */
function writeLicences(chunks) {
  const ids = chunks.flatMap((chunk) => chunk.moduleIds ?? []).filter((id) => id.includes("node_modules"));
  const names = [...new Set(ids.map(packageOf))].sort();
  const texts = names.map((name) => {
    const folder = join(modules, name);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), texts.join(`\n${"-".repeat(72)}\n\n`));
}

/** False where the bundler has no binary for this platform; dist/ works without, but starts slower. */
export async function bundle() {
  let rolldown;
  try {
    ({ rolldown } = await import("rolldown"));
  } catch {
    return false;
  }
  if (!existsSync(join(dist, "main.js"))) throw new Error("dist/main.js is missing");
  const { plugin, groups } = groupModules();
  const build = await rolldown({
    input: { main: join(dist, "main.js") },
    plugins: [plugin],
    platform: "node",
    external: isExternal,
    logLevel: "warn",
    preserveEntrySignatures: "allow-extension",
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await build.write({
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    // One letter beyond Latin-1, in a comment too, makes Node hold and read the file with two bytes a letter.
    charset: "ascii",
    comments: { jsdoc: false },
    codeSplitting: { groups, includeDependenciesRecursively: false },
  });
  await build.close();
  writeLicences(output);
  return true;
}
