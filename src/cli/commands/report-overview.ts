import { findFactStates } from "../../core/fact-states.ts";
import { countFleet } from "../../core/fleet-totals.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readDecided } from "../inputs/decided.ts";
import type { PreviewInvocation } from "../invocation.ts";

/** The patch overview. */
export async function reportOverview(_input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const { decided, diagnostics } = await readDecided(invocation);
  await invocation.report(diagnostics);
  const totals = countFleet(decided, findFactStates(decided));
  invocation.output.write(`${JSON.stringify(totals, null, 2)}\n`);
  return EXIT_CODES.done;
}
