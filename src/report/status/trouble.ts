import type { Diagnostic } from "../../core/diagnostic.ts";
import { escapeTerminal } from "../escape/terminal.ts";

/** A part of the status that could not be read, and why. */
export interface StatusTrouble {
  readonly part: "snapshot" | "store" | "forge";
  /** Hostile text may stand in them. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `none`: no run was recorded yet, or nothing is kept. `left-out`: with `--snapshot` no store is opened.
 */
export type StoreState = "read" | "none" | "left-out" | "unreadable";

/** What went wrong, in a sentence, and its code. */
export function troubleWords({ diagnostics }: StatusTrouble): string {
  const [first] = diagnostics;
  if (first === undefined) return "could not be read";
  return `could not be read: ${escapeTerminal(first.detail, 300)} [${first.code}]`;
}
