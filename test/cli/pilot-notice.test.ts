import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOSTILE } from "../notify/fixture.ts";
import { openHttpSink, type HttpSink } from "../notify/http-sink.ts";
import { openSmtpSink, type SmtpSink } from "../notify/smtp-sink.ts";
import { hashTree, run } from "./cli.ts";
import { fleetYaml, makeFleet, RULES, snapshotText } from "./fleet.ts";

const SCHEDULE = `apiVersion: patchring/v1
kind: Schedule
metadata: { name: evenings }
spec: { windows: [{ days: [wed], start: "20:00", duration: 3h }] }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: pilot }
spec: { devices: { tags: pilot }, schedule: evenings }
---
apiVersion: patchring/v1
kind: Ring
metadata: { name: production }
spec: { after: pilot, devices: { not: { tags: pilot } }, soak: { for: 3d } }
`;

/** Contacts and zones beside what the fixture writes. */
function withContacts(contacts: Readonly<Record<string, object>>): string {
  return snapshotText([
    { id: "ws-1", tags: ["pilot"], facts: { KB1: "missing", KB2: "missing" } },
    { id: "ws-2", tags: ["pilot"], facts: { KB1: "missing" } },
    { id: "ws-3", tags: ["pilot"], facts: { KB1: "missing" } },
    { id: "ws-4", facts: { KB1: "missing" } },
  ])
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const record = JSON.parse(line) as Record<string, unknown>;
      return `${JSON.stringify({ ...record, ...contacts[String(record["id"])] })}\n`;
    })
    .join("");
}

function pilotFleet(contacts: Readonly<Record<string, object>>, notices = ""): string {
  return makeFleet({
    "fleet.yaml": `${fleetYaml()}  timezone: Europe/Berlin\n${notices}`,
    "rings.yaml": SCHEDULE,
    "rules/microsoft.yaml": RULES,
    "recalls/kb3.yaml": "",
    "inventory/fleet.ndjson": withContacts(contacts),
  });
}

const CONTACTS = {
  "ws-1": { contact: "ann@example.org", name: "Reception", site: "hq" },
  "ws-2": { contact: "ann@example.org", timezone: "America/New_York" },
  "ws-4": { contact: "not-told@example.org" },
};

describe("a preview", () => {
  it("says to each contact what, where, when in its zone, and until when a report counts", async () => {
    const folder = pilotFleet(CONTACTS);
    const before = hashTree(folder);
    const ran = await run(folder, ["pilot-notice"]);
    expect(hashTree(folder)).toEqual(before);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toBe("patchring: warning: 1 device without a contact: ws-3\n");
    expect(ran.stdout).toMatchInlineSnapshot(`
      "Would tell 1 contact.

      To: ann@example.org
      Updates on your computer: Wednesday 2026-03-18, 20:00

      When: Wednesday 2026-03-18, 20:00 to 23:00 (Europe/Berlin; 2026-03-18T19:00:00Z to 2026-03-18T22:00:00Z).

      What will be installed:
        - Update KB1 (KB1)

      Where:
        - Reception (ws-1), hq

      A restart may be needed. Save your work before, and leave the computer switched on.

      You are among the first to get them. If anything behaves oddly, report it to those who look after your computer before Saturday 2026-03-21, 20:00 (Europe/Berlin; 2026-03-21T19:00:00Z). Your report stops the wider rollout.

      To: ann@example.org
      Updates on your computer: Wednesday 2026-03-18, 20:00

      When: Wednesday 2026-03-18, 20:00 to 23:00 (America/New_York; 2026-03-19T00:00:00Z to 2026-03-19T03:00:00Z).

      What will be installed:
        - Update KB1 (KB1)

      Where:
        - ws-2

      A restart may be needed. Save your work before, and leave the computer switched on.

      You are among the first to get them. If anything behaves oddly, report it to those who look after your computer before Saturday 2026-03-21, 20:00 (America/New_York; 2026-03-22T00:00:00Z). Your report stops the wider rollout.
      "
    `);
  });

  it("tells of no window that opens later than asked for, and of rings that are named", async () => {
    const folder = pilotFleet(CONTACTS);
    const soon = await run(folder, ["pilot-notice", "--before", "2h", "--quiet"]);
    expect(soon.stdout).toBe("Would tell 0 contacts.\n");
    const production = await run(folder, ["pilot-notice", "--ring", "production", "--quiet"]);
    expect(production.stdout).toBe("Would tell 0 contacts.\n");
    const unknown = await run(folder, ["pilot-notice", "--ring", "pilto"]);
    expect([unknown.code, unknown.stderr]).toEqual([64, expect.stringContaining("no ring")]);
  });

  it("writes a file of each kind for each notice, in which nothing of a backend is markup", async () => {
    const hostile = { contact: HOSTILE, name: "<script>alert(1)</script>", site: "]]><img src=x>" };
    const folder = pilotFleet({ "ws-1": hostile });
    const ran = await run(folder, ["pilot-notice", "--folder", "out/pilot", "--quiet"]);
    expect(ran).toEqual({ code: 0, stdout: "Wrote 1 notice into out/pilot.\n", stderr: "" });
    const files = readdirSync(join(folder, "out/pilot")).sort();
    expect(files).toEqual(["pilot-notice-0001.html", "pilot-notice-0001.json", "pilot-notice-0001.txt"]);
    const html = readFileSync(join(folder, "out/pilot", files[0]!), "utf8");
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toMatch(/<script|<img|\x1b|\u202e/);
    const json = JSON.parse(readFileSync(join(folder, "out/pilot", files[1]!), "utf8")) as {
      contact: string;
    };
    expect(json.contact).toBe(HOSTILE.trim());
    const shown = await run(folder, ["pilot-notice", "--quiet"]);
    expect(shown.stdout).not.toMatch(/\x1b|\u202e|\r/);
  });

  it("is JSON with the same words", async () => {
    const ran = await run(pilotFleet(CONTACTS), ["pilot-notice", "--json", "--quiet"]);
    const { notices } = JSON.parse(ran.stdout) as { notices: { opensAt: string; devices: object[] }[] };
    expect(notices.map(({ opensAt, devices }) => [opensAt, devices.length])).toEqual([
      ["2026-03-18T19:00:00Z", 1],
      ["2026-03-19T00:00:00Z", 1],
    ]);
  });
});

describe("--send", () => {
  let http: HttpSink;
  let smtp: SmtpSink;
  beforeEach(async () => {
    [http, smtp] = await Promise.all([openHttpSink(), openSmtpSink()]);
  });
  afterEach(() => Promise.all([http.close(), smtp.close()]));

  const notices = (): string => `  notices:
    channels:
      - { name: letters, kind: mail, host: 127.0.0.1, port: ${smtp.port}, tls: none, from: it@example.org, to: [it@example.org] }
      - { name: desk, kind: webhook, urlEnv: DESK_URL }
      - { name: folder, kind: file, path: told }
    pilot: { channels: [letters, desk, folder], reportTo: "https://desk.example.org/patch" }
`;

  it("writes to each contact by mail, posts and files the same, and touches nothing else", async () => {
    const folder = pilotFleet({ ...CONTACTS, "ws-3": { contact: "Carl, room 3" } }, notices());
    const env = { DESK_URL: http.url };
    const ran = await run(folder, ["pilot-notice", "--send"], { env });
    expect(ran).toEqual({ code: 0, stdout: "Sent 8 notices.\n", stderr: "" });
    expect(smtp.mails.map(({ to }) => to)).toEqual([["ann@example.org"], ["ann@example.org"]]);
    expect(smtp.mails[0]!.text.replaceAll("=\r\n", "")).toContain("https://desk.example.org/patch");
    expect(http.posted.length).toBe(3);
    expect(readdirSync(join(folder, "told")).length).toBe(9);
  });

  it("reports a channel that is down with exit 1 and without its address", async () => {
    const folder = pilotFleet(CONTACTS, notices());
    const env = { DESK_URL: "https://canary:secret@127.0.0.1:9/canary" };
    const ran = await run(folder, ["pilot-notice", "--send", "--json"], { env });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('"channel": "desk"');
    expect(ran.stdout + ran.stderr).not.toContain("canary");
    expect(smtp.mails.length).toBe(2);
  });

  it("is refused where policy names no channel", async () => {
    const folder = pilotFleet(CONTACTS);
    const ran = await run(folder, ["pilot-notice", "--send"]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("[cli/no-channel]");
    expect(existsSync(join(folder, "told"))).toBe(false);
  });
});
