import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { usage } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { textLook } from "../views/look.ts";

/** Who wrote what about a patch, a device, a ring or a rule, and who let it in; from Git alone. */
export async function history(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const [patch, device] = [input.text("patch"), input.text("device")];
  const [ring, rule] = [input.text("ring"), input.text("rule")];
  if ([patch, device, ring, rule].every((one) => one === null)) {
    throw usage("`history` needs one of --patch, --device, --ring and --rule; of several, all must hold.");
  }
  const { directory, ref, json } = invocation.globals;
  const [{ openRepository }, { readPolicyHistory }] = await Promise.all([
    import("../../repo/repository.ts"),
    import("../history/read-history.ts"),
  ]);
  const repository = await openRepository({ directory, env: invocation.io.env });
  const found = await readPolicyHistory(repository, ref ?? "HEAD", { patch, device, ring, rule });
  if (json) {
    invocation.output.write(`${JSON.stringify(found, null, 2)}\n`);
    return EXIT_CODES.done;
  }
  const { renderHistoryText } = await import("../../report/history/text.ts");
  invocation.output.write(
    renderHistoryText(found, { width: Math.min(100, Math.max(60, textLook(invocation).width)) }),
  );
  return EXIT_CODES.done;
}
