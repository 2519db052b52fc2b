/** `patchring.promote/1`, for `writeRowsJson`. */
import type { PromotionCandidate, PromotionGate } from "../../core/promotion-candidates.ts";
import type { LeftOut } from "../../core/promotion-request.ts";
import { formatDuration, formatInstant } from "../../core/time.ts";
import type { RequestOutcome } from "../../reconcile/promote/run-steps.ts";
import { LateRow } from "../../report/json/rows-json.ts";
import type { PromotionsShown } from "../commands/promote.ts";
import { mergeByJson, type MergeBys } from "./promote-deadlines.ts";
import { indexPlan, type PlanIndex } from "./promote-index.ts";

/** `mergeBy` is there where the Fleet names deadlines. */
export function promotionsJson(shown: PromotionsShown, mergeBys: MergeBys | null): object {
  const { decided, base, commit, plan, results, candidates } = shown;
  const { compiled, snapshot } = decided;
  const index = indexPlan(plan);
  return {
    format: "patchring.promote/1",
    at: formatInstant(compiled.now),
    opened: results !== null,
    policy: { branch: base?.branch ?? null, commit, digest: compiled.policy.digest },
    snapshot: {
      digest: snapshot.digest,
      takenAt: formatInstant(snapshot.header.takenAt),
      complete: snapshot.header.complete,
    },
    candidates: candidates.map(
      (one) =>
        new LateRow(() => ({
          ...candidateJson(index, one),
          ...(mergeBys === null ? {} : { mergeBy: mergeByJson(mergeBys.get(one)) }),
        })),
    ),
    requests: plan === null ? null : requestsJson(shown),
    checks: shown.others.map(({ number, headSha, check, isSet }) => ({
      request: number,
      head: headSha,
      name: check.name,
      state: check.state,
      description: check.description,
      isSet,
    })),
  };
}

function candidateJson(index: PlanIndex, candidate: PromotionCandidate): object {
  const { patch, evidence, state } = candidate;
  const left = index.leftOut(candidate);
  const request = index.request(candidate);
  return {
    ring: candidate.ring.name,
    from: candidate.from,
    patch: patch.id,
    revision: patch.revision,
    title: patch.title,
    severity: patch.severity,
    state: "until" in state ? { ...state, until: instantOrNull(state.until) } : state,
    asked: request !== null,
    request: request?.number ?? null,
    leftOut: left === null ? null : leftOutJson(left),
    devices: candidate.devices,
    staleDevices: candidate.staleDevices,
    heldDevices: candidate.heldDevices,
    supersededDevices: candidate.supersededDevices,
    source: candidate.source === "" ? null : candidate.source,
    expedited: candidate.isExpedited,
    exploited: candidate.isExploited,
    rejectedFile: candidate.hasRejectedFile,
    soak: formatDuration(candidate.soak),
    evidence: { ...evidence, t0: instantOrNull(evidence.t0) },
    soakedAt: instantOrNull(candidate.soakedAt),
    gates: candidate.gates.map(gateJson),
  };
}

function gateJson(gate: PromotionGate): object {
  const { gate: name, isOpen: open, ...numbers } = gate;
  if (!("soak" in numbers)) return { gate: name, open, ...numbers };
  return { gate: name, open, soak: formatDuration(numbers.soak), opensAt: instantOrNull(numbers.opensAt) };
}

function leftOutJson({ reason }: LeftOut): object {
  return reason.kind === "closed" ? { ...reason, closedAt: formatInstant(reason.closedAt) } : reason;
}

function requestsJson({ plan, results }: PromotionsShown): object[] {
  return plan!.requests
    .filter(({ number, asked }) => number !== null || asked.length > 0)
    .map((request) => {
      const { ring, ownPatch, branch, number, isFrozen, asked, added, removed, stalled, steps } = request;
      const outcome = results?.find((one) => one.request === request)?.outcome ?? null;
      return {
        ring,
        ownPatch,
        branch,
        number: outcome?.number ?? number,
        frozen: isFrozen,
        asked,
        added,
        removed,
        stalled,
        steps: steps.map(({ kind }) => kind),
        outcome: outcome === null ? null : outcomeJson(outcome),
      };
    });
}

function outcomeJson(outcome: RequestOutcome): object {
  if (outcome.kind !== "failed") return outcome;
  const { code, message } = outcome.error;
  return { kind: outcome.kind, number: outcome.number, url: outcome.url, code, message };
}

function instantOrNull(at: number | null): string | null {
  return at === null ? null : formatInstant(at);
}
