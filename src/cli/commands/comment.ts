import { resolve } from "node:path";
import type { Input } from "../arguments/input.ts";
import { findRequest, headOf, postComparison, setStatuses, type Posted } from "../comment/post.ts";
import { readComparisonFile } from "../comment/read-comparison.ts";
import { failedStatuses } from "../comment/statuses.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { findForge } from "../inputs/forge.ts";
import { usage } from "../refusal.ts";
import type { ForgePost, WritingInvocation } from "../invocation.ts";

/** Posts a saved comparison. The Fleet is read only for where the forge is; nothing is decided here. */
export async function comment(input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  const file = input.argument(0);
  const isFailed = input.flag("failed");
  if ((file === null) !== isFailed) {
    throw usage("`comment` takes either a saved comparison or `--failed`.");
  }
  const url = readUrl(input);
  const comparison = file === null ? null : readComparisonFile(resolve(invocation.io.cwd, file), file);
  const target = { number: input.count("request"), head: readHead(input) };
  const vouched = target.head ?? (comparison === null ? null : headOf(comparison));
  if (target.number === null && vouched === null) throw usage("`--failed` needs `--request` or `--head`.");
  const desk = await openDesk(invocation);
  const request = await findRequest(desk.reader, { number: target.number, head: vouched });
  if (comparison !== null) {
    show(invocation, await postComparison(desk, request, comparison, url));
    return EXIT_CODES.done;
  }
  const { number, head } = request;
  const statuses = await setStatuses(desk, head.sha, failedStatuses(url));
  show(invocation, { request: number, head: head.sha, comment: null, statuses });
  return EXIT_CODES.done;
}

function readHead(input: Input): string | null {
  const head = input.text("head");
  if (head === null || /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(head)) return head;
  throw usage(`\`--head\` takes a whole commit id, but was given ${JSON.stringify(head)}.`);
}

function readUrl(input: Input): string | null {
  const url = input.text("url");
  if (url === null || /^https?:\/\/[^\s<>"]{1,1000}$/.test(url)) return url;
  throw usage(`\`--url\` takes an address of the web, but was given ${JSON.stringify(url)}.`);
}

async function openDesk(invocation: WritingInvocation): Promise<ForgePost> {
  return invocation.ports.openForgePost(await findForge(invocation));
}

function show({ globals, output }: WritingInvocation, posted: Posted): void {
  if (globals.json) {
    output.write(`${JSON.stringify({ format: "patchring.comment/1", ...posted })}\n`);
    return;
  }
  const said =
    posted.comment === null ? "no comment" : posted.comment ? "comment written" : "comment says so already";
  const set =
    posted.statuses.length === 0 ? "statuses say so already" : `statuses set: ${posted.statuses.join(", ")}`;
  output.write(`Request ${posted.request}: ${said}; ${set}.\n`);
}
