/** Refs, paths and ids that may be handed to Git. Names come from policy, requests and people: hostile. */
import { RepoError } from "./error.ts";

const REF_FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\.lock(\/|$)|(^|\/)\.|\.$|\/$|^\//;

/** Whether a short branch name is one for Git (git-check-ref-format) and cannot be taken for an option or `HEAD`. */
export function isBranchName(name: string): boolean {
  return (
    name !== "" &&
    name !== "@" &&
    name !== "HEAD" &&
    !name.startsWith("-") &&
    name.length <= 200 &&
    !REF_FORBIDDEN.test(name)
  );
}

/** `refs/heads/<name>`; throws `unsafe-name`. */
export function branchRef(name: string): string {
  if (!isBranchName(name)) throw unsafe("branch", name);
  return `refs/heads/${name}`;
}

export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

export function checkObjectId(text: string): string {
  if (!isObjectId(text)) throw unsafe("commit id", text);
  return text;
}

/** A revision as a person types it: anything on one line that is no option. */
export function checkRevision(text: string): string {
  if (text === "" || text.startsWith("-") || text.length > 500 || /[\u0000-\u001f\u007f]/.test(text)) {
    throw unsafe("revision", text);
  }
  return text;
}

/** The parts of a path inside the repository; throws `unsafe-name` as `FileChange` says. */
export function splitPath(path: string): readonly string[] {
  const parts = path.split("/");
  if (path.length > 1000 || !parts.every(isPathPart)) throw unsafe("path", path);
  return parts;
}

function isPathPart(part: string): boolean {
  if (part === "" || part === "." || part === "..") return false;
  // Windows and macOS take some of these for the same folder.
  if (
    /^(?:\.git|git~[1-4])[ .]*$/i.test(part.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, ""))
  ) {
    return false;
  }
  return !/[\u0000-\u001f\u007f\\]/.test(part) && !/\p{Surrogate}/u.test(part);
}

function unsafe(what: string, name: string): RepoError {
  return new RepoError("unsafe-name", `${JSON.stringify(name.slice(0, 200))} cannot be used as a ${what}`);
}
