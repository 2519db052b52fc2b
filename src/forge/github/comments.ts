/** The sticky comment: one of ours a marker, edited in place. */
import type { Instant } from "../../core/model.ts";
import { isMarked, splitMarker, withMarker, type Marker } from "../marker.ts";
import type { Actor } from "../request.ts";
import { ONCE, PAGE_SIZE, type GithubClient } from "./client.ts";
import { instantOf, type GithubComment } from "./convert.ts";
import type { Identity } from "./identity.ts";

/** Says whether anything was written. Second comments with the marker, left by a lost answer, are deleted. */
export async function ensureComment(
  client: GithubClient,
  identity: Identity,
  number: number,
  marker: Marker,
  body: string,
): Promise<boolean> {
  const text = withMarker(marker, body);
  const { value: found, isNew } = await client.writeOnce(
    async () => {
      const comments = await listOurs(client, identity, number, marker);
      return comments.length === 0 ? null : comments;
    },
    async () => [await createComment(client, number, text)],
  );
  const [first, ...more] = found;
  for (const comment of more) await deleteComment(client, comment.id);
  if (first === undefined || sameText(first.body ?? "", text)) return isNew || more.length > 0;
  await client.call(`editing a comment on request ${number}`, (octokit, name) =>
    octokit.rest.issues.updateComment({ ...name, comment_id: first.id, body: text }),
  );
  return true;
}

/** Line ends that GitHub turned into CR LF make no difference. */
export function sameText(there: string, wanted: string): boolean {
  return there.replaceAll("\r\n", "\n") === wanted.replaceAll("\r\n", "\n");
}

/** A comment as it is shown: without marker line. */
export interface PostedComment {
  readonly author: Actor;
  readonly body: string;
  readonly createdAt: Instant;
}

/** All of a request, oldest first. */
export async function listComments(
  client: GithubClient,
  identity: Identity,
  number: number,
): Promise<readonly PostedComment[]> {
  const actors = await identity.readActors();
  const comments = await readComments(client, number);
  return comments.map(({ user, body, created_at }) => ({
    author: actors(user),
    body: splitMarker(body ?? "").body,
    createdAt: instantOf(created_at),
  }));
}

/** Oldest first. A comment by somebody else is not ours, whatever it contains. */
async function listOurs(
  client: GithubClient,
  identity: Identity,
  number: number,
  marker: Marker,
): Promise<readonly GithubComment[]> {
  const actors = await identity.readActors();
  const comments = await readComments(client, number);
  return comments.filter(
    (comment) => actors(comment.user).isUs && isMarked(splitMarker(comment.body ?? "").marker, marker),
  );
}

async function readComments(client: GithubClient, number: number): Promise<readonly GithubComment[]> {
  const { items } = await client.list(
    `listing the comments of request ${number}`,
    async (octokit, name, page) => {
      const { data, headers } = await octokit.rest.issues.listComments({
        ...name,
        issue_number: number,
        per_page: PAGE_SIZE,
        page,
      });
      return { items: data, link: headers.link };
    },
  );
  return items.toSorted((a, b) => a.id - b.id);
}

async function createComment(client: GithubClient, number: number, body: string): Promise<GithubComment> {
  const { data } = await client.call(`commenting on request ${number}`, (octokit, name) =>
    octokit.rest.issues.createComment({ ...name, issue_number: number, body, request: ONCE }),
  );
  return data;
}

async function deleteComment(client: GithubClient, id: number): Promise<void> {
  await client.call("deleting a second comment of ours", (octokit, name) =>
    octokit.rest.issues.deleteComment({ ...name, comment_id: id }),
  );
}
