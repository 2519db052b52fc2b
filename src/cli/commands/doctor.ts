import { parseDuration } from "../../core/time.ts";
import { skipped, type Check } from "../../report/doctor/check.ts";
import { checksJson } from "../../report/doctor/json.ts";
import { renderChecks } from "../../report/doctor/text.ts";
import type { Input } from "../arguments/input.ts";
import { checkBackend } from "../doctor/check-backend.ts";
import { checkForge } from "../doctor/check-forge.ts";
import { checkGit, checkNode, checkZones } from "../doctor/check-machine.ts";
import { checkChannels, checkPolicy, checkWindows } from "../doctor/check-policy.ts";
import { checkStore } from "../doctor/check-store.ts";
import { fromError } from "../doctor/report.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readPolicy, type PolicyReading } from "../inputs/policy.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { usage } from "../refusal.ts";
import { textLook } from "../views/look.ts";

const DEFAULT_SECONDS = 20;

/** Looks at everything and changes nothing. Exit 0 when no check failed, else 1. */
export async function doctor(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const seconds = secondsOf(input.text("timeout"));
  const checks = await collect(invocation, seconds);
  const { globals, output, io } = invocation;
  if (globals.json) output.write(`${JSON.stringify(checksJson(checks, globals.at ?? io.now()))}\n`);
  else output.write(renderChecks(checks, textLook(invocation)));
  return checks.some(({ state }) => state === "failed") ? EXIT_CODES.error : EXIT_CODES.done;
}

function secondsOf(given: string | null): number {
  if (given === null) return DEFAULT_SECONDS;
  const seconds = /^\d{1,4}s$/.test(given) ? Number(given.slice(0, -1)) : parseDuration(given);
  if (seconds === null || seconds === 0 || seconds > 3600) {
    throw usage(
      `\`--timeout\` takes a length of time up to an hour, but was given ${JSON.stringify(given)}.`,
      "write it such as `20s` or `2m`.",
    );
  }
  return seconds;
}

async function collect(invocation: PreviewInvocation, seconds: number): Promise<readonly Check[]> {
  const machine = [checkNode(), await checkGit(invocation, seconds)];
  let reading: PolicyReading;
  try {
    reading = await readPolicy(invocation);
  } catch (error) {
    return [
      ...machine,
      fromError("policy", error, invocation.version),
      skipped("the rest", "no policy was read"),
    ];
  }
  const { policy, zones } = reading;
  const always = [...machine, checkZones(zones, policy?.fleet.timezone ?? null), checkPolicy(reading)];
  if (policy === null)
    return [...always, skipped("the rest", "without a policy nothing else can be looked at")];
  const backend = await checkBackend(invocation, policy, seconds);
  const { checks: store, interval } = await checkStore(invocation, policy);
  const forge = await checkForge(invocation, policy, seconds);
  const stated =
    policy.fleet.deadlines?.stated.includes("run") === true ? policy.fleet.deadlines.assume.run : null;
  return [
    ...always,
    ...backend,
    ...store,
    ...forge,
    checkWindows(policy, interval ?? stated),
    checkChannels(policy, invocation.io.env),
  ];
}
