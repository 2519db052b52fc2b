/** Branches written by compare-and-swap: into the repository itself, or to its remote. */
import type { BranchCommit, BranchOutcome, BranchWriter } from "./branch-writer.ts";
import { findCheckout } from "./checkout.ts";
import { formatMessage, makeCommit } from "./commit.ts";
import { RepoError } from "./error.ts";
import { branchRef, checkObjectId } from "./names.ts";
import { withObjectReader, type ObjectReader } from "./object-reader.ts";
import { writeObjects } from "./pack.ts";
import { listRefs, moveRefs, readRef } from "./refs.ts";
import { fetchBranch, listRemoteBranches, pushBranch, readRemoteBranch, type Remote } from "./remote.ts";
import type { Repository } from "./repository.ts";
import { changeTree } from "./write-tree.ts";

type Moved = { readonly kind: "done" } | { readonly kind: "moved"; readonly found: string | null };

/** Where branches live. */
interface BranchStore {
  read(branch: string): Promise<string | null>;
  list(prefix: string): Promise<readonly { readonly ref: string; readonly id: string }[]>;
  move(branch: string, from: string | null, to: string | null): Promise<Moved>;
}

/** Writes branches of the repository itself. A branch that is checked out somewhere is `dirty-tree`. */
export function openLocalBranches(repository: Repository): BranchWriter {
  return makeWriter(repository, {
    read: (branch) => readRef(repository, branchRef(branch)),
    list: async (prefix) =>
      (await listRefs(repository, "refs/heads/")).filter(({ ref }) => ref.startsWith(`refs/heads/${prefix}`)),
    move: async (branch, from, to) => {
      const ref = branchRef(branch);
      await refuseCheckedOut(repository, branch);
      if (await moveRefs(repository, [{ ref, from, to }], "patchring: write branch")) return { kind: "done" };
      const found = await readRef(repository, ref);
      return found === to ? { kind: "done" } : { kind: "moved", found };
    },
  });
}

/** Writes branches of a remote; what is read is fetched. */
export function openRemoteBranches(remote: Remote): BranchWriter {
  return makeWriter(remote.repository, {
    read: (branch) => readFetched(remote, branch),
    list: (prefix) => listRemoteBranches(remote, prefix),
    move: async (branch, from, to) => {
      const outcome = await pushBranch(remote, branch, from, to);
      return outcome.kind === "pushed" ? { kind: "done" } : outcome;
    },
  });
}

/** Asks where the branch stands, and fetches only what is not here. */
async function readFetched(remote: Remote, branch: string): Promise<string | null> {
  const id = await readRemoteBranch(remote, branch);
  if (id === null) return null;
  const isHere = await withObjectReader(remote.repository, (reader) => reader.readHead(`${id}^{tree}`));
  return isHere === null ? fetchBranch(remote, branch) : id;
}

async function refuseCheckedOut(repository: Repository, branch: string): Promise<void> {
  const checkout = await findCheckout(repository, branch);
  if (checkout === null) return;
  throw new RepoError(
    "dirty-tree",
    `${branch} is checked out in ${checkout.directory}; switch to another branch there first`,
  );
}

function makeWriter(repository: Repository, store: BranchStore): BranchWriter {
  return {
    readBranch: (branch) => store.read(branch),
    listBranches: async (prefix) =>
      (await store.list(prefix)).map(({ ref, id }) => ({
        branch: ref.slice("refs/heads/".length),
        commit: id,
      })),
    writeBranch: (commit) => writeBranch(repository, store, commit),
    deleteBranch: async (branch, expected) => {
      const found = await store.read(branch);
      if (found === null) return "gone";
      if (found !== checkObjectId(expected)) return "moved";
      const outcome = await store.move(branch, expected, null);
      if (outcome.kind === "done") return "deleted";
      return outcome.found === null ? "gone" : "moved";
    },
  };
}

async function writeBranch(
  repository: Repository,
  store: BranchStore,
  order: BranchCommit,
): Promise<BranchOutcome> {
  branchRef(order.branch);
  const { idBytes } = repository;
  const found = await store.read(order.branch);
  const made = await withObjectReader(repository, async (reader) => {
    const parentTree = await readTreeOf(reader, order.parent);
    const tree = await changeTree(reader, parentTree, order.changes, idBytes);
    return { parentTree, tree, standing: found === null ? null : await readCommit(reader, found) };
  });
  if (made.tree.id === made.parentTree) return { kind: "empty" };
  const { standing } = made;
  if (found !== null && standing?.tree === made.tree.id && standing.parents.join() === order.parent) {
    return { kind: "unchanged", commit: found };
  }
  if (found !== order.expected) return { kind: "moved", found };
  const { author, at } = order;
  const message = formatMessage(order);
  const commit = makeCommit({ tree: made.tree.id, parents: [order.parent], author, at, message }, idBytes);
  await writeObjects(repository, [...made.tree.objects, commit]);
  const outcome = await store.move(order.branch, order.expected, commit.id);
  return outcome.kind === "done" ? { kind: "written", commit: commit.id } : outcome;
}

async function readTreeOf(reader: ObjectReader, commit: string): Promise<string> {
  const tree = await reader.readHead(`${checkObjectId(commit)}^{tree}`);
  if (tree !== null) return tree.id;
  throw new RepoError("missing-object", `the commit ${commit} is not in this repository; fetch it first`);
}

interface StandingCommit {
  readonly tree: string;
  readonly parents: readonly string[];
}

async function readCommit(reader: ObjectReader, id: string): Promise<StandingCommit | null> {
  const object = await reader.read(`${checkObjectId(id)}^{commit}`);
  if (object === null) return null;
  const lines = object.bytes.toString("latin1").split("\n");
  const parents = lines.slice(1, lines.indexOf("")).filter((line) => line.startsWith("parent "));
  return { tree: (lines[0] ?? "").slice(5), parents: parents.map((line) => line.slice(7)) };
}
