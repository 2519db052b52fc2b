import { VERDICTS } from "../../core/model.ts";
import { listVerdicts } from "../../core/make-plan.ts";
import type { VerdictRow } from "../../core/plan.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { writeVerdictLines } from "../../report/json/verdict-lines.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readDecided } from "../inputs/decided.ts";
import { usage } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";

export async function verdicts(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const words = readVerdictWords(input);
  const { decided, diagnostics } = await readDecided(invocation);
  await invocation.report(diagnostics);
  const { snapshot, compiled } = decided;
  const devices = pick(invocation, "device", input.list("device"), snapshot.devices.id);
  const patches = pickPatches(invocation, input.list("patch"), snapshot);
  const rings = pick(invocation, "ring", input.list("ring"), [
    ...compiled.rings.map(({ ring }) => ring.name),
  ]);
  const wanted = (row: VerdictRow): boolean =>
    (devices?.has(row.device) ?? true) &&
    (patches?.has(row.patch) ?? true) &&
    (rings === null || (row.ring !== null && rings.has(row.ring))) &&
    (words?.has(row.verdict) ?? true);
  writeVerdictLines(filter(listVerdicts(decided), wanted, invocation), (text) =>
    invocation.output.write(text),
  );
  return EXIT_CODES.done;
}

function* filter(
  rows: Iterable<VerdictRow>,
  wanted: (row: VerdictRow) => boolean,
  invocation: PreviewInvocation,
): Generator<VerdictRow> {
  for (const row of rows) {
    if (invocation.output.closed) return;
    if (wanted(row)) yield row;
  }
}

function readVerdictWords(input: Input): ReadonlySet<string> | null {
  const given = input.list("verdict");
  const wrong = given.find((word) => !(VERDICTS as readonly string[]).includes(word));
  if (wrong !== undefined) {
    throw usage(`${JSON.stringify(wrong)} is no verdict. Verdicts: ${VERDICTS.join(", ")}.`);
  }
  return given.length === 0 ? null : new Set(given);
}

/** Null for no filter. What is not known is said, because an empty answer would look like "nothing". */
function pick(
  invocation: PreviewInvocation,
  what: string,
  given: readonly string[],
  known: readonly string[],
): ReadonlySet<string> | null {
  if (given.length === 0) return null;
  const all = new Set(known);
  for (const one of given) if (!all.has(one)) noteUnknown(invocation, what, one);
  return new Set(given);
}

function noteUnknown(invocation: PreviewInvocation, what: string, name: string): void {
  const where = what === "ring" ? "policy" : "snapshot";
  invocation.note(`patchring: warning: the ${where} has no ${what} ${JSON.stringify(name)}`);
}

/** Patches by id, or by an alias (KB, bulletin, CVE), whatever its case. */
function pickPatches(
  invocation: PreviewInvocation,
  given: readonly string[],
  snapshot: Snapshot,
): ReadonlySet<string> | null {
  if (given.length === 0) return null;
  const found = new Set<string>();
  for (const name of given) {
    const lower = name.toLowerCase();
    const before = found.size;
    for (const { id, kb, bulletin, cves } of snapshot.patches) {
      const aliases = [id, kb ?? id, bulletin ?? id, ...cves];
      if (aliases.some((alias) => alias.toLowerCase() === lower)) found.add(id);
    }
    if (found.size === before) noteUnknown(invocation, "patch", name);
  }
  return found;
}
