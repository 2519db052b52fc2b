/** The end of the ledger as a commit on a ref of its own, where others see it and it cannot be taken back quietly. */
import type { LedgerHead } from "../../core/ledger.ts";
import { openPlumbing, type Plumbing } from "../../repo/plumbing.ts";
import { openRepository } from "../../repo/repository.ts";
import { refuse } from "../refusal.ts";
import type { WritingInvocation } from "../invocation.ts";

export const CHECKPOINT_REF = "refs/patchring/ledger";
const FILE = "head.json";
const FORMAT = "patchring.checkpoint/1";
/** Who the program is where it commits. */
const PROGRAM = { name: "patchring", email: "patchring@localhost" } as const;

/** Reads a checkpoint from a ref or a commit; null when there is none. */
export async function readCheckpoint(plumbing: Plumbing, name: string): Promise<LedgerHead | null> {
  const commit = name.startsWith("refs/") ? await plumbing.readRef(name) : name;
  if (commit === null || !/^[0-9a-f]{40,64}$/.test(commit)) return null;
  const [text] = await plumbing.readTexts([`${commit}:${FILE}`]);
  if (text == null) return null;
  const { format, seq, hash } = JSON.parse(text) as { readonly format?: unknown } & Partial<LedgerHead>;
  if (format !== FORMAT || !Number.isSafeInteger(seq) || typeof hash !== "string") return null;
  return { seq: seq!, hash };
}

/** Adds a checkpoint behind the ones before; null when the last one says the same. */
export async function placeCheckpoint(
  invocation: WritingInvocation,
  head: LedgerHead,
): Promise<string | null> {
  const { directory } = invocation.globals;
  const plumbing = openPlumbing(await openRepository({ directory, env: invocation.io.env }));
  const parent = await plumbing.readRef(CHECKPOINT_REF);
  const last = parent === null ? null : await readCheckpoint(plumbing, parent);
  if (last?.seq === head.seq && last.hash === head.hash) return null;
  const text = `${JSON.stringify({ format: FORMAT, seq: head.seq, hash: head.hash })}\n`;
  const commit = await plumbing.writeFiles(new Map([[FILE, text]]), {
    parents: parent === null ? [] : [parent],
    author: PROGRAM,
    at: invocation.io.now(),
    message: `Ledger at record ${String(head.seq)}\n\n${head.hash}\n`,
  });
  const moves = [{ ref: CHECKPOINT_REF, from: parent, to: commit }];
  if (await plumbing.moveRefs(moves, "patchring: ledger checkpoint")) return commit;
  throw refuse(
    "error",
    "cli/moved",
    "Checkpoint moved meanwhile",
    `Another checkpoint was placed on ${CHECKPOINT_REF} at the same time; this one was not.`,
    "run the same command again.",
  );
}
