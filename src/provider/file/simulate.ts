import type { Diagnostic } from "../../core/diagnostic.ts";
import type { Action, Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import { writeFileAtomically } from "../../snapshot/atomic-file.ts";
import { withFile } from "../../snapshot/bytes.ts";
import { rawLines } from "../../snapshot/lines.ts";
import { readSnapshotFile } from "../../snapshot/read.ts";
import { nextFact, type FactObject } from "./next-fact.ts";

export interface SimulatedAction {
  readonly device: string;
  readonly patch: string;
  readonly action: Action;
}

export interface SimulationResult {
  /** Errors of the input; with any of them nothing is written. */
  readonly diagnostics: readonly Diagnostic[];
  /** Facts that were changed. */
  readonly changed: number;
  /** Actions whose device or fact the input does not have. */
  readonly unmatched: readonly SimulatedAction[];
}

/** By device, then patch. */
type ActionIndex = ReadonlyMap<string, ReadonlyMap<string, SimulatedAction>>;

interface Work {
  readonly index: ActionIndex;
  readonly at: string;
  readonly matched: Set<SimulatedAction>;
}

function indexActions(actions: readonly SimulatedAction[]): ActionIndex {
  const index = new Map<string, Map<string, SimulatedAction>>();
  for (const action of actions) {
    const byPatch = index.get(action.device) ?? new Map<string, SimulatedAction>();
    index.set(action.device, byPatch.set(action.patch, action));
  }
  return index;
}

interface RecordLine extends Readonly<Record<string, unknown>> {
  readonly record: string;
  readonly id: string;
  readonly facts?: readonly FactObject[] | null;
}

function changeFacts(facts: readonly FactObject[], device: string, work: Work): readonly FactObject[] {
  const actions = work.index.get(device);
  if (actions === undefined) return facts;
  return facts.map((fact) => {
    const action = actions.get(fact["patch"] as string);
    if (action === undefined) return fact;
    work.matched.add(action);
    return nextFact(fact, action.action, work.at);
  });
}

/** The line itself when nothing in it changes, else the line written anew. */
function changeLine(line: Uint8Array, work: Work): string | Uint8Array {
  const text = new TextDecoder().decode(line);
  if (text.trim() === "") return line;
  const record = JSON.parse(text) as RecordLine;
  if (record.record === "header") return `${JSON.stringify({ ...record, takenAt: work.at })}\n`;
  if (record.record !== "device" || !work.index.has(record.id)) return line;
  const before = work.matched.size;
  const facts = changeFacts(record.facts ?? [], record.id, work);
  return work.matched.size === before ? line : `${JSON.stringify({ ...record, facts })}\n`;
}

/**
 * Writes the snapshot that a backend would give right after it took these actions at `at`:
 * the facts concerned change as `nextFact` says and `takenAt` is `at`. Lines without a
 * changed fact stay byte for byte, fields that are not known are kept. The input is
 * checked first, and is never written to; `output` is written whole or not at all.
 */
export async function simulate(
  input: string,
  output: string,
  actions: readonly SimulatedAction[],
  at: Instant,
): Promise<SimulationResult> {
  const { snapshot, diagnostics } = await readSnapshotFile(input);
  if (snapshot === null) return { diagnostics, changed: 0, unmatched: actions };
  const work: Work = { index: indexActions(actions), at: formatInstant(at), matched: new Set() };
  await withFile(input, async ({ chunks }) => {
    async function* changed(): AsyncGenerator<string | Uint8Array> {
      for await (const line of rawLines(chunks())) yield changeLine(line, work);
    }
    await writeFileAtomically(output, changed());
  });
  const unmatched = actions.filter((action) => !work.matched.has(action));
  return { diagnostics, changed: work.matched.size, unmatched };
}
