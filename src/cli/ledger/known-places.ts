/** What is known of a ledger elsewhere: a checkpoint in Git, a hash, the end of the database. */
import { openPlumbing } from "../../repo/plumbing.ts";
import { RepoError } from "../../repo/error.ts";
import { openRepository } from "../../repo/repository.ts";
import type { StoreReader } from "../../store/store.ts";
import type { KnownPlace } from "../../store/verify-ledger.ts";
import { usage } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { CHECKPOINT_REF, readCheckpoint } from "./checkpoint.ts";

const HASH = /^(?:sha256:)?([0-9a-f]{64})$/;

/** `against`: a hash, a ref or a commit; null takes the checkpoint's ref when there is one. */
export async function findKnown(
  invocation: PreviewInvocation,
  against: string | null,
  reader: StoreReader | null,
): Promise<readonly KnownPlace[]> {
  const places: KnownPlace[] = [];
  const hex = against === null ? null : HASH.exec(against);
  if (hex !== null) {
    places.push({ seq: null, hash: `sha256:${hex[1]!}`, name: "`--against`", required: true });
  } else {
    const checkpoint = await findCheckpoint(invocation, against);
    if (checkpoint !== null) places.push(checkpoint);
  }
  if (reader === null) return places;
  const { seq, hash } = await reader.readLedgerHead();
  return [...places, { seq, hash, name: "the database", required: false }];
}

async function findCheckpoint(
  invocation: PreviewInvocation,
  against: string | null,
): Promise<KnownPlace | null> {
  const name = against ?? CHECKPOINT_REF;
  try {
    const { directory } = invocation.globals;
    const plumbing = openPlumbing(await openRepository({ directory, env: invocation.io.env }));
    const found = await readCheckpoint(plumbing, name);
    if (found !== null) return { ...found, name: `the checkpoint ${name}`, required: true };
  } catch (error) {
    if (against !== null || !(error instanceof RepoError)) throw error;
    return null;
  }
  if (against === null) return null;
  throw usage(
    `\`--against\` takes a record's hash, or a ref or commit with a checkpoint in it, and ${JSON.stringify(against)} is neither.`,
    `write \`--against ${CHECKPOINT_REF}\`, or \`--against sha256:…\`.`,
  );
}
