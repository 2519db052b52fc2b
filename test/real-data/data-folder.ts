/**
 * Where the real data lives that some tests compare with: `PATCHRING_REAL_DATA`, or
 * `../shared/data` beside the project. It is read by tests alone and is no part of the project.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const named = process.env["PATCHRING_REAL_DATA"];
const folder = named ?? join(root, "..", "shared", "data");

if (named !== undefined && !existsSync(named))
  throw new Error(`PATCHRING_REAL_DATA names a folder that is not there: ${named}`);

/** True when the tests on real data can run. */
export const hasRealData: boolean = existsSync(join(folder, "PROVENANCE.md"));

export function dataPath(...parts: readonly string[]): string {
  return join(folder, ...parts);
}

/** A `describe` that says on stderr that it was skipped, and why, when the data is absent. */
export function describeRealData(name: string, body: () => void): void {
  if (hasRealData) describe(name, body);
  else {
    process.stderr.write(`SKIPPED: ${name}: no real data (set PATCHRING_REAL_DATA to its folder)\n`);
    describe.skip(name, () => {
      it("needs the folder of real data", () => undefined);
    });
  }
}
