/** The status on a terminal: what needs a person first, then how things stand (interfaces M5). */
import type { Notice } from "../../core/notice.ts";
import type { StatusModel } from "../../core/status.ts";
import { formatInstant } from "../../core/time.ts";
import { escapeTerminal } from "../escape/terminal.ts";
import { noticeWhat } from "../notices/what.ts";
import { LEVEL_WORDS, needsHeading, noticeNext, noticeWho } from "../notices/words.ts";
import { wrap, type Paint, type Style } from "../text/layout.ts";
import { paintWith } from "../text/paint.ts";
import { counted } from "../words.ts";
import { whenText, type StatusRow } from "./pieces.ts";
import { statusRows } from "./rows.ts";
import type { StatusTrouble, StoreState } from "./trouble.ts";

export interface StatusTextOptions {
  /** Columns of the terminal; more than 100 are not used, fewer than 60 are treated as 60. */
  readonly width: number;
  readonly color: boolean;
  /** Notices shown at most, the most urgent first; null shows all. */
  readonly maxNotices: number | null;
  readonly store: StoreState;
  readonly troubles: readonly StatusTrouble[];
}

const MIN_WIDTH = 60;
const MAX_WIDTH = 100;
const LABEL_MOST = 18;
const LEVEL_STYLES: Readonly<Record<Notice["level"], Style>> = {
  page: "red",
  ticket: "yellow",
  digest: "dim",
};

export function renderStatusText(model: StatusModel, options: StatusTextOptions): string {
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, options.width));
  const paint = paintWith(options.color);
  const rows = statusRows(model, options.store, options.troubles);
  return `${[
    ...heading(model, width, paint),
    "",
    ...noticeLines(model, width, paint, options.maxNotices),
    "",
    ...layOut(rows, width, paint),
  ].join("\n")}\n`;
}

/** The fleet, its mode, when, and whose policy. */
function heading({ fleet, mode, at, policy }: StatusModel, width: number, paint: Paint): string[] {
  const name = escapeTerminal(fleet, 100);
  const commit = policy.commit === null ? "outside Git" : escapeTerminal(policy.commit, 100).slice(0, 12);
  const dirty = policy.dirty ? " with changes not committed" : "";
  const rest = `mode ${mode}, policy ${commit}${dirty}, ${formatInstant(at)}`;
  return wrap(`${name}: ${rest}`, width).map((line, index) =>
    index === 0 && line.startsWith(`${name}:`) ? paint("bold", name) + line.slice(name.length) : line,
  );
}

function noticeLines(
  { notices, at }: StatusModel,
  width: number,
  paint: Paint,
  most: number | null,
): string[] {
  if (notices.length === 0) return [paint("green", needsHeading(notices))];
  const shown = notices.slice(0, most ?? notices.length);
  const left = notices.length - shown.length;
  return [
    paint("bold", needsHeading(notices)),
    ...shown.flatMap((one, index) => noticeRow(one, index + 1, at, width, paint)),
    ...(left === 0 ? [] : [`      and ${counted(left, "less urgent one")}: patchring status --max-rows 0`]),
  ];
}

function noticeRow(notice: Notice, number: number, at: number, width: number, paint: Paint): string[] {
  const level = LEVEL_WORDS[notice.level];
  const head = `${String(number).padStart(3)}  ${level.padEnd(7)}`;
  const { by } = notice;
  const who =
    by === null ? noticeWho(notice) : noticeWho(notice).replace(formatInstant(by), () => whenText(by, at));
  const indent = " ".repeat(head.length);
  const what = wrap(`${escapeTerminal(noticeWhat(notice.subject), 2000)}.`, width - head.length);
  const next = wrap(`${who}. Next: ${escapeTerminal(noticeNext(notice), 600)}`, width - head.length);
  return [...what, ...next].map((line, index) =>
    index === 0 ? head.replace(level, () => paint(LEVEL_STYLES[notice.level], level)) + line : indent + line,
  );
}

function layOut(rows: readonly StatusRow[], width: number, paint: Paint): string[] {
  const widest = Math.max(...rows.map(({ label }) => label.length));
  const column = Math.min(LABEL_MOST, widest) + 4;
  return rows.flatMap(({ label, text, isBad }) => {
    const mark = isBad ? "! " : "  ";
    const fits = label.length <= LABEL_MOST;
    const lines = wrap(text, width - column).map((line, index) => {
      const start = index === 0 ? mark + (fits ? label : "").padEnd(column - 2) : " ".repeat(column);
      return isBad && index === 0 ? paint("yellow", start) + line : start + line;
    });
    return fits ? lines : [`  ${label}`, ...lines];
  });
}
