/** What happened to a request, oldest first, as GitHub keeps it. */
import { PAGE_SIZE, type GithubClient } from "./client.ts";
import type { GithubEvent } from "./convert.ts";

export async function listEvents(
  client: GithubClient,
  number: number,
  doing: string,
): Promise<readonly GithubEvent[]> {
  const { items } = await client.list(doing, async (octokit, name, page) => {
    const { data, headers } = await octokit.rest.issues.listEvents({
      ...name,
      issue_number: number,
      per_page: PAGE_SIZE,
      page,
    });
    return { items: data, link: headers.link };
  });
  return items.toSorted((a, b) => a.id - b.id);
}
