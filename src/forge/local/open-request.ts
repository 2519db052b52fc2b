import { ForgeError } from "../error.ts";
import type { NewRequest, OpenedRequest } from "../forge.ts";
import { isMarked, withMarker } from "../marker.ts";
import { writingActor, type LocalForgeOptions } from "./context.ts";
import { checkTexts, ensureLabels } from "./edit-request.ts";
import { seeAllRequests } from "./reader.ts";
import { requestRef, type RequestRecord } from "./record.ts";
import { nextNumber, retry, storeRequest, type ReadRequest } from "./store.ts";
import { seeRequest, type Tips } from "./view.ts";

/**
 * Whether a request with the marker is open, and which number is next, is read from one listing of refs;
 * the number is then taken only if nobody took it since. So two writers cannot open the same one twice.
 */
export async function openRequest(options: LocalForgeOptions, order: NewRequest): Promise<OpenedRequest> {
  const text = withMarker(order.marker, order.body);
  checkTexts(order.title, text);
  const opened = await retry(async () => {
    const { reads, seen, tips } = await seeAllRequests(options);
    const open = seen.map(({ request }) => request).filter(({ state }) => state === "open");
    const found = open.find(({ marker }) => isMarked(marker, order.marker));
    if (found !== undefined) return { request: found, isNew: false };
    const rival = open.find(({ head, base }) => head.branch === order.headBranch && base === order.base);
    if (rival !== undefined) {
      throw new ForgeError(
        "exists",
        `request ${rival.number} asks for ${order.headBranch} into ${order.base} already`,
      );
    }
    const record = await makeRecord(options, order, nextNumber(reads), tips);
    const next = { record, text, comments: new Map<number, string>() };
    const to = await storeRequest(options, next, null, "opened");
    const ref = requestRef(record.number);
    if (!(await options.git.moveRefs([{ ref, from: null, to }], "patchring: opened"))) return null;
    const read: ReadRequest = { ...next, at: to };
    return { request: (await seeRequest(options, read, tips)).request, isNew: true };
  });
  if (opened.isNew || !(await ensureLabels(options, opened.request.number, order.labels))) return opened;
  const { number } = opened.request;
  const { seen } = await seeAllRequests(options);
  return { request: seen.find(({ request }) => request.number === number)!.request, isNew: false };
}

async function makeRecord(
  options: LocalForgeOptions,
  order: NewRequest,
  number: number,
  tips: Tips,
): Promise<RequestRecord> {
  const [headSha, baseSha] = [order.headBranch, order.base].map((branch) => {
    const tip = tips.get(branch);
    if (tip === undefined) throw new ForgeError("not-found", `there is no branch ${JSON.stringify(branch)}`);
    return tip;
  }) as [string, string];
  const { git } = options;
  if ((await git.findMergeBase(baseSha, headSha)) === null) {
    throw new ForgeError("refused", `${order.headBranch} and ${order.base} have no history in common`);
  }
  if (await git.isAncestor(headSha, baseSha)) {
    throw new ForgeError("refused", `${order.headBranch} has nothing that ${order.base} lacks`);
  }
  return {
    format: "patchring.request/1",
    number,
    title: order.title,
    author: writingActor(options),
    headBranch: order.headBranch,
    headSha,
    base: order.base,
    baseSha,
    state: "open",
    createdAt: options.now(),
    closedAt: null,
    closedBy: null,
    mergedBy: null,
    mergeCommit: null,
    labels: [...new Set(order.labels)].map((name) => ({ name, isOurs: true })),
    labelsTakenOff: [],
    reviews: [],
    comments: [],
  };
}
