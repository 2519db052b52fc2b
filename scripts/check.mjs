// Everything but the tests that must hold before a change is merged; of the tests, the one of the architecture.
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = process.execPath;
const GENERATED = ["src/generated", "schemas", "docs/policy", "docs/errors.md"];

/** What the package must hold and what it must not. */
const PACKED = [
  "package.json",
  "LICENSE",
  "bin/patchring.js",
  "dist/main.js",
  "dist/cli/verbs.js",
  "schemas/ring.schema.json",
];
const NOT_PACKED = /^(src|test|bench|policies|examples|scripts|\.ci|\.github)\/|\.tsbuildinfo$|\.map$/;

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  return status === 0;
}

function isGeneratedCurrent() {
  if (!run(node, ["scripts/generate.mjs"])) return false;
  const changed = execFileSync("git", ["status", "--porcelain", "--", ...GENERATED], {
    cwd: root,
    encoding: "utf8",
  });
  if (changed === "") return true;
  console.error(
    `Generated files differ from what is committed. Run \`npm run generate\` and commit:\n${changed}`,
  );
  return false;
}

function isPackageWhole() {
  const options = {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  };
  const listed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], options);
  const files = JSON.parse(listed)[0].files.map(({ path }) => path);
  const missing = PACKED.filter((path) => !files.includes(path));
  const extra = files.filter((path) => NOT_PACKED.test(path));
  if (missing.length > 0) console.error(`The package lacks ${missing.join(", ")}.`);
  if (extra.length > 0) console.error(`The package holds ${extra.join(", ")}.`);
  return missing.length === 0 && extra.length === 0;
}

const steps = [
  [
    "format",
    () => run(node, ["node_modules/prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."]),
  ],
  ["lint", () => run(node, ["node_modules/eslint/bin/eslint.js", "."])],
  ["types", () => run(node, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.json"])],
  ["generated files", isGeneratedCurrent],
  ["build", () => run(node, ["scripts/build.mjs"])],
  ["architecture", () => run(node, ["node_modules/vitest/vitest.mjs", "run", "test/architecture.test.ts"])],
  ["package", () => run(node, ["node_modules/publint/src/cli.js", "--strict"]) && isPackageWhole()],
];

const failed = [];
for (const [name, holds] of steps) {
  const started = performance.now();
  const ok = holds();
  if (!ok) failed.push(name);
  console.log(`${ok ? "ok  " : "FAIL"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
