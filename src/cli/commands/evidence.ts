import type { Input } from "../arguments/input.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { usage } from "../refusal.ts";

/** Builds, samples and checks an evidence pack. Writes files of its own folder alone. */
export async function evidence(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const folder = input.argument(1);
  switch (input.argument(0)) {
    case "build":
      return (await import("../evidence/build.ts")).buildEvidence(input, folder, invocation);
    case "sample":
      return (await import("../evidence/sample.ts")).sampleEvidence(input, folder, invocation);
    case "verify":
      return (await import("../evidence/verify.ts")).verifyEvidence(folder, invocation);
    default:
      throw usage(
        `\`evidence\` takes build, sample or verify, but was given ${JSON.stringify(input.argument(0))}.`,
      );
  }
}
