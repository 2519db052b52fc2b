/** A real HTTP server that keeps what is posted and answers as it is told. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Posted {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface HttpSink {
  readonly url: string;
  readonly posted: Posted[];
  /** Answers of the next requests, then 200; `hang` never answers, `cut` breaks the connection. */
  readonly answers: (number | "hang" | "cut")[];
  close(): Promise<void>;
}

export async function openHttpSink(): Promise<HttpSink> {
  const posted: Posted[] = [];
  const answers: HttpSink["answers"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      posted.push({ path: request.url ?? "", headers: request.headers, body });
      const answer = answers.shift() ?? 200;
      if (answer === "hang") return;
      if (answer === "cut") request.socket.destroy();
      else response.writeHead(answer, { location: "http://127.0.0.1:1/elsewhere" }).end("said");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks/canary-secret`,
    posted,
    answers,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  };
}
