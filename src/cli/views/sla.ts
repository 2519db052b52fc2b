import type { SlaView } from "../../report/sla/view.ts";
import type { SlaFormat } from "../arguments/formats.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { wrapHanging } from "./wrap.ts";

/** Deadlines in the format that was asked for. */
export async function showSla(
  { output, globals }: PreviewInvocation,
  format: SlaFormat,
  view: SlaView,
): Promise<void> {
  switch (format) {
    case "json": {
      const { slaJson } = await import("../../report/sla/json.ts");
      output.write(`${JSON.stringify(slaJson(view), null, 2)}\n`);
      return;
    }
    case "md": {
      const { renderSlaMarkdown } = await import("../../report/sla/markdown.ts");
      output.write(renderSlaMarkdown(view, globals.maxRows));
      return;
    }
    case "text": {
      const { slaLines } = await import("../../report/sla/text.ts");
      const width = Math.min(output.columns ?? 100, 100);
      const lines = slaLines(view, globals.maxRows);
      output.write(lines.map((line) => `${wrapHanging(line, width)}\n`).join(""));
    }
  }
}
