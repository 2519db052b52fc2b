import { matchRule } from "../../core/match.ts";
import { nearestName } from "../../core/near-name.ts";
import { makeMatchContext } from "../../report/match/context.ts";
import { renderMatchText } from "../../report/match/text.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readDecided } from "../inputs/decided.ts";
import { refuse } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { textLook } from "../views/look.ts";

/** Which patches and devices a rule matches now. Has no apply. */
export async function match(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const { decided } = await readDecided(invocation);
  const { rules } = decided.compiled.policy;
  const wanted = input.argument(0)!;
  const rule = rules.find(({ id }) => id === wanted);
  if (rule === undefined) {
    const ids = rules.map(({ id }) => id);
    const near = nearestName(wanted, ids);
    throw refuse(
      "usage",
      "cli/not-found",
      "Rule not found",
      `No rule has the id ${JSON.stringify(wanted)}. Rules: ${ids.join(", ")}.`,
      near === null ? null : `did you mean \`patchring match ${near}\`?`,
    );
  }
  const report = matchRule(decided, rule);
  const text = invocation.globals.json
    ? `${JSON.stringify(report, null, 2)}\n`
    : renderMatchText(report, makeMatchContext(decided), {
        ...textLook(invocation),
        maxRows: invocation.globals.maxRows,
      });
  invocation.output.write(text);
  return EXIT_CODES.done;
}
