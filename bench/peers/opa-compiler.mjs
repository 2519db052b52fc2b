/**
 * Rego to WebAssembly by the OPA command (`opa build -t wasm`), which comes in no npm package: it has to be
 * on the machine, on the path or named by PATCHRING_BENCH_OPA.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cacheFolder } from "../files.mjs";

const ENTRYPOINT = "bench/winner";

/** The compiled policy; throws with what was tried when there is no compiler. */
export function compileRego(source) {
  const folder = path.join(cacheFolder, "opa");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "policy.rego"), source);
  const opa = process.env.PATCHRING_BENCH_OPA ?? "opa";
  const args = ["build", "-t", "wasm", "-e", ENTRYPOINT, "-o", "bundle.tar.gz", "policy.rego"];
  try {
    execFileSync(opa, args, { cwd: folder, stdio: "pipe" });
    execFileSync("tar", ["-xzf", "bundle.tar.gz", "/policy.wasm"], { cwd: folder, stdio: "pipe" });
  } catch (error) {
    const text = error.stderr?.toString().trim() || error.message;
    throw new Error(`no Rego compiler on this machine (${opa}: ${text.split("\n")[0]})`);
  }
  return readFileSync(path.join(folder, "policy.wasm"));
}
