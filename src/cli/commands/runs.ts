import { nearestName } from "../../core/near-name.ts";
import { renderRunDetail } from "../../report/runs/detail.ts";
import { runDetailJson, runsJson } from "../../report/runs/json.ts";
import { renderRunList } from "../../report/runs/list.ts";
import type { RunRecord, StoreReader } from "../../store/store.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readUsablePolicy } from "../inputs/policy.ts";
import { openStore } from "../inputs/remembered.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { refuse, usage } from "../refusal.ts";
import { readRunDetail } from "../runs/read-run.ts";
import { textLook } from "../views/look.ts";

const DEFAULT_LIMIT = 20;
const PAGE = 500;

/** `runs`, newest first, and `runs show ID`. Never writes. */
export async function runs(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const [action, id, ...more] = input.arguments();
  if (action !== undefined && action !== "show") {
    throw usage(`\`runs\` knows no ${JSON.stringify(action)}. It knows: show.`, "`patchring runs show ID`");
  }
  if (action === "show" && (id === undefined || more.length > 0)) {
    throw usage("`runs show` takes the id of one run.", "`patchring runs` lists them.");
  }
  const { policy } = await readUsablePolicy(invocation);
  const reader = await openStore(invocation, policy.fleet);
  try {
    if (id !== undefined) await showOne(invocation, reader, id);
    else await showList(input, invocation, reader);
    return EXIT_CODES.done;
  } finally {
    await reader?.close();
  }
}

async function showList(
  input: Input,
  invocation: PreviewInvocation,
  reader: StoreReader | null,
): Promise<void> {
  const { globals, output } = invocation;
  const limit = input.count("limit") ?? DEFAULT_LIMIT;
  if (limit === 0) throw usage("`--limit` takes a number from 1 on.");
  const { found, older } =
    reader === null ? { found: [], older: false } : await collect(reader, limit, input.flag("changed"));
  if (globals.json) {
    output.write(`${JSON.stringify(runsJson(found, older))}\n`);
    return;
  }
  if (found.length === 0) {
    const which =
      reader !== null && input.flag("changed")
        ? "No recorded run changed anything."
        : "No run is recorded yet.";
    output.write(`${which} \`patchring reconcile\` records each of its runs in the store.\n`);
    return;
  }
  output.write(renderRunList(found, textLook(invocation)));
  if (older) invocation.note(`patchring: there are older ones: \`--limit ${String(limit * 5)}\``);
}

/** One that ended without a word counts as changed: nobody knows. */
async function collect(
  reader: StoreReader,
  limit: number,
  onlyChanged: boolean,
): Promise<{ readonly found: readonly RunRecord[]; readonly older: boolean }> {
  const found: RunRecord[] = [];
  let before: string | null = null;
  for (;;) {
    const page: readonly RunRecord[] = await reader.listRuns({
      limit: onlyChanged ? PAGE : Math.min(PAGE, limit + 1 - found.length),
      ...(before === null ? {} : { before }),
    });
    found.push(...page.filter(({ summary }) => !onlyChanged || summary === null || summary.changed));
    before = page.at(-1)?.id ?? null;
    if (before === null || found.length > limit) break;
  }
  return { found: found.slice(0, limit), older: found.length > limit };
}

async function showOne(invocation: PreviewInvocation, reader: StoreReader | null, id: string): Promise<void> {
  const { globals, output } = invocation;
  const detail = reader === null ? null : await readRunDetail(reader, id);
  if (detail === null) {
    const known = reader === null ? [] : (await reader.listRuns({ limit: PAGE })).map((run) => run.id);
    const near = known.find((one) => one.endsWith(id)) ?? nearestName(id, known);
    throw refuse(
      "usage",
      "cli/not-found",
      "Unknown run",
      known.length === 0
        ? "No run is recorded yet."
        : `No run ${JSON.stringify(id)} is recorded. The newest is ${known[0]!}; older ones are forgotten in time, and stand in the ledger.`,
      near == null ? "`patchring runs` lists them." : `write \`patchring runs show ${near}\`.`,
    );
  }
  if (globals.json) output.write(`${JSON.stringify(runDetailJson(detail))}\n`);
  else output.write(renderRunDetail(detail, { ...textLook(invocation), maxRows: globals.maxRows }));
}
