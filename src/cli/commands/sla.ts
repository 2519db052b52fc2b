import type { DeadlineProfile, DeadlineSettings } from "../../core/deadline-profile.ts";
import { DEFAULT_ASSUMPTIONS, DEFAULT_WARN_BEFORE } from "../../core/deadline-profile.ts";
import type { Decided } from "../../core/decide.ts";
import type { Fleet } from "../../core/policy.ts";
import type { SlaNow, SlaView } from "../../report/sla/view.ts";
import type { SlaFormat } from "../arguments/formats.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { instantOfDecision } from "../inputs/instant.ts";
import { readUsablePolicy, type UsablePolicy } from "../inputs/policy.ts";
import { readObserved } from "../inputs/observed.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { usage } from "../refusal.ts";
import { showSla } from "../views/sla.ts";

/** Deadlines now, and whether policy can meet them at all. Without a provider or a snapshot only the latter. */
export async function sla(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const reading = await readUsablePolicy(invocation);
  const settings = settingsOf(reading.policy.fleet);
  const profiles = await chooseProfiles(invocation, input.arguments(), reading.policy.fleet);
  const decided = await decideWhereRead(invocation, reading);
  const at = decided?.compiled.now ?? instantOfDecision(invocation);
  const { findFeasibility } = await import("../../core/deadline-feasibility.ts");
  const path = {
    policy: reading.policy,
    assume: settings.assume,
    now: at,
    zones: reading.zones,
    deviceZones: zonesOf(reading, decided),
  };
  const { commit, digest } = await reading.identity();
  const view: SlaView = {
    at,
    policy: { commit, digest },
    now: decided === null ? null : await assessNow(decided, profiles, settings),
    profiles,
    assume: settings.assume,
    stated: settings.stated,
    paths: findFeasibility(path, profiles),
  };
  await invocation.report(reading.diagnostics);
  const given = input.text("format") as SlaFormat | null;
  await showSla(invocation, given ?? (invocation.globals.json ? "json" : "text"), view);
  const isLate = view.paths.some(({ limits }) => limits.some(({ fits }) => !fits));
  return input.flag("detailedExitCode") && isLate ? EXIT_CODES.pending : EXIT_CODES.done;
}

function settingsOf({ deadlines }: Fleet): DeadlineSettings {
  return (
    deadlines ?? {
      profiles: [],
      own: [],
      warnBefore: DEFAULT_WARN_BEFORE,
      assume: DEFAULT_ASSUMPTIONS,
      stated: [],
    }
  );
}

/** Those on the command line, else those of the Fleet, else `house`. */
async function chooseProfiles(
  invocation: PreviewInvocation,
  names: readonly string[],
  { deadlines }: Fleet,
): Promise<readonly DeadlineProfile[]> {
  const named = deadlines?.profiles ?? [];
  if (names.length === 0 && named.length > 0) return named;
  const { shippedProfiles } = await import("../../policy/deadline-profiles.ts");
  const known = [...(deadlines?.own ?? []), ...shippedProfiles()];
  const all = [...new Set(known.map(({ name }) => name))].sort();
  if (names.length === 0) {
    invocation.note(
      `patchring: the Fleet names no deadlines, so this is \`house\`; write \`deadlines: { profiles: […] }\` with ${all.join(", ")}`,
    );
  }
  const { nearestName } = await import("../../core/near-name.ts");
  return [...new Set(names.length === 0 ? ["house"] : names)].map((name) => {
    const profile = known.find((one) => one.name === name);
    if (profile !== undefined) return profile;
    const near = nearestName(name, all);
    throw usage(
      `There is no deadline profile ${JSON.stringify(name)}. Known ones: ${all.join(", ")}.`,
      near === null ? "name one of these." : `write \`${near}\`.`,
    );
  });
}

/** Null where there is nothing to read devices from. */
async function decideWhereRead(
  invocation: PreviewInvocation,
  { policy, zones }: UsablePolicy,
): Promise<Decided | null> {
  if (invocation.globals.snapshot === null && policy.fleet.provider === null) {
    invocation.note("patchring: no provider and no `--snapshot`, so only the policy is looked at");
    return null;
  }
  const { snapshot } = await readObserved(invocation, policy.fleet);
  const { decide } = await import("../../core/decide.ts");
  return decide(policy, snapshot, instantOfDecision(invocation), zones);
}

async function assessNow(
  decided: Decided,
  profiles: readonly DeadlineProfile[],
  { warnBefore }: DeadlineSettings,
): Promise<SlaNow> {
  const { assessDeadlines } = await import("../../core/deadlines.ts");
  const { groupDeadlines } = await import("../../core/deadline-groups.ts");
  const assessment = assessDeadlines(decided, profiles, warnBefore);
  const { digest, header } = decided.snapshot;
  return {
    snapshot: { digest, takenAt: header.takenAt },
    totals: assessment.totals,
    byProfile: profiles.map((profile) => assessDeadlines(decided, [profile], warnBefore).totals),
    groups: groupDeadlines(decided, assessment),
  };
}

/** The zones of each ring's devices, the fleet's for those without one; the fleet's where nothing was read. */
function zonesOf(
  { policy, zones }: UsablePolicy,
  decided: Decided | null,
): (ring: string) => readonly string[] {
  const fleetZone = policy.fleet.timezone;
  const byRing = new Map<string, Set<string>>();
  if (decided !== null) {
    const { rings, ringOfClass, classes } = decided.compiled;
    const { timezone, count } = decided.snapshot.devices;
    for (let device = 0; device < count; device += 1) {
      const ring = rings[ringOfClass[classes.classOf[device]!]!]?.ring.name;
      if (ring === undefined) continue;
      const own = timezone.values[timezone.codes[device]!]!;
      const known = byRing.get(ring) ?? new Set<string>();
      byRing.set(ring, known.add(zones.isKnown(own) ? own : fleetZone));
    }
  }
  return (ring) => [...(byRing.get(ring) ?? [fleetZone])].sort();
}
