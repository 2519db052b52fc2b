import { afterEach, beforeEach, expect, it } from "vitest";
import type { GivenNotice } from "../../src/core/notice-due.ts";
import type { Notice } from "../../src/core/notice.ts";
import type { NoticeChannel } from "../../src/notify/notice.ts";
import { openMailChannel } from "../../src/notify/mail/mail-channel.ts";
import { openWebhookChannel } from "../../src/notify/webhook/webhook-channel.ts";
import { deliverNotices, type Delivered } from "../../src/reconcile/notify/deliver.ts";
import { deliverPilotNotices, type PilotDelivered } from "../../src/reconcile/notify/deliver-pilot.ts";
import { noticeWhat } from "../../src/report/notices/what.ts";
import { brakeNotice, pilotMessage } from "../notify/fixture.ts";
import { openHttpSink, type HttpSink } from "../notify/http-sink.ts";
import { openSmtpSink, type SmtpSink } from "../notify/smtp-sink.ts";

const NOW = 1_773_824_400;
const DAY = 86_400;
let http: HttpSink;
let smtp: SmtpSink;
let given: GivenNotice[];
beforeEach(async () => {
  [http, smtp] = await Promise.all([openHttpSink(), openSmtpSink()]);
  given = [];
});
afterEach(() => Promise.all([http.close(), smtp.close()]));

const FAST = { timeoutMs: 300, retry: { retries: 0, firstWaitMs: 1 } };

function webhook(name: string, url: string = http.url): NoticeChannel {
  const settings = { name, kind: "webhook", levels: ["page", "ticket"], urlEnv: "HOOK_URL" } as const;
  return openWebhookChannel(settings, { env: { HOOK_URL: url }, ...FAST });
}

function mail(port: number = smtp.port): NoticeChannel {
  return openMailChannel(
    {
      name: "mail",
      kind: "mail",
      levels: ["page"],
      host: "127.0.0.1",
      port,
      tls: "none",
      userEnv: null,
      passwordEnv: null,
      from: "patching@example.org",
      to: ["ops@example.org"],
    },
    { env: {}, ...FAST },
  );
}

/** As a run does: what arrived is recorded. */
async function give(
  notices: readonly Notice[],
  channels: readonly NoticeChannel[],
  now: number = NOW,
): Promise<Delivered> {
  const listGiven = (): Promise<readonly GivenNotice[]> => Promise.resolve(given);
  const order = { fleet: "acme", run: "r1", remindAfter: DAY, describe: noticeWhat, listGiven };
  const delivered = await deliverNotices({ ...order, now, notices, channels });
  given.push(...delivered.records);
  return delivered;
}

it("tells of a thing once, of a new one at once, and reminds after a day", async () => {
  const channels = [webhook("ops"), mail()];
  await give([brakeNotice()], channels);
  await give([brakeNotice()], channels, NOW + 1800);
  expect([http.posted.length, smtp.mails.length]).toEqual([1, 1]);
  await give([brakeNotice(), brakeNotice("KB2")], channels, NOW + 3600);
  expect([http.posted.length, smtp.mails.length]).toEqual([2, 2]);
  expect(http.posted[1]!.body).not.toContain("brake/pilot/KB1/1");
  await give([brakeNotice(), brakeNotice("KB2")], channels, NOW + DAY);
  expect(http.posted[2]!.body).toContain("brake/pilot/KB1/1");
  expect(http.posted[2]!.body).not.toContain("brake/pilot/KB2/1");
});

it("records only what arrived, reports the rest, and tries that again in the next run", async () => {
  const down = webhook("chat", "http://127.0.0.1:9/canary");
  const first = await give([brakeNotice()], [down, mail()]);
  expect(first.records).toEqual([{ key: "brake/pilot/KB1/1", channel: "mail", at: NOW }]);
  expect(first.failures).toMatchObject([{ channel: "chat", code: "unreachable", notices: 1 }]);
  expect(JSON.stringify(first)).not.toContain("canary");
  const second = await give([brakeNotice()], [webhook("chat"), mail()], NOW + 60);
  expect(second.records).toEqual([{ key: "brake/pilot/KB1/1", channel: "chat", at: NOW + 60 }]);
  expect([http.posted.length, smtp.mails.length]).toEqual([1, 1]);
});

it("writes one ledger entry for each notice on each channel", async () => {
  const { entries } = await give([brakeNotice()], [webhook("ops")]);
  expect(entries).toEqual([
    {
      at: NOW,
      run: "r1",
      type: "notice",
      data: {
        kind: "brake",
        channel: "ops",
        subject:
          "KB1 fails in ring pilot: 3 of 10 devices failed, so its further approvals there are stopped",
        key: "brake/pilot/KB1/1",
      },
    },
  ]);
});

async function givePilot(
  contacts: readonly string[],
  channels: readonly NoticeChannel[],
): Promise<PilotDelivered> {
  const delivered = await deliverPilotNotices({
    now: NOW,
    run: "r1",
    messages: contacts.map((contact) => pilotMessage(contact)),
    channels,
    listGiven: () => Promise.resolve(given),
  });
  given.push(...delivered.records);
  return delivered;
}

it("writes to each contact once, and names those that it cannot write to", async () => {
  const contacts = ["ann@example.org", "Bob, room 4"];
  const first = await givePilot(contacts, [mail()]);
  expect(first.unaddressed).toEqual(["Bob, room 4"]);
  expect(smtp.mails.map(({ to }) => to)).toEqual([["ann@example.org"]]);
  await givePilot(contacts, [mail()]);
  expect(smtp.mails.length).toBe(1);
  expect((await givePilot(contacts, [mail(), webhook("desk")])).unaddressed).toEqual([]);
  expect(http.posted.length).toBe(2);
});

it("goes on after one mailbox that refuses, and stops where the server is down", async () => {
  smtp.rcptAnswers.push("550 no such user");
  const one = await givePilot(["ann@example.org", "bea@example.org"], [mail()]);
  expect(one.failures).toMatchObject([{ code: "refused", notices: 1 }]);
  expect(smtp.mails.map(({ to }) => to)).toEqual([["bea@example.org"]]);
  const down = await givePilot(["c@example.org", "d@example.org", "e@example.org"], [mail(9)]);
  expect(down.failures).toMatchObject([{ code: "unreachable", notices: 3 }]);
});

it("keeps addresses of people out of what is recorded", async () => {
  const { records, entries } = await givePilot(["ann@example.org"], [mail()]);
  expect(records.length).toBe(1);
  expect(JSON.stringify([records, entries])).not.toMatch(/ann@|example\.org/);
});
