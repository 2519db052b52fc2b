/** Loads and validates a folder of policy files once in a fresh process, its modules included. */
import { loadPolicy, readPolicyFiles } from "../engine.mjs";
import { timed } from "../statistics.mjs";

export default async function run({ folder }) {
  const files = readPolicyFiles(folder);
  const { ms } = await timed(() => loadPolicy(files));
  return { files: files.length, ms };
}
