/** Everything that goes into a pack and does not follow from policy and snapshot; what is missing is named. */
import { relative, resolve } from "node:path";
import { recordsOf } from "../../core/audit-actions.ts";
import { isWithin, type AuditPeriod } from "../../core/audit-period.ts";
import type { Decided } from "../../core/decide.ts";
import type { HistoryEntry } from "../../core/policy-history.ts";
import { formatInstant, parseInstant } from "../../core/time.ts";
import { ForgeError } from "../../forge/forge.ts";
import { writeBundle } from "../../repo/bundle.ts";
import { RepoError } from "../../repo/error.ts";
import { readFilesAt } from "../../repo/files-at.ts";
import { openRepository, type Repository } from "../../repo/repository.ts";
import type { Input } from "../arguments/input.ts";
import { readPolicyHistory } from "../history/read-history.ts";
import { findForge } from "../inputs/forge.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { ledgerPath } from "../ledger/open-ledger.ts";
import { Refusal } from "../refusal.ts";
import { MOST_COMMITS, readEffectivePolicy } from "./effective-policy.ts";
import type { PackFolder } from "./pack-folder.ts";
import { readApprovals } from "./read-approvals.ts";
import { readLedgerFile, type LedgerText } from "./read-ledger.ts";

export interface PackSources {
  readonly ledger: LedgerText | null;
  /** Oldest first; empty outside of Git. */
  readonly entries: readonly HistoryEntry[];
  readonly codeOwners: string | null;
  /** What is not in the pack, one sentence each. */
  readonly gaps: readonly string[];
}

export interface GatherOptions {
  readonly period: AuditPeriod;
  /** Files that come from elsewhere are written at once. */
  readonly pack: PackFolder;
  readonly decided: Decided;
}

export async function gatherSources(
  input: Input,
  invocation: PreviewInvocation,
  options: GatherOptions,
): Promise<PackSources> {
  const gaps: string[] = [];
  const { policy, now } = options.decided.compiled;
  if ((policy.fleet.deadlines?.profiles ?? []).length === 0) {
    gaps.push("The Fleet names no deadline profile, so that nothing is due: obligations is empty.");
  }
  if (now < options.period.to) {
    gaps.push(`The period had not ended when the pack was made (${formatInstant(now)}).`);
  }
  const ledger = await takeLedger(input, invocation, options, gaps);
  const repository = await findRepository(invocation, gaps);
  if (repository === null) return { ledger, entries: [], codeOwners: null, gaps };
  const revision = invocation.globals.ref ?? "HEAD";
  const history = await readPolicyHistory(repository, revision, {
    ...{ patch: null, device: null, ring: null, rule: null },
  });
  if (!history.isComplete) gaps.push("The clone is shallow: older changes of policy are missing.");
  await takeBundle(repository, options.pack, gaps);
  await takeEffective(repository, history.commit, ledger, options, gaps);
  if (input.flag("withoutForge"))
    gaps.push("The forge was not asked (`--without-forge`): approvals are those that merges name.");
  else await takeApprovals(invocation, options, gaps);
  return { ledger, entries: history.entries, codeOwners: await readCodeOwners(repository, revision), gaps };
}

async function takeLedger(
  input: Input,
  invocation: PreviewInvocation,
  { pack, period, decided }: GatherOptions,
  gaps: string[],
): Promise<LedgerText | null> {
  const { cwd } = invocation.io;
  const given = input.text("ledger");
  const { store } = decided.compiled.policy.fleet;
  const path = given === null ? await ledgerPath(invocation, store) : resolve(cwd, given);
  const ledger = path === null ? null : readLedgerFile(path, given ?? relative(cwd, path));
  if (ledger === null) {
    gaps.push("There is no ledger: runs, actions and what became of them are not known.");
    return null;
  }
  pack.write("ledger/ledger.ndjson", ledger.text, ledger.records.length);
  const first = parseInstant(ledger.records[0]?.at ?? "");
  if (first !== null && first > period.from) {
    gaps.push(`The ledger begins at ${formatInstant(first)}, after the period began.`);
  }
  return ledger;
}

async function findRepository(invocation: PreviewInvocation, gaps: string[]): Promise<Repository | null> {
  try {
    return await openRepository({ directory: invocation.globals.directory, env: invocation.io.env });
  } catch (error) {
    if (!(error instanceof RepoError)) throw error;
    gaps.push(
      error.code === "no-git"
        ? "Git is not installed, so that the history of the policy could not be read."
        : "The policy is in no Git repository, so that nobody can tell who changed it.",
    );
    return null;
  }
}

async function takeBundle(repository: Repository, pack: PackFolder, gaps: string[]): Promise<void> {
  try {
    await pack.writeBy("policy/repo.bundle", (target) => writeBundle(repository, target));
  } catch (error) {
    if (!(error instanceof RepoError)) throw error;
    gaps.push(`The history could not be bundled: ${error.message}`);
  }
}

/** The policy at `HEAD` and at each commit that a run of the period used. */
async function takeEffective(
  repository: Repository,
  head: string,
  ledger: LedgerText | null,
  { pack, period }: GatherOptions,
  gaps: string[],
): Promise<void> {
  const used = recordsOf(ledger?.records ?? [], "run").flatMap(({ at, data }) => {
    const instant = parseInstant(at);
    return instant !== null && isWithin(period, instant) ? (data.policy?.commit ?? []) : [];
  });
  const commits = [...new Set([head, ...used.filter((commit) => /^[0-9a-f]{40,64}$/.test(commit))])];
  if (commits.length > MOST_COMMITS) {
    gaps.push(
      `Runs used ${commits.length} commits; policy/effective has the first ${MOST_COMMITS}. The bundle has all.`,
    );
  }
  for (const commit of commits.slice(0, MOST_COMMITS)) {
    const content = await readEffectivePolicy(repository, commit);
    if (content === null) gaps.push(`A run used commit ${commit}, which is not in this repository.`);
    else pack.write(`policy/effective/${commit}.json`, `${JSON.stringify(content, null, 1)}\n`);
  }
}

async function takeApprovals(
  invocation: PreviewInvocation,
  { pack, period }: GatherOptions,
  gaps: string[],
): Promise<void> {
  try {
    const forge = await invocation.ports.openForge(await findForge(invocation));
    for (const { number, content } of await readApprovals(forge.reader, period)) {
      pack.write(`approvals/request-${number}.json`, `${JSON.stringify(content, null, 1)}\n`);
    }
  } catch (error) {
    if (!(error instanceof ForgeError || error instanceof RepoError || error instanceof Refusal)) throw error;
    gaps.push(`The forge could not be asked for reviews: ${error.message}`);
  }
}

const CODE_OWNERS = ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"];

async function readCodeOwners(repository: Repository, revision: string): Promise<string | null> {
  const { files } = await readFilesAt(repository, revision, {
    folder: "",
    isWantedFolder: (path) => path === ".github" || path === "docs",
    isWantedFile: (path) => CODE_OWNERS.includes(path),
    maxFileBytes: 1_000_000,
  });
  return files.map(({ bytes }) => bytes?.toString("utf8") ?? "").join("\n") || null;
}
