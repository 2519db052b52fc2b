/** Looks at the forge and at Git, once, before anything is planned. Writes nothing. */
import type { Decided } from "../../core/decide.ts";
import type { Instant } from "../../core/model.ts";
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { ForgeRequest } from "../../forge/forge.ts";
import { findClosed, holdsNaming } from "./closed.ts";
import type { ObservedForge, ObservedRequest } from "./observed.ts";
import type { PromoteReadPorts } from "./ports.ts";
import { OUR_BRANCHES, PROMOTION_MARKER } from "./slot.ts";

export interface ObserveInput {
  readonly decided: Decided;
  readonly candidates: readonly PromotionCandidate[];
  /** Where the policy that was decided comes from. */
  readonly base: { readonly branch: string; readonly commit: string };
  readonly folder: string;
}

export async function observeForge(ports: PromoteReadPorts, input: ObserveInput): Promise<ObservedForge> {
  const { base } = input;
  const forge = await ports.forge.describe();
  const listed = await ports.forge.listRequests({
    states: ["open", "closed"],
    kind: null,
    closedSince: earliestDate(input),
  });
  const open: ObservedRequest[] = [];
  const here = listed.filter(({ state, base: into }) => state === "open" && into === base.branch);
  for (const request of here) {
    if (isOurs(request)) open.push(await observeRequest(ports, request.number));
  }
  const closed = listed.filter(
    ({ state, marker }) => state === "closed" && marker?.kind === PROMOTION_MARKER,
  );
  const branches = await ports.branches.listBranches(OUR_BRANCHES);
  const changed = open.flatMap((one) => one.changed.files.map(({ path }) => path));
  return {
    forge,
    base,
    isBaseCurrent: (await ports.branches.readBranch(base.branch)) === base.commit,
    baseTexts: await readTexts(ports, base.commit, changed),
    open,
    others: here.filter((request) => !isOurs(request)),
    closed,
    branches: new Map(branches.map(({ branch, commit }) => [branch, commit])),
    holdsChangedAt: await readHoldHistory(ports, input, closed),
  };
}

function isOurs({ marker, head }: ForgeRequest): boolean {
  if (marker !== null) return marker.kind === PROMOTION_MARKER;
  return head.isSameRepository && head.branch.startsWith(OUR_BRANCHES);
}

async function observeRequest(ports: PromoteReadPorts, number: number): Promise<ObservedRequest> {
  const { forge } = ports;
  const request = await forge.readRequest(number);
  const changed = await forge.listChangedFiles(number);
  const present = changed.files.filter(({ status }) => status !== "removed").map(({ path }) => path);
  return {
    request,
    changed,
    reviews: await forge.listReviews(number),
    commits: await forge.listCommits(number),
    texts: await readTexts(ports, request.head.sha, present),
    checks: await forge.listChecks(request.head.sha),
  };
}

async function readTexts(
  ports: PromoteReadPorts,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return paths.length === 0 ? new Map() : ports.git.readTexts(commit, [...new Set(paths)]);
}

/** Nobody can have asked for a patch before it had a date; null where one has none. */
function earliestDate({ decided, candidates }: ObserveInput): Instant | null {
  let earliest: Instant | null = decided.compiled.now;
  for (const { patchIndex } of candidates) {
    const date = decided.compiled.dates.at[patchIndex]!;
    if (Number.isNaN(date)) return null;
    earliest = Math.min(earliest, date);
  }
  return earliest;
}

/** Asked of Git only where a closed request holds a patch and a hold names it. */
async function readHoldHistory(
  ports: PromoteReadPorts,
  { decided, candidates, base, folder }: ObserveInput,
  closed: readonly ForgeRequest[],
): Promise<ReadonlyMap<string, Instant>> {
  const held = candidates.filter(
    (one) => findClosed(decided.compiled, { closed, holdsChangedAt: new Map() }, one) !== null,
  );
  const files = held.flatMap((one) => holdsNaming(decided.compiled, one).map(({ place }) => place.file));
  const changedAt = new Map<string, Instant>();
  for (const file of new Set(files)) {
    const at = await ports.git.readChangedAt(base.commit, folder + file);
    if (at !== null) changedAt.set(file, at);
  }
  return changedAt;
}
