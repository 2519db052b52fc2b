import type { Diagnostic } from "../../core/diagnostic.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readPolicy, type PolicyReading } from "../inputs/policy.ts";
import { readSnapshot, snapshotSource } from "../inputs/snapshot.ts";
import type { PreviewSession } from "../session.ts";
import type { DiagnosticFormat } from "../arguments/formats.ts";
import { showDiagnostics } from "../views/diagnostics.ts";

/** Errors exit with 3; warnings do not fail (design 5). */
export async function validate(input: Input, session: PreviewSession): Promise<ExitCode> {
  const given = input.text("format") as DiagnosticFormat | null;
  const format = given ?? (session.globals.json ? "json" : "text");
  const reading = await readPolicy(session);
  const diagnostics = [
    ...reading.diagnostics,
    ...(await reading.review(session.now)),
    ...(await checkFleet(session, reading)),
  ];
  await showDiagnostics(session, format, diagnostics, reading.files);
  return diagnostics.some(isError) ? EXIT_CODES.policy : EXIT_CODES.done;
}

/** With a snapshot also what is wrong between policy and fleet (design 2.2). */
async function checkFleet(session: PreviewSession, reading: PolicyReading): Promise<readonly Diagnostic[]> {
  const { policy, zones } = reading;
  if (policy === null || session.globals.snapshot === null) return [];
  const [{ decide }, { findFleetProblems }] = await Promise.all([
    import("../../core/decide.ts"),
    import("../../core/findings.ts"),
  ]);
  const snapshot = await readSnapshot(session, snapshotSource(session, policy.fleet));
  return reading.locate(findFleetProblems(decide(policy, snapshot, session.now, zones)));
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}
