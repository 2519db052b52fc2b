/** The bytes of a commit. */
import type { Instant } from "../core/model.ts";
import type { Person, Trailer } from "./branch-writer.ts";
import { RepoError } from "./error.ts";
import { makeObject, type NewObject } from "./pack.ts";

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly at: Instant;
  readonly message: string;
}

/** Author and committer are one, in UTC: the same input gives the same id. */
export function makeCommit(commit: NewCommit, idBytes: number): NewObject {
  const who = `${formatPerson(commit.author)} ${commit.at} +0000`;
  const head = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${who}`,
    `committer ${who}`,
  ];
  return makeObject("commit", `${head.join("\n")}\n\n${commit.message}`, idBytes);
}

/** Git lets no `<`, `>` or line break into a person, and no empty e-mail address into a push that is checked. */
function formatPerson({ name, email }: Person): string {
  const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f<>]/g, "").trim();
  const shownEmail = clean(email).replaceAll(" ", "");
  return `${clean(name) || "unknown"} <${shownEmail || "unknown"}>`;
}

export interface MessageParts {
  readonly subject: string;
  readonly body: string;
  readonly trailers: readonly Trailer[];
}

/** Subject, body and trailers, an empty line between them; one line break at the end. */
export function formatMessage({ subject, body, trailers }: MessageParts): string {
  const lines = trailers.map(({ key, value }) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(key))
      throw new RepoError("unsafe-name", `trailer ${JSON.stringify(key)}`);
    return `${key}: ${oneLine(value)}`;
  });
  const text = body.replaceAll("\r\n", "\n").replaceAll("\0", "").trim();
  return `${[oneLine(subject), text, lines.join("\n")].filter((part) => part !== "").join("\n\n")}\n`;
}

/** Line breaks and control characters become spaces, so that text cannot pose as a trailer. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
}
