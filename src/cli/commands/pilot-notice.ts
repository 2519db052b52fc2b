/** What the contacts of a first ring's devices are told before its window opens: shown, written into files, or sent. */
import { join, resolve } from "node:path";
import { makePlan } from "../../core/make-plan.ts";
import { makePilotNotices, type PilotNotices } from "../../core/pilot-notice.ts";
import type { Fleet } from "../../core/policy.ts";
import { formatInstant, parseDuration } from "../../core/time.ts";
import type { PilotMessage } from "../../notify/notice.ts";
import { deliverPilotNotices, type PilotDelivered } from "../../reconcile/notify/deliver-pilot.ts";
import { escapeTerminal } from "../../report/escape/terminal.ts";
import { pilotJson } from "../../report/pilot-notice/json.ts";
import { renderPilotText } from "../../report/pilot-notice/text.ts";
import { pilotWords } from "../../report/pilot-notice/words.ts";
import { counted } from "../../report/words.ts";
import type { PilotFormat } from "../arguments/formats.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readDecided } from "../inputs/decided.ts";
import type { PreviewInvocation, WritingInvocation } from "../invocation.ts";
import { saveFile } from "../output.ts";
import { refuse, usage } from "../refusal.ts";

interface Prepared extends PilotNotices {
  readonly messages: readonly PilotMessage[];
  readonly fleet: Fleet;
}

/** Has no port that writes; files go where `--folder` says. */
export async function previewPilotNotice(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const prepared = await prepare(input, invocation);
  const folder = input.text("folder");
  if (folder !== null) await saveNotices(resolve(invocation.io.cwd, folder), folder, prepared, invocation);
  else await showNotices(input, prepared, invocation);
  noteWithoutContact(prepared, invocation);
  return EXIT_CODES.done;
}

/** To everybody, now: what was sent before does not count. `reconcile` tells each contact once. */
export async function sendPilotNotice(input: Input, invocation: WritingInvocation): Promise<ExitCode> {
  if (invocation.globals.ref !== null || invocation.globals.at !== null || input.text("folder") !== null) {
    throw usage("`--send` tells people what happens now: leave `--ref`, `--at` and `--folder` out.");
  }
  const prepared = await prepare(input, invocation);
  const pilot = prepared.fleet.notices?.pilot ?? null;
  if (pilot === null) {
    throw refuse(
      "policy",
      "cli/no-channel",
      "No channel for pilot notices",
      "The Fleet does not say by which channels pilot notices go, so none was sent.",
      "add `notices: { channels: […], pilot: { channels: [NAME] } }` to the Fleet.",
    );
  }
  const settings = prepared.fleet.notices!.channels.filter(({ name }) => pilot.channels.includes(name));
  const { directory } = invocation.globals;
  const channels = await invocation.ports.openChannels(settings, directory, invocation.io.env);
  const delivered = await deliverPilotNotices({
    now: invocation.now,
    run: null,
    messages: prepared.messages,
    channels,
    listGiven: () => Promise.resolve([]),
  });
  showDelivered(delivered, invocation);
  noteWithoutContact(prepared, invocation);
  return delivered.failures.length === 0 ? EXIT_CODES.done : EXIT_CODES.error;
}

async function prepare(input: Input, invocation: PreviewInvocation): Promise<Prepared> {
  const { decided, identity, diagnostics } = await readDecided(invocation);
  await invocation.report(diagnostics.filter(({ severity }) => severity === "error"));
  const { policy } = decided.compiled;
  const rings = input.list("ring");
  const unknown = rings.find((name) => policy.rings.every((ring) => ring.name !== name));
  if (unknown !== undefined) throw usage(`The policy has no ring ${JSON.stringify(unknown)}.`);
  const before = readBefore(input) ?? policy.fleet.notices?.pilot?.before ?? 86_400;
  const reportTo = policy.fleet.notices?.pilot?.reportTo ?? null;
  const plan = makePlan(decided, { identity });
  const made = makePilotNotices(decided, plan, { ...(rings.length === 0 ? {} : { rings }), before });
  const messages = made.notices.map((notice) => ({
    notice,
    reportTo,
    words: pilotWords(notice, reportTo, decided.zones),
  }));
  return { ...made, messages, fleet: policy.fleet };
}

function readBefore(input: Input): number | null {
  const text = input.text("before");
  if (text === null) return null;
  const seconds = parseDuration(text);
  if (seconds !== null) return seconds;
  throw usage(`\`--before\` takes a duration such as 24h, but was given ${JSON.stringify(text)}.`);
}

async function showNotices(
  input: Input,
  { messages }: Prepared,
  invocation: PreviewInvocation,
): Promise<void> {
  const given = input.text("format") as PilotFormat | null;
  const format = given ?? (invocation.globals.json ? "json" : "text");
  const { output } = invocation;
  if (format === "json") {
    const notices = messages.map(({ notice, words, reportTo }) => pilotJson(notice, words, reportTo));
    output.write(`${JSON.stringify({ format: "patchring.pilot-notices/1", notices }, null, 2)}\n`);
    return;
  }
  if (format === "html") {
    if (messages.length !== 1) {
      throw usage(
        `\`--format html\` writes one page, and there are ${messages.length} notices.`,
        "give `--folder DIR`: each notice gets its own.",
      );
    }
    const { renderPilotHtml } = await import("../../report/pilot-notice/html.tsx");
    output.write(renderPilotHtml(messages[0]!.words));
    return;
  }
  const most = invocation.globals.maxRows ?? Infinity;
  output.write(`Would tell ${counted(new Set(messages.map((m) => m.notice.contact)).size, "contact")}.\n`);
  for (const { notice, words } of messages.slice(0, most)) {
    output.write(`\nTo: ${escapeTerminal(notice.contact)}\n${safeLines(renderPilotText(words))}`);
  }
  if (messages.length > most) {
    output.write(`\n… and ${counted(messages.length - most, "more notice")}: \`--max-rows 0\` shows all.\n`);
  }
}

/** Line by line, so that no text of a backend is an order to a CI log. */
function safeLines(text: string): string {
  return text
    .split("\n")
    .map((line) => escapeTerminal(line, 1000))
    .join("\n");
}

async function saveNotices(
  folder: string,
  shown: string,
  { messages }: Prepared,
  invocation: PreviewInvocation,
): Promise<void> {
  const [{ renderPilotHtml }, { mkdir }] = await Promise.all([
    import("../../report/pilot-notice/html.tsx"),
    import("node:fs/promises"),
  ]);
  await mkdir(folder, { recursive: true }).catch(() => undefined);
  messages.forEach(({ notice, words, reportTo }, index) => {
    const stem = join(folder, `pilot-notice-${String(index + 1).padStart(4, "0")}`);
    const json = `${JSON.stringify(pilotJson(notice, words, reportTo), null, 2)}\n`;
    for (const [ending, text] of [
      ["txt", renderPilotText(words)],
      ["html", renderPilotHtml(words)],
      ["json", json],
    ] as const) {
      saveFile(`${stem}.${ending}`, (write) => {
        write(text);
      });
    }
  });
  invocation.output.write(`Wrote ${counted(messages.length, "notice")} into ${escapeTerminal(shown)}.\n`);
}

function showDelivered(delivered: PilotDelivered, invocation: WritingInvocation): void {
  const { entries, failures, unaddressed } = delivered;
  if (invocation.globals.json) {
    const at = formatInstant(invocation.now);
    const result = { format: "patchring.pilot-sent/1", at, sent: entries.length, failures, unaddressed };
    invocation.output.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  invocation.output.write(`Sent ${counted(entries.length, "notice")}.\n`);
  for (const { channel, message, notices } of failures) {
    invocation.output.write(
      `Not sent on ${channel}: ${counted(notices, "notice")}; ${escapeTerminal(message)}.\n`,
    );
  }
  for (const contact of unaddressed.slice(0, invocation.globals.maxRows ?? Infinity)) {
    invocation.output.write(`No channel can write to the contact ${escapeTerminal(contact)}.\n`);
  }
}

function noteWithoutContact({ withoutContact }: Prepared, invocation: PreviewInvocation): void {
  if (withoutContact.length === 0) return;
  const shown = withoutContact.slice(0, 5).map((id) => escapeTerminal(id));
  const more = withoutContact.length > 5 ? " …" : "";
  invocation.note(
    `patchring: warning: ${counted(withoutContact.length, "device")} without a contact: ${shown.join(", ")}${more}`,
  );
}
