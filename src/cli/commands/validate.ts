import type { Diagnostic } from "../../core/diagnostic.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readPolicy, type PolicyReading } from "../inputs/policy.ts";
import { readObserved } from "../inputs/observed.ts";
import type { PreviewInvocation } from "../invocation.ts";
import type { DiagnosticFormat } from "../arguments/formats.ts";
import { showDiagnostics } from "../views/diagnostics.ts";

/** Errors exit with 3; warnings do not fail (design 5). */
export async function validate(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const given = input.text("format") as DiagnosticFormat | null;
  const format = given ?? (invocation.globals.json ? "json" : "text");
  const reading = await readPolicy(invocation);
  const diagnostics = [
    ...reading.diagnostics,
    ...(await reading.review(invocation.now)),
    ...(await checkFleet(invocation, reading)),
  ];
  await showDiagnostics(invocation, format, diagnostics, reading.files);
  return diagnostics.some(isError) ? EXIT_CODES.policy : EXIT_CODES.done;
}

/** With a snapshot also what is wrong between policy and fleet (design 2.2). */
async function checkFleet(
  invocation: PreviewInvocation,
  reading: PolicyReading,
): Promise<readonly Diagnostic[]> {
  const { policy, zones } = reading;
  if (policy === null || invocation.globals.snapshot === null) return [];
  const [{ decide }, { findFleetProblems }] = await Promise.all([
    import("../../core/decide.ts"),
    import("../../core/findings.ts"),
  ]);
  const { snapshot } = await readObserved(invocation, policy.fleet);
  return reading.locate(findFleetProblems(decide(policy, snapshot, invocation.now, zones)));
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}
