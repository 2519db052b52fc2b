/** Puts a policy file into the work tree, whole or not at all, and never over what somebody wrote meanwhile. */
import { lstatSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { WrittenStatement } from "../../policy/write-statement.ts";
import { saveFile } from "../output.ts";
import { refuse, type Refusal } from "../refusal.ts";

export function writePolicyFile(directory: string, { path, before, after }: WrittenStatement): void {
  const target = join(directory, path);
  const folder = dirname(target);
  try {
    mkdirSync(folder, { recursive: true });
    const root = realpathSync(directory);
    const real = realpathSync(folder);
    if (real !== root && !real.startsWith(root + sep))
      throw moved(path, "its folder is a link that leads elsewhere");
    const found = lstatSync(target, { throwIfNoEntry: false });
    if (found?.isSymbolicLink() === true) throw moved(path, "it is a symbolic link");
    const text = found === undefined ? null : readFileSync(target, "utf8");
    if (text !== before) throw moved(path, "somebody changed it since it was read");
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw refuse(
      "error",
      "cli/not-written",
      "File cannot be written",
      `${JSON.stringify(path)} could not be written: the system says ${JSON.stringify(String(error.code))}.`,
      "check who may write there.",
    );
  }
  saveFile(target, (write) => {
    write(after);
  });
}

function moved(path: string, why: string): Refusal {
  return refuse(
    "stopped",
    "cli/moved",
    "File was not written",
    `${JSON.stringify(path)}: ${why}. Nothing was written.`,
    "look at it, then repeat the command.",
  );
}
