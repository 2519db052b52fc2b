/** Checks of the forge: does it answer, who are we there, is the base branch's policy the one here. */
import type { PolicySet } from "../../core/policy.ts";
import { fine, skipped, type Check } from "../../report/doctor/check.ts";
import { isWithoutRepository, readBasePolicy } from "../inputs/forge.ts";
import type { ForgeView, PreviewInvocation } from "../invocation.ts";
import { fromError, warning, within } from "./report.ts";

export async function checkForge(
  invocation: PreviewInvocation,
  policy: PolicySet,
  seconds: number,
): Promise<readonly Check[]> {
  const { ports, globals, io, now } = invocation;
  const place = { settings: policy.fleet.forge, directory: globals.directory, env: io.env, now };
  let view: ForgeView;
  try {
    view = await within(seconds, ports.openForge(place));
  } catch (error) {
    const none = skipped("base branch", "no forge was opened");
    if (!isWithoutRepository(error)) return [fromError("forge", error, invocation.version), none];
    const found = "no Git repository with a base branch here: nothing can be promoted";
    return [warning("forge", "doctor/no-forge", found, "commit the policy to a repository."), none];
  }
  return [await describeForge(invocation, view, seconds), await checkBase(invocation, view, policy, seconds)];
}

async function describeForge(
  invocation: PreviewInvocation,
  view: ForgeView,
  seconds: number,
): Promise<Check> {
  try {
    const { us } = await within(seconds, view.reader.describe());
    return fine("forge", `${view.kind}; requests are opened there as ${us.login}`);
  } catch (error) {
    return fromError("forge", error, invocation.version);
  }
}

async function checkBase(
  invocation: PreviewInvocation,
  view: ForgeView,
  { digest }: PolicySet,
  seconds: number,
): Promise<Check> {
  const { branch, commit } = view.base;
  const words = `${branch} at ${commit.slice(0, 12)}`;
  try {
    const { policy } = await within(seconds, readBasePolicy(view));
    return policy.digest === digest
      ? fine("base branch", `${words}, the policy here is the same`)
      : warning(
          "base branch",
          "doctor/base",
          `${words} has another policy than stands here`,
          "`patchring plan --base` shows what differs.",
        );
  } catch (error) {
    return fromError("base branch", error, invocation.version);
  }
}
