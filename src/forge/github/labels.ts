/** Labels three ways: what is wanted, what stands there, and who put it there. */
import type { GithubClient } from "./client.ts";
import type { GithubEvent } from "./convert.ts";
import { listEvents } from "./events.ts";
import { GithubError } from "./failure.ts";
import type { Identity } from "./identity.ts";
import { readPull } from "./pulls.ts";

/** The last thing that happened to a label on a request. */
interface LabelHistory {
  readonly isOurs: boolean;
  readonly wasPutOn: boolean;
}

/** GitHub takes labels that differ in case for one. */
const keyOf = (label: string): string => label.toLowerCase();

/** `present`: the labels that the request has now. Says whether anything was written. */
export async function ensureLabels(
  client: GithubClient,
  identity: Identity,
  number: number,
  present: readonly string[],
  wanted: readonly string[],
): Promise<boolean> {
  const has = new Set(present.map(keyOf));
  const wants = new Set(wanted.map(keyOf));
  const missing = wanted.filter((label) => !has.has(keyOf(label)));
  const surplus = present.filter((label) => !wants.has(keyOf(label)));
  if (missing.length === 0 && surplus.length === 0) return false;
  const history = await readHistory(client, identity, number);
  const add = missing.filter((label) => {
    const last = history.get(keyOf(label));
    return last === undefined || last.wasPutOn || last.isOurs;
  });
  const remove = surplus.filter((label) => {
    const last = history.get(keyOf(label));
    return last?.isOurs === true && last.wasPutOn;
  });
  if (add.length > 0) await addLabels(client, number, add);
  for (const label of remove) await removeLabel(client, number, label);
  return add.length > 0 || remove.length > 0;
}

async function readHistory(
  client: GithubClient,
  identity: Identity,
  number: number,
): Promise<ReadonlyMap<string, LabelHistory>> {
  const actors = await identity.readActors();
  const events = await listEvents(client, number, `reading who labelled request ${number}`);
  const history = new Map<string, LabelHistory>();
  for (const event of events) {
    const label = labelOf(event);
    if (label === null) continue;
    const { isUs } = actors(event.actor);
    history.set(keyOf(label), { isOurs: isUs, wasPutOn: event.event === "labeled" });
  }
  return history;
}

function labelOf(event: GithubEvent): string | null {
  if (event.event !== "labeled" && event.event !== "unlabeled") return null;
  return (event as { readonly label?: { readonly name: string } }).label?.name ?? null;
}

/** Labels that the repository does not have yet are made by this. */
export async function addLabels(
  client: GithubClient,
  number: number,
  labels: readonly string[],
): Promise<void> {
  await client.call(`labelling request ${number}`, (octokit, name) =>
    octokit.rest.issues.addLabels({ ...name, issue_number: number, labels: [...labels] }),
  );
}

async function removeLabel(client: GithubClient, number: number, label: string): Promise<void> {
  try {
    await client.call(`taking a label off request ${number}`, (octokit, name) =>
      octokit.rest.issues.removeLabel({ ...name, issue_number: number, name: label }),
    );
  } catch (error) {
    if (!(error instanceof GithubError) || error.status !== 404) throw error;
    // It is off already (an earlier try worked, or a person was faster), or we may not take it off.
    const { labels } = await readPull(client, number);
    if (labels.some((there) => keyOf(there.name) === keyOf(label))) throw error;
  }
}
