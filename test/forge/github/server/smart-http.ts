/** Git over http: `git http-backend` behind basic authentication, as on GitHub any user name with the token. */
import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";

const NOT_AUTHORISED = { "www-authenticate": 'Basic realm="GitHub"' };

export type MayPush = (token: string) => "read" | "write" | null;

export function serveGit(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  mayPush: MayPush,
): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const right = mayPush(tokenOf(request.headers.authorization));
  const isPush =
    url.pathname.endsWith("/git-receive-pack") || url.searchParams.get("service") === "git-receive-pack";
  if (right === null) {
    response.writeHead(401, NOT_AUTHORISED).end("Invalid username or token.");
    return;
  }
  if (isPush && right !== "write") {
    response.writeHead(403).end("Write access to repository not granted.");
    return;
  }
  const backend = spawn("git", ["http-backend"], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "pusher",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(backend.stdin);
  backend.stdin.on("error", () => undefined);
  const parts: Buffer[] = [];
  backend.stdout.on("data", (part: Buffer) => parts.push(part));
  backend.on("close", () => answer(Buffer.concat(parts), response));
}

function tokenOf(header: string | undefined): string {
  const [scheme = "", value = ""] = (header ?? "").split(" ");
  if (scheme.toLowerCase() !== "basic") return "";
  return Buffer.from(value, "base64").toString("utf8").split(":").slice(1).join(":");
}

/** CGI: headers, an empty line, the body. */
function answer(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf("\r\n\r\n");
  const headers = output.subarray(0, Math.max(end, 0)).toString("latin1").split("\r\n");
  let status = end < 0 ? 500 : 200;
  for (const line of headers) {
    const [name = "", ...value] = line.split(": ");
    if (name.toLowerCase() === "status") status = Number.parseInt(value.join(": "), 10);
    else if (name !== "") response.setHeader(name, value.join(": "));
  }
  response.writeHead(status).end(output.subarray(end + 4));
}
