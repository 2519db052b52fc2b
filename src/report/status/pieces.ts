/** Pieces of the status in text. Everything from outside is escaped here. */
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import { escapeTerminal } from "../escape/terminal.ts";
import { roughly } from "../relative-time.ts";
import { formatCount } from "../words.ts";

/** One labelled line; `isBad` lines are marked with `!`. */
export interface StatusRow {
  /** Empty for a line that goes on from the one above. */
  readonly label: string;
  readonly text: string;
  readonly isBad: boolean;
}

/** Longest piece of hostile text. */
const PIECE = 100;
/** Rows of one kind that are shown; the others are counted. */
export const LISTED = 3;

export function piece(text: string): string {
  return escapeTerminal(text, PIECE);
}

/** `2026-03-18T09:00:00Z (in 18 h 10 min)`, `(30 min ago)`. */
export function whenText(at: Instant, now: Instant): string {
  const away = at === now ? "now" : at > now ? `in ${roughly(at - now)}` : `${roughly(now - at)} ago`;
  return `${formatInstant(at)} (${away})`;
}

export function ok(label: string, text: string): StatusRow {
  return { label, text, isBad: false };
}

export function bad(label: string, text: string): StatusRow {
  return { label, text, isBad: true };
}

/** The first few, and how many more. */
export function listed(items: readonly string[]): string {
  const shown = items.slice(0, LISTED).map(piece).join(", ");
  return items.length > LISTED ? `${shown} and ${formatCount(items.length - LISTED)} more` : shown;
}
