/** The check `patchring / evidence` on open requests that are not ours: what people write is judged as well. */
import type { Decided } from "../../core/decide.ts";
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import { ForgeError, type ForgeRequest, type NewCheck } from "../../forge/forge.ts";
import { PROMOTIONS } from "../../policy/promotion-slug.ts";
import { RepoError } from "../../repo/error.ts";
import { EVIDENCE_CHECK, isCheckSet } from "./evidence-check.ts";
import { evidenceCheckOf, judgeEvidence } from "./foreign-evidence.ts";
import type { PromoteReadPorts, PromoteWritePorts } from "./ports.ts";

export interface OtherRequest {
  readonly number: number;
  readonly headSha: string;
  readonly check: NewCheck;
  /** It says so already. */
  readonly isSet: boolean;
}

/** What became of one; `wrote` is false when it said so already. */
export type OtherOutcome =
  | { readonly kind: "done"; readonly wrote: boolean }
  | { readonly kind: "failed"; readonly error: ForgeError | RepoError };

interface Judging {
  /** The policy of the base branch, so that a request cannot lower its own gates. */
  readonly decided: Decided;
  readonly candidates: readonly PromotionCandidate[];
  readonly folder: string;
}

export async function judgeOthers(
  ports: PromoteReadPorts,
  judging: Judging,
  requests: readonly ForgeRequest[],
): Promise<OtherRequest[]> {
  const judged: OtherRequest[] = [];
  for (const { number, head } of requests) {
    const check = await judgeOne(ports, judging, number, head.sha);
    const isSet = isCheckSet(await ports.forge.listChecks(head.sha), check);
    judged.push({ number, headSha: head.sha, check, isSet });
  }
  return judged;
}

async function judgeOne(
  { forge, git }: PromoteReadPorts,
  { decided, candidates, folder }: Judging,
  number: number,
  headSha: string,
): Promise<NewCheck> {
  const { files, isComplete } = await forge.listChangedFiles(number);
  if (!isComplete) return unknown("the forge does not list all of its changed files");
  const paths = files
    .filter(({ path, status }) => status !== "removed" && path.startsWith(folder + PROMOTIONS))
    .map(({ path }) => path);
  if (paths.length === 0) return evidenceCheckOf([]);
  try {
    const texts = await git.readTexts(headSha, paths);
    const found = new Map(paths.map((path) => [path, texts.get(path) ?? ""]));
    return evidenceCheckOf(judgeEvidence(decided, candidates, found, folder));
  } catch (error) {
    // What a stranger has pushed must not stop the promotions of everybody else.
    if (!(error instanceof RepoError) || error.retryable) throw error;
    return unknown("its files cannot be read");
  }
}

function unknown(description: string): NewCheck {
  return { name: EVIDENCE_CHECK, state: "failure", description, url: null, summary: null };
}

export async function setOther(
  { writer }: PromoteWritePorts,
  { headSha, check, isSet }: OtherRequest,
): Promise<OtherOutcome> {
  if (isSet) return { kind: "done", wrote: false };
  try {
    return { kind: "done", wrote: await writer.setCheck(headSha, check) };
  } catch (error) {
    if (error instanceof ForgeError || error instanceof RepoError) return { kind: "failed", error };
    throw error;
  }
}
