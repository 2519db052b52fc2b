/** After a run: who has to know is told, once, and what arrived is recorded. No channel ever fails a run. */
import { listEndings } from "../../core/endings.ts";
import { examine, type Examined } from "../../core/examined.ts";
import { findNeeds } from "../../core/needs.ts";
import { deriveNotices, type NoticeInput } from "../../core/notices.ts";
import type { Notice } from "../../core/notice.ts";
import type { NoticeSettings } from "../../core/notice-settings.ts";
import { makePilotNotices } from "../../core/pilot-notice.ts";
import { withMergeBy, type OpenRequest, type WaitingRequest } from "../../core/waiting-requests.ts";
import type { NoticeChannel, PilotMessage } from "../../notify/notice.ts";
import { deliverNotices, joinDelivered, type Delivered } from "../../reconcile/notify/deliver.ts";
import { deliverPilotNotices } from "../../reconcile/notify/deliver-pilot.ts";
import type { RunOrder } from "../../reconcile/run/ports.ts";
import type { RunReport } from "../../reconcile/run/report.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { noticeWhat } from "../../report/notices/what.ts";
import { pilotWords } from "../../report/pilot-notice/words.ts";
import { counted } from "../../report/words.ts";
import type { Store, StoreReader, StoreWriter } from "../../store/store.ts";
import type { WritingInvocation } from "../invocation.ts";
import { readOpenRecords } from "../inputs/remembered.ts";
import { cliError } from "../refusal.ts";

/** Most contacts that one run writes to; the next run goes on. The lease must not run out meanwhile. */
const PILOTS_PER_RUN = 200;

/** How many notices did not arrive. Throws `StoreError`. */
export async function tellPeople(
  invocation: WritingInvocation,
  order: RunOrder,
  store: Store,
  report: RunReport,
  writer: StoreWriter,
): Promise<number> {
  const settings = order.policy.fleet.notices;
  if (settings === null) return 0;
  const now = invocation.io.now();
  const { directory } = invocation.globals;
  const channels = await invocation.ports.openChannels(settings.channels, directory, invocation.io.env);
  try {
    const notices = deriveNotices(await gather(order, store.reader, report, now));
    const delivered = joinDelivered([
      await give(notices, channels, settings, order, store.reader, report, now),
      await givePilot(channels, settings, order, store.reader, report, now),
    ]);
    await writer.renewLease(invocation.io.now(), order.settings.leaseSeconds);
    if (delivered.records.length > 0) await writer.recordNotices(delivered.records, delivered.entries);
    await reportFailures(invocation, delivered);
    return delivered.failures.reduce((sum, one) => sum + one.notices, 0);
  } finally {
    await Promise.all(channels.map((channel) => channel.close()));
  }
}

async function gather(
  { policy }: RunOrder,
  reader: StoreReader,
  { decided, summary, plan, stopped, promotions }: RunReport,
  now: number,
): Promise<NoticeInput> {
  const open = await readOpenRecords(reader, now);
  const examined = decided === null ? null : examine(decided);
  return {
    now,
    mode: summary.mode,
    run: summary,
    needs: examined === null ? null : findNeeds(examined),
    // A guard that was raised for this run stopped nothing.
    guards: stopped,
    actions: plan?.actions ?? [],
    ...open,
    requests: waitingRequests(promotions, examined),
    endings: listEndings(policy, now),
  };
}

/** Requests that stand open after the run and wait for a person. */
export function waitingRequests(
  promotions: RunReport["promotions"],
  examined: Examined | null,
): WaitingRequest[] {
  const open = (promotions?.results ?? []).flatMap(({ request, outcome }): OpenRequest[] => {
    const { ring, asked } = request;
    const isMerged = outcome.kind === "done" && outcome.merged !== null;
    if (outcome.number === null || isMerged || asked.length === 0) return [];
    const { number, url } = outcome;
    return [{ ring, number, version: asked.join(","), patches: asked, url }];
  });
  return withMergeBy(open, examined);
}

function give(
  notices: readonly Notice[],
  channels: readonly NoticeChannel[],
  { remindAfter }: NoticeSettings,
  { policy }: RunOrder,
  reader: StoreReader,
  report: RunReport,
  now: number,
): Promise<Delivered> {
  return deliverNotices({
    fleet: policy.fleet.name,
    now,
    run: report.id,
    notices,
    channels,
    remindAfter,
    describe: noticeWhat,
    listGiven: (keys) => reader.listNotices(keys),
  });
}

/** Only where this run sends actions, or would: nobody is told of an install that a guard or the mode holds back. */
async function givePilot(
  channels: readonly NoticeChannel[],
  { pilot }: NoticeSettings,
  { policy, zones }: RunOrder,
  reader: StoreReader,
  { decided, plan, stopped, id, summary }: RunReport,
  now: number,
): Promise<Delivered> {
  const nothing = { records: [], entries: [], failures: [] };
  if (pilot === null || decided === null || plan === null) return nothing;
  if (stopped.length > 0 || summary.mode !== "apply") return nothing;
  const { notices } = makePilotNotices(decided, plan, { before: pilot.before });
  const messages = notices.map((notice): PilotMessage => ({
    notice,
    reportTo: pilot.reportTo,
    words: pilotWords(notice, pilot.reportTo, zones),
  }));
  return deliverPilotNotices({
    now: now,
    run: id,
    messages,
    most: PILOTS_PER_RUN,
    channels: channels.filter(({ name }) => policy.fleet.notices?.pilot?.channels.includes(name) === true),
    listGiven: (keys) => reader.listNotices(keys),
  });
}

async function reportFailures(invocation: WritingInvocation, { failures }: Delivered): Promise<void> {
  await invocation.report(
    failures.map(({ channel, message, notices }) => ({
      ...cliError(
        "cli/notice",
        "Notice not delivered",
        `${counted(notices, "notice")} on the channel ${JSON.stringify(channel)}: ${escapeTerminal(message)}. The run itself is not affected.`,
        "nothing, if it goes by: the next run tries again. Else check the channel in the Fleet and its variable.",
      ),
      severity: "warning",
    })),
  );
}
