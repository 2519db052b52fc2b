import type { Diagnostic } from "../../core/diagnostic.ts";
import type { PreviewInvocation } from "../invocation.ts";
import type { DiagnosticFormat } from "../arguments/formats.ts";
import { wantsColor } from "./color.ts";

/** The findings of `validate` as its result. `files`: how many were read. */
export async function showDiagnostics(
  invocation: PreviewInvocation,
  format: DiagnosticFormat,
  diagnostics: readonly Diagnostic[],
  files: number,
): Promise<void> {
  invocation.output.write(await render(invocation, format, diagnostics, files));
}

async function render(
  invocation: PreviewInvocation,
  format: DiagnosticFormat,
  diagnostics: readonly Diagnostic[],
  files: number,
): Promise<string> {
  switch (format) {
    case "json":
      return (await import("../../report/diagnostics/json.ts")).renderDiagnosticsJson(diagnostics);
    case "github":
      return (await import("../../report/diagnostics/github.ts")).renderDiagnosticsGithub(diagnostics);
    case "sarif": {
      const { renderDiagnosticsSarif } = await import("../../report/diagnostics/sarif.ts");
      return renderDiagnosticsSarif(diagnostics, { version: invocation.version });
    }
    case "text": {
      const [{ renderDiagnosticsText }, { summarizeDiagnostics }] = await Promise.all([
        import("../../report/diagnostics/text.ts"),
        import("../../report/diagnostics/count.ts"),
      ]);
      const color = wantsColor(invocation.globals.color, invocation.output, invocation.io.env);
      const listed = renderDiagnosticsText(diagnostics, { color });
      const read = `${files} ${files === 1 ? "file" : "files"} read`;
      return `${listed}${listed === "" ? "" : "\n"}${read}, ${summarizeDiagnostics(diagnostics)}.\n`;
    }
  }
}
