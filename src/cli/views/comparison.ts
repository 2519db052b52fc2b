import type { Comparison } from "../../core/comparison.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { textLook } from "./look.ts";

export const COMPARE_FORMATS = ["text", "json", "md", "html", "csv"] as const;
export type CompareFormat = (typeof COMPARE_FORMATS)[number];

/** One line of JSON a comparison is read by programs; it ends in a line break. */
export function comparisonJson(comparison: Comparison): string {
  return `${JSON.stringify(comparison)}\n`;
}

/** Characters of a comment: GitHub takes 65,536, and the marker stands before it. */
export const COMMENT_LENGTH = 60_000;

export async function showComparison(
  invocation: PreviewInvocation,
  format: CompareFormat,
  comparison: Comparison,
): Promise<void> {
  const { output, globals } = invocation;
  switch (format) {
    case "json":
      output.write(comparisonJson(comparison));
      return;
    case "csv":
      output.write((await import("../../report/csv/compare.ts")).renderCompareCsv(comparison));
      return;
    case "html":
      output.write((await import("../../report/html/compare.tsx")).renderCompareHtml(comparison));
      return;
    case "md": {
      const { renderCompareMarkdown } = await import("../../report/compare/markdown.ts");
      const { maxRows } = globals;
      output.write(renderCompareMarkdown(comparison, { maxRows, maxLength: COMMENT_LENGTH }));
      return;
    }
    case "text": {
      const { renderCompareText } = await import("../../report/compare/text.ts");
      output.write(renderCompareText(comparison, { ...textLook(invocation), maxRows: globals.maxRows }));
    }
  }
}
