/** Merging at the head that was evaluated, or saying why not (design 4.3). */
import type { MergeOrder, MergeOutcome } from "../forge.ts";
import { ONCE, type GithubClient } from "./client.ts";
import { mergeabilityOf, stateOf, type GithubPull } from "./convert.ts";
import { GithubError } from "./failure.ts";
import { readSettledPull } from "./pulls.ts";

const ATTEMPTS = 3;

/**
 * What is known to be blocked is not even tried: GitHub lets an administrator's token merge past a
 * protection. A lost answer is looked for before the merge is asked for again.
 */
export async function mergeRequest(
  client: GithubClient,
  number: number,
  order: MergeOrder,
): Promise<MergeOutcome> {
  let said = "";
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const pull = await readSettledPull(client, number);
    const ended = outcomeOf(pull, order, said);
    if (ended !== null) return ended;
    try {
      return { kind: "merged", commit: await merge(client, number, order) };
    } catch (error) {
      said = saidByRefusal(error, attempt);
    }
    await client.pause(attempt);
  }
  return afterRefusals(await readSettledPull(client, number), order, said);
}

/** Null while a merge may be asked for. */
function outcomeOf(pull: GithubPull, order: MergeOrder, said: string): MergeOutcome | null {
  const state = stateOf(pull);
  const isAtHead = pull.head.sha === order.headSha;
  if (state === "merged" && isAtHead)
    return { kind: "merged", commit: pull.merge_commit_sha ?? pull.head.sha };
  if (state === "closed") return refused("closed", `Request ${pull.number} is closed`);
  if (!isAtHead) return refused("head-moved", `The head is ${pull.head.sha}`);
  const mergeability = mergeabilityOf(pull);
  if (mergeability === "clean") return null;
  return refused(mergeability, said === "" ? `GitHub says: ${pull.mergeable_state}` : said);
}

function refused(reason: Extract<MergeOutcome, { kind: "refused" }>["reason"], detail: string): MergeOutcome {
  return { kind: "refused", reason, detail };
}

async function merge(client: GithubClient, number: number, order: MergeOrder): Promise<string> {
  const { data } = await client.call(`merging request ${number}`, (octokit, name) =>
    octokit.rest.pulls.merge({
      ...name,
      pull_number: number,
      sha: order.headSha,
      commit_title: order.title,
      commit_message: order.message,
      merge_method: client.settings.mergeMethod,
      request: ONCE,
    }),
  );
  return data.sha;
}

/**
 * 405: not mergeable, a rule stands against it, or the base has just moved. 409: the head has moved.
 * The request itself says which; a lost answer is read there too. Everything else is thrown.
 */
function saidByRefusal(error: unknown, attempt: number): string {
  if (!(error instanceof GithubError)) throw error;
  if (error.status === 405 || error.status === 409) return error.said;
  if (error.isWithoutEffect || attempt === ATTEMPTS) throw error;
  return "";
}

/** GitHub called it clean and refused it all the same: a rule that `mergeable_state` does not know, such as a merge queue. */
function afterRefusals(pull: GithubPull, order: MergeOrder, said: string): MergeOutcome {
  return outcomeOf(pull, order, said) ?? refused("blocked", said);
}
