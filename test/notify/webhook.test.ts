import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WebhookSettings } from "../../src/core/notice-settings.ts";
import { NoticeError, type NoticeChannel } from "../../src/notify/notice.ts";
import { escapeSlack } from "../../src/notify/webhook/slack.ts";
import { openWebhookChannel } from "../../src/notify/webhook/webhook-channel.ts";
import { brakeNotice, HOSTILE, pageOf, pilotMessage } from "./fixture.ts";
import { openHttpSink, type HttpSink } from "./http-sink.ts";

let sink: HttpSink;
beforeEach(async () => {
  sink = await openHttpSink();
});
afterEach(() => sink.close());

function channel(kind: WebhookSettings["kind"], url: string | undefined = sink.url): NoticeChannel {
  return openWebhookChannel(
    { name: "ops", kind, levels: ["page"], urlEnv: "OPS_URL" },
    { env: { OPS_URL: url }, timeoutMs: 300, retry: { retries: 2, firstWaitMs: 5 } },
  );
}

async function failureOf(work: Promise<unknown>): Promise<NoticeError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NoticeError);
  return error as NoticeError;
}

/** Every text of a JSON value with the key it stands under. */
function texts(value: unknown, key = ""): [string, string][] {
  if (typeof value === "string") return [[key, value]];
  if (Array.isArray(value)) return value.flatMap((one) => texts(one, key));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, one]) => texts(one, name));
}

describe("what is posted", () => {
  it("is JSON with the sentence and the facts", async () => {
    await channel("webhook").send(pageOf(brakeNotice()));
    expect(JSON.parse(sink.posted[0]!.body)).toEqual({
      format: "patchring.notices/1",
      fleet: "acme",
      at: "2026-03-18T09:00:00Z",
      notices: [
        {
          key: "brake/pilot/KB1/1",
          level: "page",
          kind: "brake",
          ring: "pilot",
          patch: "KB1",
          failed: 3,
          eligible: 10,
          by: null,
          actor: "operators",
          next: "patchring hold KB1",
          link: null,
          text: "KB1 fails in ring pilot: 3 of 10 devices failed, so its further approvals there are stopped. To act: whoever runs patching. Next: patchring hold KB1",
        },
      ],
    });
    expect(sink.posted[0]!.headers).toMatchObject({
      "idempotency-key": expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
    });
  });

  it("is for Slack plain text in which nothing is a mention, a link or markup", async () => {
    await channel("slack").send(pageOf(brakeNotice(HOSTILE)));
    const payload = JSON.parse(sink.posted[0]!.body) as {
      blocks: { type: string; text: { type: string } }[];
    };
    expect(payload).toMatchObject({ mrkdwn: false, parse: "none", link_names: false });
    expect(payload.blocks.every(({ text }) => text.type === "plain_text")).toBe(true);
    for (const [, text] of texts(payload)) expect(text).not.toMatch(/[<>\r\u202e\x1b]/);
    expect(sink.posted[0]!.body).toContain("&lt;!channel&gt;");
    expect(escapeSlack("a&lt;b")).toBe("a&amp;lt;b");
  });

  it("is for Teams one Adaptive Card whose texts are runs, without entities and without a MessageCard", async () => {
    await channel("teams").send(pageOf(brakeNotice(HOSTILE)));
    const { body } = sink.posted[0]!;
    const payload = JSON.parse(body) as {
      type: string;
      attachments: { contentType: string; content: { type: string } }[];
    };
    expect(payload.type).toBe("message");
    expect(payload.attachments.map((one) => one.contentType)).toEqual([
      "application/vnd.microsoft.card.adaptive",
    ]);
    expect(body).not.toContain("MessageCard");
    expect(body).not.toContain('"entities"');
    expect(body).not.toContain('"TextBlock"');
    const kinds = texts(payload)
      .filter(([key]) => key === "type")
      .map(([, text]) => text);
    expect([...new Set(kinds)].sort()).toEqual([
      "AdaptiveCard",
      "Container",
      "RichTextBlock",
      "TextRun",
      "message",
    ]);
  });

  it.each(["slack", "teams"] as const)("stays within what %s takes, whatever the number", async (kind) => {
    const many = Array.from({ length: 300 }, (_, i) => brakeNotice(`${HOSTILE.repeat(20)}${i}`));
    await channel(kind).send(pageOf(...many));
    const { body } = sink.posted[0]!;
    expect(Buffer.byteLength(body)).toBeLessThan(kind === "teams" ? 28_000 : 100_000);
    expect(body).toContain("280 more notices: patchring status");
    const { blocks } = JSON.parse(body) as { blocks?: { text: { text: string } }[] };
    expect(blocks?.length ?? 0).toBeLessThanOrEqual(50);
    for (const { text } of blocks ?? []) expect(text.text.length).toBeLessThanOrEqual(3000);
  });

  it("is for a pilot one message for each contact, and a chat has none", async () => {
    expect(await channel("webhook").sendPilot!(pilotMessage("ann@example.org"))).toBe("delivered");
    expect(JSON.parse(sink.posted[0]!.body)).toMatchObject({
      format: "patchring.pilot-notice/1",
      contact: "ann@example.org",
      opensAt: "2026-03-18T20:00:00Z",
    });
    expect(channel("slack").sendPilot).toBeNull();
    expect(channel("teams").sendPilot).toBeNull();
  });
});

describe("when it does not go through", () => {
  it.each([
    ["busy", [503, 429], 3],
    ["a broken connection", ["cut"], 2],
    ["no answer", ["hang"], 2],
  ] as const)("tries again after %s", async (_name, answers, tries) => {
    sink.answers.push(...answers);
    await channel("webhook").send(pageOf(brakeNotice()));
    expect(sink.posted.length).toBe(tries);
    const keys = new Set(sink.posted.map(({ headers }) => headers["idempotency-key"]));
    expect(keys.size).toBe(1);
  });

  it.each([
    [400, "refused"],
    [401, "denied"],
    [404, "denied"],
    [302, "refused"],
  ] as const)("does not repeat what was answered with %i", async (status, code) => {
    sink.answers.push(status);
    const error = await failureOf(channel("webhook").send(pageOf(brakeNotice())));
    expect([error.code, sink.posted.length]).toEqual([code, 1]);
  });

  it.each([
    ["500s for ever", () => sink.answers.push(500, 500, 500), "busy"],
    ["silence for ever", () => sink.answers.push("hang", "hang", "hang"), "timeout"],
  ] as const)("gives up after %s, and never names the address", async (_name, prepare, code) => {
    prepare();
    const error = await failureOf(channel("webhook").send(pageOf(brakeNotice())));
    expect(error.code).toBe(code);
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain("canary");
  });

  it.each([
    ["is missing", undefined, "settings"],
    ["is no address", "canary", "settings"],
    ["is in clear", "http://hooks.example.org/canary", "settings"],
    ["leads nowhere", "http://127.0.0.1:9/canary", "unreachable"],
  ] as const)("says that the address %s without showing it", async (_name, url, code) => {
    const open = openWebhookChannel(
      { name: "ops", kind: "slack", levels: ["page"], urlEnv: "OPS_URL" },
      { env: { OPS_URL: url }, retry: { retries: 0, firstWaitMs: 1 } },
    );
    const error = await failureOf(open.send(pageOf(brakeNotice())));
    expect(error.code).toBe(code);
    expect(error.message).toContain("OPS_URL");
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain("canary");
  });
});
