import { renderStatusText } from "../../report/status/text.ts";
import { statusJson } from "../../report/status/json.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { gatherStatus } from "../status/gather.ts";
import { textLook } from "../views/look.ts";

/** One screen of notices, where `--max-rows` does not ask for more or fewer. */
const NOTICES = 8;
const DEFAULT_ROWS = 100;

/** One screen for whoever is on call. Never writes; exit 0 whatever it finds, so that it can be looked at in a loop. */
export async function status(_input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const { input, store, troubles } = await gatherStatus(invocation);
  const { makeStatus } = await import("../../core/status.ts");
  const model = makeStatus(input);
  const { globals, output } = invocation;
  if (globals.json) output.write(`${JSON.stringify(statusJson(model, { store, troubles }))}\n`);
  else {
    const maxNotices = globals.maxRows === DEFAULT_ROWS ? NOTICES : globals.maxRows;
    output.write(renderStatusText(model, { ...textLook(invocation), maxNotices, store, troubles }));
  }
  return EXIT_CODES.done;
}
