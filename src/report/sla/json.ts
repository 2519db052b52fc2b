/** `patchring.sla/1`. Lengths in whole seconds. */
import type { DeadlineGroup } from "../../core/deadline-groups.ts";
import type { Obligation } from "../../core/deadline-obligations.ts";
import type { PathFeasibility } from "../../core/deadline-feasibility.ts";
import type { PathStep } from "../../core/deadline-path.ts";
import { shortestTime, withinWords, type DeadlineProfile } from "../../core/deadline-profile.ts";
import { conforming, measured, type DeadlineTotals } from "../../core/deadline-totals.ts";
import { formatInstant } from "../../core/time.ts";
import { instantOrNull } from "../deadline-words.ts";
import type { SlaView } from "./view.ts";

export function slaJson(view: SlaView): object {
  const { at, policy, now, profiles, assume, stated, paths } = view;
  return {
    format: "patchring.sla/1",
    at: formatInstant(at),
    policy,
    snapshot:
      now === null ? null : { digest: now.snapshot.digest, takenAt: formatInstant(now.snapshot.takenAt) },
    totals: now === null ? null : totalsJson(now.totals),
    profiles: profiles.map((profile, index) => ({
      ...profileJson(profile),
      totals: now === null ? null : totalsJson(now.byProfile[index]!),
    })),
    late: now === null ? null : now.groups.map(groupJson),
    assume: Object.fromEntries(
      Object.entries(assume).map(([key, seconds]: [string, number]) => [
        key,
        { seconds, stated: stated.some((one) => one === key) },
      ]),
    ),
    paths: paths.map(pathJson),
  };
}

function totalsJson(totals: DeadlineTotals): object {
  return { ...totals, measured: measured(totals), inTime: conforming(totals) };
}

function profileJson({
  name,
  title,
  edition,
  source,
  withdrawn,
  acceptsExceptions,
}: DeadlineProfile): object {
  return { name, title, edition, source, withdrawn, exceptions: acceptsExceptions ? "accepted" : "refused" };
}

function groupJson({ patch, state, risk, obligations, devices, device }: DeadlineGroup): object {
  return { patch: patch.id, state, risk, devices, device, obligations: obligations.map(obligationJson) };
}

function obligationJson({ profile, tier, clock, startedAt, dueAt, isAssumed }: Obligation): object {
  return {
    profile: profile.name,
    tier: tier.name,
    within: withinWords(tier.within),
    clock,
    startedAt: instantOrNull(startedAt),
    dueAt: instantOrNull(dueAt),
    assumed: isAssumed,
    task: tier.task,
  };
}

function pathJson({ path, limits }: PathFeasibility): object {
  return {
    rule: path.rule.id,
    ring: path.ring.name,
    seconds: path.total,
    blockedIn: path.blockedIn,
    steps: path.steps.map(stepJson),
    limits: limits.map(({ profile, tiers, limit, fits, fixes }) => ({
      profile: profile.name,
      tiers: tiers.map((tier) => tier.name),
      seconds: limit,
      within: withinWords(tiers.find((tier) => shortestTime(tier) === limit)!.within),
      fits,
      fixes,
    })),
  };
}

function stepJson({ kind, ring, seconds, source }: PathStep): object {
  if (source.kind === "assumption") return { kind, ring, seconds, assumed: source.key };
  if (source.kind === "policy") {
    const { file, line } = source.place;
    return { kind, ring, seconds, value: source.value, place: { file, line } };
  }
  const { schedule, wait } = source;
  const gap = wait?.gap ?? null;
  return {
    kind,
    ring,
    seconds,
    schedule: schedule?.name ?? null,
    zone: wait?.zone ?? null,
    gap: gap === null ? null : { shutAt: formatInstant(gap.shutAt), opensAt: formatInstant(gap.opensAt) },
  };
}
