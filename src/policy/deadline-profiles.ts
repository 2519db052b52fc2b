/** Deadline profiles as core takes them: the shipped ones (profiles/*.yaml), and those written in a policy. */
import { parseDuration } from "../core/time.ts";
import type { DeadlineProfile, DeadlineTier, Within } from "../core/deadline-profile.ts";
import { deadlineProfiles } from "../generated/deadline-profiles.ts";
import type {
  DeadlineProfile as WrittenProfile,
  DeadlineTier as WrittenTier,
} from "../generated/policy-documents.ts";
import { deviceSelector, patchSelector } from "./convert-selector.ts";

let shipped: readonly DeadlineProfile[] | null = null;

/** By name. */
export function shippedProfiles(): readonly DeadlineProfile[] {
  return (shipped ??= deadlineProfiles.map(convertProfile));
}

/** A profile whose shape the schema has checked. */
export function convertProfile(written: WrittenProfile): DeadlineProfile {
  return {
    name: written.name,
    title: written.title ?? written.name,
    edition: written.edition ?? null,
    source: written.source ?? null,
    withdrawn: written.withdrawn ?? false,
    acceptsExceptions: written.exceptions !== "refused",
    unknownAs: {
      automatable: written.unknown?.automatable ?? "yes",
      impact: written.unknown?.impact ?? "total",
    },
    tiers: written.tiers.map(convertTier),
  };
}

function convertTier(written: WrittenTier): DeadlineTier {
  return {
    name: written.name,
    patches: patchSelector(written.patches),
    devices: deviceSelector(written.devices),
    automatable: written.automatable ?? null,
    impact: written.impact ?? null,
    clock: written.from ?? "release",
    within: withinOf(written.within),
    task: written.task ?? null,
  };
}

function withinOf(text: string): Within {
  if (text === "next-upgrade") return { kind: "next-upgrade" };
  if (text.endsWith("mo")) return { kind: "months", months: Number(text.slice(0, -2)) };
  return { kind: "exact", seconds: parseDuration(text) ?? 0 };
}
