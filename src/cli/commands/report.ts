import { nearestName } from "../../core/near-name.ts";
import type { Input } from "../arguments/input.ts";
import type { PreviewCommand } from "../arguments/verb.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { usage } from "../refusal.ts";

/** The reports by their name on the command line; loaded when asked for. */
const REPORTS: Readonly<Record<string, () => Promise<PreviewCommand>>> = {
  overview: async () => (await import("./report-overview.ts")).reportOverview,
};

/** `report <what>`. Refuses with exit 64 for a report that there is not. */
export async function report(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const what = input.argument(0)!;
  const load = Object.hasOwn(REPORTS, what) ? REPORTS[what] : undefined;
  if (load !== undefined) return (await load())(input, invocation);
  const names = Object.keys(REPORTS);
  const near = nearestName(what, names);
  throw usage(
    `There is no report ${JSON.stringify(what)}. Reports: ${names.join(", ")}.`,
    `write \`patchring report ${near ?? names[0]!}\`.`,
  );
}
