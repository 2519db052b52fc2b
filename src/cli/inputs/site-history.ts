import type { PolicyHistory } from "../../core/policy-history.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { isWithoutRepository } from "./forge.ts";

/** Every change of every statement, from Git; null where the policy stands in no repository with a commit. */
export async function readSiteHistory(invocation: PreviewInvocation): Promise<PolicyHistory | null> {
  const { directory, ref } = invocation.globals;
  const [{ openRepository }, { readPolicyHistory }] = await Promise.all([
    import("../../repo/repository.ts"),
    import("../history/read-history.ts"),
  ]);
  try {
    const repository = await openRepository({ directory, env: invocation.io.env });
    const everything = { patch: null, device: null, ring: null, rule: null };
    return await readPolicyHistory(repository, ref ?? "HEAD", everything);
  } catch (error) {
    if (isWithoutRepository(error)) return null;
    throw error;
  }
}
