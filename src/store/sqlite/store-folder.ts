import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StoreError } from "../store.ts";

/** The folder that is the program's own. */
const OWN_FOLDER = ".patchring";

/**
 * Makes the folder of the store. The program's own folder keeps itself out of Git: it gets a
 * `.gitignore` of everything when it has none.
 */
export async function prepareFolder(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    if (basename(folder) !== OWN_FOLDER) return;
    await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if (
      error instanceof Error &&
      "code" in error &&
      error.code === "EEXIST" &&
      basename(folder) === OWN_FOLDER
    )
      return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError("storage", false, `the folder of the store could not be made: ${reason}`, {
      cause: error,
    });
  }
}
