// Compiles scripts/assembly/ to WebAssembly, as base64 in src/generated/. The compiler is large, so a checkout
// may do without: what was compiled is committed, and says of which source it is.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const FOLDER = "scripts/assembly/";
const FILES = ["device-head.ts", "fact-scanner.ts", "index.ts", "text.ts"];
const TARGET = "src/generated/scanner.ts";
const OPTIONS = [
  ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "threads"],
  ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
];

/** Runs the AssemblyScript compiler; null where it is not installed. */
async function compile(sources) {
  let asc;
  try {
    asc = (await import("assemblyscript/asc")).default;
  } catch {
    return null;
  }
  let code = null;
  const { error, stderr } = await asc.main(["index.ts", "-o", "code.wasm", ...OPTIONS], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_, bytes) => void (code = bytes),
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`${FOLDER} does not compile:\n${stderr.toString()}`);
  return code;
}

/** Writes the module anew where its source has changed. Throws where it has and there is no compiler. */
export async function writeAssembly() {
  const sources = new Map(FILES.map((name) => [name, readFileSync(root + FOLDER + name, "utf8")]));
  const digest = createHash("sha256")
    .update([...sources.values()].join(""))
    .digest("hex");
  const code = await compile(sources);
  if (code === null) {
    if (readFileSync(root + TARGET, "utf8").includes(digest)) return;
    throw new Error(`${FOLDER} has changed: \`npm install --no-save assemblyscript\`, then generate again`);
  }
  writeFileSync(
    root + TARGET,
    `// Written by \`npm run generate\` from ${FOLDER}. Do not edit.
/** SHA-256 of the sources, in the order of their names. */
export const SCANNER_SOURCE: string = "${digest}";
/** WebAssembly in base64. */
export const SCANNER: string =
  "${Buffer.from(code).toString("base64")}";
`,
  );
}
