import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MailSettings } from "../../src/core/notice-settings.ts";
import { openFileChannel } from "../../src/notify/file/file-channel.ts";
import { isMailAddress, openMailChannel } from "../../src/notify/mail/mail-channel.ts";
import { NoticeError, type NoticeChannel } from "../../src/notify/notice.ts";
import { brakeNotice, HOSTILE, pageOf, pilotMessage } from "./fixture.ts";
import { openSmtpSink, type SmtpSink } from "./smtp-sink.ts";

let sink: SmtpSink;
beforeEach(async () => {
  sink = await openSmtpSink();
});
afterEach(() => sink.close());

function channel(
  more: Partial<MailSettings> = {},
  env: Readonly<Record<string, string>> = {},
): NoticeChannel {
  return openMailChannel(
    {
      name: "mail",
      kind: "mail",
      levels: ["page"],
      host: "127.0.0.1",
      port: sink.port,
      tls: "none",
      userEnv: null,
      passwordEnv: null,
      from: "patching@example.org",
      to: ["ops@example.org", "night@example.org"],
      ...more,
    },
    { env, timeoutMs: 500, retry: { retries: 1, firstWaitMs: 5 } },
  );
}

function headersOf(text: string): string {
  return text.slice(0, text.indexOf("\r\n\r\n"));
}

describe("a mail", () => {
  it("has the sentence, who acts and the next command", async () => {
    await channel().send(pageOf(brakeNotice()));
    expect(sink.mails).toMatchObject([
      { from: "patching@example.org", to: ["ops@example.org", "night@example.org"] },
    ]);
    const { text } = sink.mails[0]!;
    expect(headersOf(text)).toContain("Subject: patching of acme: 1 for now");
    expect(headersOf(text)).toContain("Auto-Submitted: auto-generated");
    expect(text.replaceAll("=\r\n", "")).toContain("3 of 10 devices failed");
    expect(text).toContain("Next: patchring hold KB1");
  });

  it("lets no text of a backend into a header or among the receivers", async () => {
    const page = { ...pageOf(brakeNotice(HOSTILE)), fleet: HOSTILE };
    await channel().send(page);
    await channel().sendPilot!(
      pilotMessage("ann@example.org", {
        devices: [{ id: HOSTILE, name: HOSTILE, site: HOSTILE }],
        patches: [{ id: HOSTILE, title: HOSTILE, restart: "never" }],
      }),
    );
    expect(sink.mails.length).toBe(2);
    for (const { text, to } of sink.mails) {
      expect(headersOf(text)).not.toMatch(/^Bcc:/im);
      expect(to).not.toContain("victim@example.org");
      expect(text).not.toMatch(/[\u202e\x1b]/);
    }
    expect(sink.said.filter((line) => line.startsWith("RCPT")).length).toBe(3);
  });

  it.each([
    "Ann Example",
    "ann@example.org, victim@example.org",
    "ann@example.org\r\nRCPT TO:<victim@example.org>",
    "<victim@example.org>",
    '"a"@example.org',
    "ann@exa mple.org",
    "ann@",
    "@example.org",
    `${"a".repeat(65)}@example.org`,
    "ann@-example.org",
  ])("goes to no contact such as %j", async (contact) => {
    expect(isMailAddress(contact)).toBe(false);
    expect(await channel().sendPilot!(pilotMessage(contact))).toBe("unaddressed");
    expect(sink.said).toEqual([]);
  });

  it("sends no password where the server does not encrypt", async () => {
    sink.offers.push("AUTH PLAIN LOGIN");
    const env = { SMTP_USER: "user-canary", SMTP_PASSWORD: "password-canary" };
    const secret = channel({ tls: "starttls", userEnv: "SMTP_USER", passwordEnv: "SMTP_PASSWORD" }, env);
    const error = await secret.send(pageOf(brakeNotice())).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoticeError);
    const all = JSON.stringify([sink.said, (error as Error).message, (error as Error).stack]);
    expect(all).not.toContain("canary");
    expect(all).not.toContain(Buffer.from("password-canary").toString("base64"));
    expect(sink.said.some((line) => /^AUTH/i.test(line))).toBe(false);
    expect(sink.mails).toEqual([]);
  });

  it("is tried again when the server is busy, and not when it refuses", async () => {
    sink.rcptAnswers.push("451 later", "451 later");
    await channel().send(pageOf(brakeNotice()));
    expect(sink.mails.length).toBe(1);
    sink.rcptAnswers.push("550 no", "550 no");
    await expect(channel().send(pageOf(brakeNotice()))).rejects.toMatchObject({ code: "refused" });
    expect(sink.mails.length).toBe(1);
  });

  it("names the variable that is not set, and the server that does not answer", async () => {
    const login = channel({ tls: "starttls", userEnv: "SMTP_USER", passwordEnv: "SMTP_PASSWORD" });
    await expect(login.send(pageOf(brakeNotice()))).rejects.toMatchObject({
      code: "settings",
      message: "the environment variable SMTP_USER is not set",
    });
    await expect(channel({ port: 9 }).send(pageOf(brakeNotice()))).rejects.toMatchObject({
      code: "unreachable",
    });
  });
});

describe("a folder", () => {
  it("gets each message whole, once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "patchring-notices-"));
    try {
      const files = openFileChannel(
        { name: "f", kind: "file", levels: ["page"], path: "out/notices" },
        folder,
      );
      await files.send(pageOf(brakeNotice()));
      await files.send(pageOf(brakeNotice()));
      await files.sendPilot!(pilotMessage("../../etc/passwd"));
      const names = readdirSync(join(folder, "out/notices")).sort();
      expect(names.map((name) => name.replace(/[0-9a-f]{16}/, "X"))).toEqual([
        "notices-2026-03-18T090000Z-X.json",
        "notices-2026-03-18T090000Z-X.txt",
        "pilot-X.html",
        "pilot-X.json",
        "pilot-X.txt",
      ]);
      const text = readFileSync(join(folder, "out/notices", names.at(-1)!), "utf8");
      expect(text).toContain(
        "Wednesday 2026-03-18, 21:00 to 2026-03-19, 00:00 (Europe/Berlin; 2026-03-18T20:00:00Z",
      );
      expect(text).toContain("A restart is needed");
      const blocked = openFileChannel(
        { name: "f", kind: "file", levels: ["page"], path: names[0]! },
        join(folder, "out/notices"),
      );
      await expect(blocked.send(pageOf(brakeNotice()))).rejects.toMatchObject({ code: "refused" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
