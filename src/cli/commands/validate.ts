import type { Diagnostic } from "../../core/diagnostic.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readPolicy } from "../inputs/policy.ts";
import type { PreviewSession } from "../session.ts";
import type { DiagnosticFormat } from "../arguments/formats.ts";
import { showDiagnostics } from "../views/diagnostics.ts";

/** Errors exit with 3; warnings do not fail (design 5). */
export async function validate(input: Input, session: PreviewSession): Promise<ExitCode> {
  const given = input.text("format") as DiagnosticFormat | null;
  const format = given ?? (session.globals.json ? "json" : "text");
  const reading = await readPolicy(session);
  const diagnostics = [...reading.diagnostics, ...(await reading.review(session.now))];
  await showDiagnostics(session, format, diagnostics, reading.files);
  return diagnostics.some(isError) ? EXIT_CODES.policy : EXIT_CODES.done;
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}
