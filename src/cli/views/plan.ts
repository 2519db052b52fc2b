import type { Decided } from "../../core/decide.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { Plan } from "../../core/plan.ts";
import type { PlanContext } from "../../report/plan-context.ts";
import type { PreviewInvocation } from "../invocation.ts";
import type { PlanFormat } from "../arguments/formats.ts";
import { wantsColor } from "./color.ts";

/** A plan in the format that was asked for. Renderers are loaded when they are needed. */
export async function showPlan(
  invocation: PreviewInvocation,
  format: PlanFormat,
  plan: Plan,
  decided: Decided,
  diagnostics: readonly Diagnostic[],
): Promise<void> {
  const { output } = invocation;
  if (format === "json") {
    const { writePlanJson } = await import("../../report/json/plan-json.ts");
    await invocation.report(diagnostics);
    writePlanJson(plan, (text) => output.write(text));
    return;
  }
  const { planContext } = await import("./plan-context.ts");
  const context = planContext(decided, diagnostics);
  output.write(await render(invocation, format, plan, context));
}

async function render(
  invocation: PreviewInvocation,
  format: Exclude<PlanFormat, "json">,
  plan: Plan,
  context: PlanContext,
): Promise<string> {
  const { maxRows, color } = invocation.globals;
  switch (format) {
    case "text": {
      const { renderPlanText } = await import("../../report/text/plan.ts");
      return renderPlanText(plan, context, {
        width: invocation.output.columns ?? 100,
        color: wantsColor(color, invocation.output, invocation.io.env),
        maxRows,
      });
    }
    case "md": {
      const { renderPlanMarkdown } = await import("../../report/markdown/plan.ts");
      return renderPlanMarkdown(plan, context, { maxRows, maxLength: 60_000 });
    }
    case "html":
      return (await import("../../report/html/plan.tsx")).renderPlanHtml(plan, context);
    case "csv":
      return (await import("../../report/csv/plan.ts")).renderPlanCsv(plan, context);
  }
}
