/** A real SMTP server, as small as it may be (RFC 5321): it keeps every line that it is told. */
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came. */
  readonly text: string;
}

export interface SmtpSink {
  readonly port: number;
  readonly mails: Mail[];
  /** Everything that any client said. */
  readonly said: string[];
  /** Answers to the next RCPT commands, then 250. */
  readonly rcptAnswers: string[];
  /** What EHLO offers besides 8BITMIME. */
  readonly offers: string[];
  close(): Promise<void>;
}

export async function openSmtpSink(): Promise<SmtpSink> {
  const mails: Mail[] = [];
  const said: string[] = [];
  const rcptAnswers: string[] = [];
  const offers: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    const mail = { from: "", to: [] as string[], text: "" };
    let isData = false;
    let rest = "";
    const say = (line: string): unknown => socket.write(`${line}\r\n`);
    const take = (line: string): void => {
      said.push(line);
      if (isData) {
        if (line === ".") {
          isData = false;
          mails.push({ ...mail, to: [...mail.to] });
          say("250 taken");
        } else mail.text += `${line.replace(/^\.\./, ".")}\r\n`;
        return;
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "EHLO")
        say(["250-sink", ...offers.map((one) => `250-${one}`), "250 8BITMIME"].join("\r\n"));
      else if (verb === "MAIL") {
        Object.assign(mail, { from: /<(.*)>/.exec(line)?.[1] ?? "", to: [], text: "" });
        say("250 ok");
      } else if (verb === "RCPT") {
        const answer = rcptAnswers.shift() ?? "250 ok";
        if (answer.startsWith("250")) mail.to.push(/<(.*)>/.exec(line)?.[1] ?? "");
        say(answer);
      } else if (verb === "DATA") {
        isData = true;
        say("354 go on");
      } else if (verb === "QUIT") {
        say("221 bye");
        socket.end();
      } else say("502 no");
    };
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop() ?? "";
      lines.forEach(take);
    });
    say("220 sink");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    mails,
    said,
    rcptAnswers,
    offers,
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          done();
        });
      }),
  };
}
