/** Promotion as steps of a run: look, plan, and (only where asked to) write (design 4). */
import type { Decided } from "../../core/decide.ts";
import { findCandidates, type PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { PromotionTexts } from "../../core/promotion-request.ts";
import { observeForge } from "./observe.ts";
import { judgeOthers, setOther, type OtherOutcome, type OtherRequest } from "./other-requests.ts";
import { planPromotions, type PromotionPlan } from "./plan-promotions.ts";
import type { PromoteReadPorts, PromoteWritePorts } from "./ports.ts";
import { runRequestPlan, type RequestOutcome } from "./run-steps.ts";
import type { RequestPlan } from "./steps.ts";

export interface PromoteOptions {
  /** The policy **of the base commit**, decided on the snapshot of this run: gates are never read from a request. */
  readonly decided: Decided;
  readonly base: { readonly branch: string; readonly commit: string };
  /** Where the policy stands in its repository: "" for the root, else with `/` at the end. */
  readonly folder: string;
  readonly texts: PromotionTexts;
}

export interface PromotionPreview {
  readonly candidates: readonly PromotionCandidate[];
  readonly plan: PromotionPlan;
  /** Open requests of others, with what the evidence check has to say of them. */
  readonly others: readonly OtherRequest[];
  /** False when the base branch has moved since the policy was read: its answer is out of date. */
  readonly isBaseCurrent: boolean;
}

/** What `promote` shows: candidates, and what `--open` would do. Writes nothing. */
export async function previewPromotions(
  ports: PromoteReadPorts,
  options: PromoteOptions,
): Promise<PromotionPreview> {
  const candidates = findCandidates(options.decided);
  const observed = await observeForge(ports, { ...options, candidates });
  const plan = planPromotions({ ...options, candidates, observed });
  const others = await judgeOthers(ports, { ...options, candidates }, observed.others);
  return { candidates, plan, others, isBaseCurrent: observed.isBaseCurrent };
}

export interface PromotionResult {
  readonly request: RequestPlan;
  readonly outcome: RequestOutcome;
}

export interface PromotionRun extends PromotionPreview {
  /** One for each request of the plan that was reached, in its order. */
  readonly results: readonly PromotionResult[];
  /** Of the checks on requests of others, those that were reached. */
  readonly checked: readonly CheckResult[];
}

export interface CheckResult {
  readonly request: OtherRequest;
  readonly outcome: OtherOutcome;
}

/** What is missing from a snapshot is not evidence: nobody is asked, and nothing is taken out, because of it. */
function whyNothingIsWritten(preview: PromotionPreview, { snapshot }: Decided): string | null {
  if (!snapshot.header.complete) return "the snapshot is incomplete: the backend stopped half way";
  if (snapshot.devices.count === 0) return "the snapshot has no devices";
  if (!preview.isBaseCurrent) {
    return "the base branch moved since its policy was read; the next run reads it again";
  }
  return null;
}

/**
 * Brings every request about. One that fails does not stop the others, unless the forge or Git
 * cannot be reached or refuses us: then the rest would fail too. Throws `ForgeError` or `RepoError`
 * when it could not even look; then nothing was written.
 */
export async function openPromotions(
  ports: PromoteReadPorts & { readonly write: PromoteWritePorts },
  options: PromoteOptions,
): Promise<PromotionRun> {
  const preview = await previewPromotions(ports, options);
  const results: PromotionResult[] = [];
  const obstacle = whyNothingIsWritten(preview, options.decided);
  for (const request of preview.plan.requests) {
    if (obstacle !== null) {
      results.push({
        request,
        outcome: { kind: "waiting", number: request.number, url: request.url, reason: obstacle },
      });
      continue;
    }
    const outcome = await runRequestPlan(request, ports.write, options.decided.compiled.now);
    results.push({ request, outcome });
    if (outcome.kind === "failed" && isHopeless(outcome.error.code)) {
      return { ...preview, results, checked: [] };
    }
  }
  const checked = obstacle === null ? await checkOthers(ports.write, preview.others) : [];
  return { ...preview, results, checked };
}

async function checkOthers(
  write: PromoteWritePorts,
  others: readonly OtherRequest[],
): Promise<CheckResult[]> {
  const checked: CheckResult[] = [];
  for (const request of others) {
    const outcome = await setOther(write, request);
    checked.push({ request, outcome });
    if (outcome.kind === "failed" && isHopeless(outcome.error.code)) break;
  }
  return checked;
}

function isHopeless(code: string): boolean {
  return code === "unreachable" || code === "rate-limited" || code === "denied" || code === "no-git";
}
