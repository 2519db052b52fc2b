/** The forge of a policy, and the policy of its base branch: what counts for a promotion (design 4). */
import type { PolicyAt } from "../../repo/files-at.ts";
import { RepoError } from "../../repo/error.ts";
import type { Fleet } from "../../core/policy.ts";
import { Refusal } from "../refusal.ts";
import type { ForgePlace, ForgeView, PreviewInvocation } from "../invocation.ts";
import {
  loadFrom,
  readFleet,
  readPolicy,
  requireUsable,
  type PolicySource,
  type UsablePolicy,
} from "./policy.ts";

/**
 * Where the Fleet of the work tree, or of `HEAD` in a bare repository, says that the forge is. Refuses with
 * exit 3 when the Fleet is wrong: requests must not go elsewhere because of a slip.
 */
export async function findForge(invocation: PreviewInvocation): Promise<ForgePlace> {
  const { directory, ref } = invocation.globals;
  const own = ref === null ? await readFleet(invocation) : await readPolicy(invocation);
  const reading = own.files === 0 && ref === null ? await readAtHead(invocation) : own;
  const { policy } = reading.files === 0 ? reading : requireUsable(reading);
  const settings = policy?.fleet.forge ?? null;
  return { settings, directory, env: invocation.io.env, now: invocation.now };
}

/** Null when there is no commit yet. */
async function readAtHead(invocation: PreviewInvocation): ReturnType<typeof readPolicy> {
  try {
    return await readPolicy({ ...invocation, globals: { ...invocation.globals, ref: "HEAD" } });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return readPolicy(invocation);
  }
}

/** The policy of the base commit, whatever stands in the work tree. Refuses with exit 3 when it cannot be used. */
export async function readBasePolicy(view: ForgeView): Promise<UsablePolicy> {
  return requireUsable(await loadFrom(view.readPolicy().then(asSource)));
}

async function asSource({ commit, files, refused }: PolicyAt): Promise<PolicySource> {
  const { repoError } = await import("../../repo/policy-file.ts");
  return {
    files,
    diagnostics: refused.map(({ path, reason }) =>
      reason === "not-utf8"
        ? repoError(
            "repo/not-utf8",
            path,
            "File is not UTF-8",
            "The bytes of this file are no valid UTF-8 text, so nothing of it is read.",
            "save the file as UTF-8.",
          )
        : repoError(
            "repo/unreadable",
            path,
            "Policy cannot be read",
            `In the commit this is ${reason === "too-large" ? "a file that is too large" : `a ${reason}`}. A hold or a recall could stand there, so nothing is decided without it.`,
            "put the file itself there.",
          ),
    ),
    identity: Promise.resolve({ commit, dirty: false }),
  };
}

/** True for "there is no repository, or no base branch in it": a preview goes on without a forge. */
export function isWithoutRepository(error: unknown): boolean {
  return (
    error instanceof RepoError &&
    ["no-git", "no-repository", "unknown-revision", "detached-head"].includes(error.code)
  );
}

/** `fleet.yaml:5`, for messages. */
export function placeOfFleet({ place }: Fleet): string {
  return `${place.file}:${place.line}`;
}
