/** A channel by SMTP. No text of a backend comes near a header or an address unchecked. */
import { createTransport } from "nodemailer";
import type { MailSettings } from "../../core/notice-settings.ts";
import { messageSubject } from "../../report/notices/words.ts";
import { renderNoticesText } from "../../report/notices/text.ts";
import { renderPilotHtml } from "../../report/pilot-notice/html.tsx";
import { renderPilotText } from "../../report/pilot-notice/text.ts";
import { NoticeError, type NoticeChannel, type NoticeErrorCode } from "../notice.ts";
import { DEFAULT_RETRY, withRetry, type RetrySettings } from "../retry.ts";

export interface MailOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For connecting, the greeting and each answer; 10 s without it. */
  readonly timeoutMs?: number;
  readonly retry?: RetrySettings;
}

/** One plain address; no list, no display name, no quotes. */
const ADDRESS = /^[^\s@<>"(),;:\\[\]\p{Cc}]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?$/u;
const LONGEST_SUBJECT = 150;

interface Letter {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text);
}

export function openMailChannel(settings: MailSettings, options: MailOptions): NoticeChannel {
  const { name, levels, to } = settings;
  const send = (letter: Letter): Promise<void> =>
    withRetry(options.retry ?? DEFAULT_RETRY, () => sendOnce(settings, options, letter));
  return {
    name,
    kind: "mail",
    levels,
    send: (page) =>
      send({ to, subject: messageSubject(page.fleet, page.notices), text: renderNoticesText(page) }),
    sendPilot: async ({ notice, words }) => {
      if (!isMailAddress(notice.contact)) return "unaddressed";
      const text = renderPilotText(words);
      await send({ to: [notice.contact], subject: words.title, text, html: renderPilotHtml(words) });
      return "delivered";
    },
    close: () => Promise.resolve(),
  };
}

async function sendOnce(settings: MailSettings, options: MailOptions, letter: Letter): Promise<void> {
  const timeout = options.timeoutMs ?? 10_000;
  const auth = readLogin(settings, options.env);
  const transport = createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.tls === "implicit",
    // Without encryption nothing is sent, and no password either.
    requireTLS: settings.tls === "starttls",
    ignoreTLS: settings.tls === "none",
    ...(auth === null ? {} : { auth }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: { name: "", address: settings.from },
      to: letter.to.map((address) => ({ name: "", address })),
      subject: letter.subject.slice(0, LONGEST_SUBJECT),
      text: letter.text,
      ...(letter.html === undefined ? {} : { html: letter.html }),
      headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
    });
  } catch (error) {
    throw failed(error, settings);
  } finally {
    transport.close();
  }
}

function readLogin(
  { userEnv, passwordEnv }: MailSettings,
  env: MailOptions["env"],
): { readonly user: string; readonly pass: string } | null {
  if (userEnv === null || passwordEnv === null) return null;
  const read = (variable: string): string => {
    const value = env[variable] ?? "";
    if (value === "") throw new NoticeError("settings", `the environment variable ${variable} is not set`);
    return value;
  };
  return { user: read(userEnv), pass: read(passwordEnv) };
}

const CODES: Readonly<Record<string, NoticeErrorCode>> = {
  EAUTH: "denied",
  ENOAUTH: "denied",
  EOAUTH2: "denied",
  ETLS: "refused",
  ETIMEDOUT: "timeout",
  EDNS: "unreachable",
  ECONNECTION: "unreachable",
  ESOCKET: "unreachable",
};

/** Only codes: what the server says may repeat the login. */
function failed(error: unknown, { host, port }: MailSettings): NoticeError {
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  const status = typeof responseCode === "number" ? responseCode : null;
  const known = typeof code === "string" ? CODES[code] : undefined;
  const what =
    known ?? (status !== null && status < 500 ? "busy" : status === null ? "unreachable" : "refused");
  const said = [typeof code === "string" ? code : null, status === null ? null : `SMTP ${status}`]
    .filter((one) => one !== null)
    .join(", ");
  return new NoticeError(
    what,
    `the mail server ${host}:${port} did not take the message${said === "" ? "" : ` (${said})`}`,
  );
}
