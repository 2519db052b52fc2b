import { orderMerge } from "../../forge/merge-message.ts";
import { ForgeError } from "../../forge/error.ts";
import type { ForgeRequestDetail, MergeOutcome, RequestState } from "../../forge/forge.ts";
import { findApprovers } from "../../forge/reviews.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { findForge } from "../inputs/forge.ts";
import { refuse, usage, type Refusal } from "../refusal.ts";
import type { ForgeDesk, ForgeView, PreviewInvocation, WritingInvocation } from "../invocation.ts";
import { showDone, showRequest, showRequests } from "../views/requests.ts";

const STATES: readonly RequestState[] = ["open", "closed", "merged"];
const ACTS = ["merge", "close", "reopen", "review"] as const;

/** `requests` and `requests show N`. */
export async function readRequests(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const action = input.argument(0) ?? "list";
  if (action !== "list" && action !== "show") {
    throw usage(
      `\`requests\` knows no ${JSON.stringify(action)}. It knows: list, show, ${ACTS.join(", ")}.`,
      "`patchring requests`, or `patchring requests show 1`",
    );
  }
  const number = action === "show" ? readNumber(input) : null;
  const view = await invocation.ports.openForge(await findForge(invocation));
  if (number === null) {
    const state = input.text("state") ?? "open";
    const states = state === "all" ? STATES : STATES.filter((one) => one === state);
    const requests = await view.reader.listRequests({ states, kind: null, closedSince: null });
    if (view.requestsUrl !== null) {
      invocation.note(`patchring: requests are reviewed, merged and closed at ${view.requestsUrl}`);
    }
    showRequests(invocation, requests, state);
    return EXIT_CODES.done;
  }
  const request = await readOne(view, number);
  const { reader } = view;
  showRequest(invocation, {
    request,
    reviews: await reader.listReviews(number),
    checks: await reader.listChecks(request.head.sha),
    commits: await reader.listCommits(number),
    changed: await reader.listChangedFiles(number),
    comments: await view.listComments(number),
  });
  return EXIT_CODES.done;
}

/** `requests merge N`, `close N`, `reopen N` and `review N`, as the person that Git is configured for. */
export async function actOnRequest(input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  const action = input.argument(0) as (typeof ACTS)[number];
  const number = readNumber(input);
  const verdict = action === "review" ? readVerdict(input) : null;
  const place = await findForge(invocation);
  const { requestsUrl } = await invocation.ports.openForge(place);
  if (requestsUrl !== null) throw elsewhere(action, number, requestsUrl);
  const desk = await invocation.ports.openForgeDesk(place, "person");
  const request = await readOne(desk, number);
  checkHead(input, request);
  switch (action) {
    case "merge":
      return merge(invocation, desk, request);
    case "review":
      return review(input, invocation, desk, request, verdict!);
    case "close":
    case "reopen": {
      if (request.state === "merged") throw notSo(number, "is merged already", null);
      const wrote = await (action === "close"
        ? desk.writer.closeRequest(number)
        : desk.writer.reopenRequest(number));
      const past = action === "close" ? "closed" : "reopened";
      showDone(invocation, {
        number,
        did: past,
        wrote,
        text: wrote
          ? `Request ${number} is ${past}.${past === "closed" && request.marker?.kind === "promotion" ? " Its patches are held until it is reopened." : ""}`
          : `Request ${number} was ${action === "close" ? "closed" : "open"} already.`,
      });
      return EXIT_CODES.done;
    }
  }
}

/** With the credential of the program it would be the program that reviews and merges. */
function elsewhere(action: string, number: number, requestsUrl: string): Refusal {
  return refuse(
    "denied",
    "cli/unknown-forge",
    "Requests are decided elsewhere",
    `Requests of this policy live at ${requestsUrl}, where people review, merge and close them as themselves. The credential that this program has is its own, so \`requests ${action}\` does nothing there.`,
    `open request ${number} there; \`patchring requests show ${number}\` shows it here.`,
  );
}

function readNumber(input: Input): number {
  const text = input.argument(1);
  if (text !== null && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage(
    `\`requests ${input.argument(0)!}\` takes the number of a request${text === null ? "" : `, but was given ${JSON.stringify(text)}`}.`,
    "`patchring requests` lists them.",
  );
}

async function readOne({ reader }: ForgeView, number: number): Promise<ForgeRequestDetail> {
  try {
    return await reader.readRequest(number);
  } catch (error) {
    if (!(error instanceof ForgeError) || error.code !== "not-found") throw error;
    throw refuse(
      "usage",
      "cli/request",
      "No such request",
      `There is no request ${number}.`,
      "`patchring requests --state all` lists them.",
    );
  }
}

/** `--head` names what was looked at: anything else is not touched. */
function checkHead(input: Input, { number, head }: ForgeRequestDetail): void {
  const seen = input.text("head");
  if (seen === null) return;
  if (!/^[0-9a-f]{7,64}$/.test(seen)) {
    throw usage(`\`--head\` takes a commit id of 7 digits or more, but was given ${JSON.stringify(seen)}.`);
  }
  if (head.sha.startsWith(seen)) return;
  throw refuse(
    "stopped",
    "cli/moved",
    "Request has moved",
    `Request ${number} is at ${head.sha.slice(0, 12)} now, not at ${seen.slice(0, 12)}. Nothing was done.`,
    `look at it again with \`patchring requests show ${number}\`.`,
  );
}

async function merge(
  invocation: WritingInvocation,
  { reader, writer }: ForgeDesk,
  request: ForgeRequestDetail,
): Promise<ExitCode> {
  const { number, head, base } = request;
  if (request.state !== "open") throw notSo(number, `is ${request.state} already`, null);
  const reviews = await reader.listReviews(number);
  const outcome = await writer.mergeRequest(number, orderMerge(request, reviews, head.sha));
  if (outcome.kind === "refused") throw mergeRefusal(number, outcome);
  const approvers = findApprovers(reviews, head.sha);
  const by = approvers.length === 0 ? "without an approval" : `approved by ${approvers.join(", ")}`;
  showDone(invocation, {
    number,
    did: "merged",
    wrote: true,
    commit: outcome.commit,
    text: `Merged request ${number} at ${head.sha.slice(0, 12)} into ${base} as ${outcome.commit.slice(0, 12)}, ${by}.`,
  });
  return EXIT_CODES.done;
}

const MERGE_FIXES: Readonly<Record<Extract<MergeOutcome, { kind: "refused" }>["reason"], string>> = {
  "head-moved": "look at it again: its branch has moved.",
  conflict: "`patchring promote --open` rebuilds a promotion on the base branch; else solve it in Git.",
  blocked: "mend what stands against it; `patchring requests show` lists its checks.",
  unknown: "try again later: the forge has not worked it out yet.",
  closed: "`patchring requests reopen` opens it again.",
};

function mergeRefusal(number: number, outcome: Extract<MergeOutcome, { kind: "refused" }>): Refusal {
  return refuse(
    outcome.reason === "blocked" ? "denied" : "stopped",
    "cli/request",
    "Request was not merged",
    `Request ${number}: ${outcome.detail}. Nothing was merged.`,
    MERGE_FIXES[outcome.reason],
  );
}

function notSo(number: number, what: string, fix: string | null): Refusal {
  return refuse(
    "stopped",
    "cli/request",
    "Request is not open",
    `Request ${number} ${what}. Nothing was done.`,
    fix,
  );
}

type Verdict = "approved" | "changes-requested" | "commented";

function readVerdict(input: Input): Verdict {
  const given: Verdict[] = [
    ...(input.flag("approve") ? (["approved"] as const) : []),
    ...(input.flag("requestChanges") ? (["changes-requested"] as const) : []),
    ...(input.flag("comment") ? (["commented"] as const) : []),
  ];
  const [verdict, ...more] = given;
  if (verdict === undefined || more.length > 0) {
    throw usage("`requests review` takes one of `--approve`, `--request-changes` and `--comment`.");
  }
  if (verdict !== "approved" && (input.text("message") ?? "").trim() === "") {
    throw usage("A review that does not approve says why.", 'add `--message "…"`.');
  }
  return verdict;
}

async function review(
  input: Input,
  invocation: WritingInvocation,
  desk: ForgeDesk,
  { number, head, state: now }: ForgeRequestDetail,
  state: Verdict,
): Promise<ExitCode> {
  if (now !== "open") throw notSo(number, `is ${now} already`, null);
  if (desk.review === null) {
    throw refuse(
      "denied",
      "cli/unknown-forge",
      "Reviews are given on the forge",
      `The forge of kind ${desk.kind} takes reviews of people on its own pages only.`,
      null,
    );
  }
  await desk.review(number, { state, headSha: head.sha, body: input.text("message") ?? "" });
  const words = {
    approved: "Approved",
    "changes-requested": "Asked for changes of",
    commented: "Commented on",
  };
  showDone(invocation, {
    number,
    did: state,
    wrote: true,
    text: `${words[state]} request ${number} at ${head.sha.slice(0, 12)}, as ${desk.author.name}.`,
  });
  return EXIT_CODES.done;
}
