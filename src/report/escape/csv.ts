import { showControls } from "./controls.ts";

/**
 * Where a spreadsheet would start a formula: at the start of the cell, of one of its
 * lines, or of what a reader with another separator takes for a cell; after any
 * blanks. Full-width signs count: some spreadsheets run them too.
 */
const FORMULA = /(?:^|[\n\r\t;])(?=(?:(?![\n\r\t])[\s\p{Z}\p{Cc}\p{Cf}])*[=+\-@＝＋－＠])/gu;
/** Blanks that a spreadsheet drops before it looks. */
const LEADING_BLANK = /(?:^|\n)(?=[\t\r])/g;

/**
 * A cell that no spreadsheet runs: an apostrophe stands before what would be read as
 * a formula, and control characters other than tab and line breaks are shown. The
 * value is altered by this; the JSON has it exactly.
 */
export function neutralizeCell(text: string): string {
  return showControls(text.replace(LEADING_BLANK, "$&'").replace(FORMULA, "$&'"), "\t\n\r");
}
