/**
 * fast-check for tests. The gate gives the same answer twice: properties draw from one seed, unless
 * `PATCHRING_SEED` names another one, or `random` to look for what the seed does not reach.
 */
import { env } from "node:process";
import fc from "fast-check";

const SEED = 20_260_318;

function readSeed(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return SEED;
  if (text === "random") return undefined;
  const seed = Number(text);
  if (!Number.isInteger(seed))
    throw new Error(`PATCHRING_SEED is "${text}"; give a whole number or "random"`);
  return seed;
}

const seed = readSeed(env["PATCHRING_SEED"]);
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

export default fc;
