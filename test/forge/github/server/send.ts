/** Answers on the wire: whole, in pages, or broken. */
import type { ServerResponse } from "node:http";
import type { Answer } from "./context.ts";
import type { FaultKind } from "./faults.ts";

const JSON_TYPE = "application/json; charset=utf-8";

export function sendAnswer(
  response: ServerResponse,
  url: URL,
  answer: Answer,
  largestPage: number,
  hidesLinks: boolean,
  check: (body: unknown) => void,
): void {
  const headers: Record<string, string> = { "content-type": JSON_TYPE, "x-ratelimit-remaining": "4999" };
  let body = answer.body;
  if (answer.list !== undefined) {
    const { items, wrap } = answer.list;
    const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), largestPage);
    const page = Number(url.searchParams.get("page") ?? 1);
    const cut = items.slice((page - 1) * size, page * size);
    const link = linkOf(url, page, Math.ceil(items.length / size));
    if (link !== "" && !hidesLinks) headers["link"] = link;
    body = wrap === undefined ? cut : wrap(cut);
  }
  const text = body === undefined ? undefined : JSON.stringify(body);
  check(text === undefined ? undefined : JSON.parse(text));
  response.writeHead(answer.status, headers).end(text);
}

function linkOf(url: URL, page: number, last: number): string {
  const to = (number: number, rel: string): string => {
    const target = new URL(url);
    target.searchParams.set("page", String(number));
    return `<${target.href}>; rel="${rel}"`;
  };
  return [
    ...(page < last ? [to(page + 1, "next"), to(last, "last")] : []),
    ...(page > 1 ? [to(page - 1, "prev"), to(1, "first")] : []),
  ].join(", ");
}

const SECONDARY = {
  message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
  documentation_url:
    "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
};

export function sendFault(response: ServerResponse, kind: FaultKind, now: number): void {
  switch (kind) {
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "timeout":
      // Never answered: the client gives up.
      return;
    case "truncated":
      response.writeHead(200, { "content-type": JSON_TYPE, "content-length": "4096" });
      response.write('{"number": 1, "title": "');
      setTimeout(() => response.socket?.resetAndDestroy(), 5);
      return;
    case "html":
      response
        .writeHead(200, { "content-type": "text/html" })
        .end("<html>Log in to the hotel's network</html>");
      return;
    case "secondary-limit":
      response
        .writeHead(403, { "content-type": JSON_TYPE, "retry-after": "30" })
        .end(JSON.stringify(SECONDARY));
      return;
    case "primary-limit": {
      const headers = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 30),
      };
      const body = {
        message: "API rate limit exceeded for user ID 2.",
        documentation_url: "https://docs.github.com/rest",
      };
      response.writeHead(403, { "content-type": JSON_TYPE, ...headers }).end(JSON.stringify(body));
      return;
    }
    default: {
      const body = JSON.stringify({
        message: `fault at ${now}`,
        documentation_url: "https://docs.github.com/rest",
      });
      response.writeHead(Number(kind), { "content-type": JSON_TYPE }).end(body);
    }
  }
}
