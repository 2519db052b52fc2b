// Joins the compiled modules of the command, and the libraries that every run loads, into a few files: a
// process then opens ten files instead of two hundred. What is imported on demand stays so. The single
// modules stay beside them in dist/, for tests and the benchmark.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const modules = fileURLToPath(new URL("../node_modules/", import.meta.url));
/** Libraries that go into the files. All others are loaded from node_modules. */
const JOINED = ["commander", "temporal-polyfill", "temporal-spec", "temporal-utils", "yaml"];

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
  const build = await rolldown({
    input: { main: join(dist, "main.js") },
    platform: "node",
    external: isExternal,
    logLevel: "warn",
  });
  const { output } = await build.write({
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  });
  await build.close();
  writeLicences(output);
  return true;
}
