/** Checks of the backend: does it answer, with how much, how old. */
import { ACTIONS, type Instant } from "../../core/model.ts";
import { isStale } from "../../core/decide.ts";
import type { PolicySet } from "../../core/policy.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { formatDuration, formatInstant } from "../../core/time.ts";
import { fine, skipped, type Check } from "../../report/doctor/check.ts";
import { roughly } from "../../report/relative-time.ts";
import { counted, formatCount, formatShare } from "../../report/words.ts";
import { instantOfDecision } from "../inputs/instant.ts";
import { readSnapshot, snapshotSource } from "../inputs/snapshot.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { failed, fromError, warning, within } from "./report.ts";

export async function checkBackend(
  invocation: PreviewInvocation,
  policy: PolicySet,
  seconds: number,
): Promise<readonly Check[]> {
  let snapshot: Snapshot;
  try {
    const source = snapshotSource(invocation, policy.fleet);
    snapshot = await within(seconds, readSnapshot(invocation, source));
  } catch (error) {
    return [fromError("backend", error, invocation.version), skipped("snapshot", "no facts were read")];
  }
  const now = instantOfDecision(invocation);
  return [checkAnswer(snapshot, policy), checkAge(snapshot, policy, now), checkClock(snapshot, now)];
}

function checkAnswer({ devices, patches, facts, header }: Snapshot, { fleet }: PolicySet): Check {
  const size = `${counted(devices.count, "device")}, ${counted(patches.length, "patch", "patches")}, ${counted(facts.length, "fact")}`;
  if (devices.count === 0) {
    return warning(
      "backend",
      "doctor/no-devices",
      "it answers, with no device",
      "look at what its login may see.",
    );
  }
  if (!header.complete) {
    return warning(
      "backend",
      "doctor/incomplete",
      `${size}, then it stopped half way`,
      "run this again; look at the backend if it stays.",
    );
  }
  const lacks = ACTIONS.filter((action) => !header.capabilities.actions.includes(action));
  if (fleet.mode === "apply" && lacks.length > 0) {
    return warning(
      "backend",
      "doctor/no-actions",
      `${size}; cannot be told: ${lacks.join(", ")}`,
      "let people do these; `patchring status` counts what is blocked.",
    );
  }
  return fine("backend", size);
}

function checkAge(snapshot: Snapshot, policy: PolicySet, now: Instant): Check {
  const { takenAt } = snapshot.header;
  const age = Math.max(0, now - takenAt);
  const { count, scannedAt } = snapshot.devices;
  const stale = scannedAt.reduce((sum, at) => sum + (isStale(policy, at, now) ? 1 : 0), 0);
  const words = `taken ${formatInstant(takenAt)} (${roughly(age)} ago)`;
  const limit = formatDuration(policy.fleet.staleAfter);
  if (age > policy.fleet.staleAfter) {
    return failed(
      "snapshot",
      "doctor/snapshot-old",
      `${words}, older than ${limit}`,
      "find out why nothing newer comes.",
    );
  }
  const share = `${formatShare({ part: stale, whole: count })} devices not measured (stale, or never scanned)`;
  return stale * 5 > count
    ? warning(
        "snapshot",
        "doctor/stale-devices",
        `${words}; ${share}: not scanned within ${limit}`,
        "look at the agents of these devices: `patchring report overview --status stale`.",
      )
    : fine("snapshot", `${words}; ${stale === 0 ? "every device is measured" : share}`);
}

/** Beyond what clocks of two machines differ by. */
const SKEW = 300;

function checkClock({ header, devices }: Snapshot, now: Instant): Check {
  const ahead = devices.scannedAt.reduce((sum, at) => sum + (at > now + SKEW ? 1 : 0), 0);
  const fix = "set the clocks by NTP; `date -u` shows this one.";
  if (header.takenAt > now + SKEW) {
    return failed(
      "clock",
      "doctor/clock",
      `it is ${formatInstant(now)} here, and the snapshot was taken at ${formatInstant(header.takenAt)}`,
      fix,
    );
  }
  return ahead === 0
    ? fine("clock", `${formatInstant(now)}; nothing that was read lies in the future`)
    : warning(
        "clock",
        "doctor/clock",
        `it is ${formatInstant(now)} here, and ${formatCount(ahead)} devices were scanned later than that`,
        fix,
      );
}
