/** The change of one text file, as a unified diff. */
import { createTwoFilesPatch } from "diff";
import { escapeTerminal } from "./escape/terminal.ts";

export interface FileChangeView {
  /** From the policy folder. */
  readonly path: string;
  /** Null for a new file. */
  readonly before: string | null;
  readonly after: string;
}

/** Longer lines than any policy has are cut when they are shown. */
const LINE_LENGTH = 1000;

/** A patch that `git apply` takes, with three lines around each change; empty when nothing changes. */
export function renderFileDiff({ path, before, after }: FileChangeView): string {
  if (before === after) return "";
  const [from, to] = [before === null ? "/dev/null" : `a/${path}`, `b/${path}`];
  const patch = createTwoFilesPatch(from, to, before ?? "", after, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, "").replaceAll("\t\n", "\n");
}

/** The same, safe to print: control characters of a hostile file are shown. */
export function showFileDiff(change: FileChangeView): string {
  return renderFileDiff(change)
    .split("\n")
    .map((line) => escapeTerminal(line, LINE_LENGTH))
    .join("\n");
}
