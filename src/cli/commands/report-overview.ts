import { FACT_STATES, type FactState } from "../../core/fact-states.ts";
import type { OverviewGrouping } from "../../core/overview-columns.ts";
import type { OverviewFilters } from "../../report/overview/report.ts";
import type { OverviewFormat } from "../arguments/formats.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { readDecided } from "../inputs/decided.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { usage } from "../refusal.ts";
import { OverviewMaker } from "../overview/maker.ts";
import { writeOverview } from "../overview/write.ts";

/** The patch overview; with `--split client` one file for each client. */
export async function reportOverview(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const { json, out } = invocation.globals;
  const format = (input.text("format") as OverviewFormat | null) ?? (json ? "json" : "text");
  const filters = readFilters(input);
  const split = input.text("split") !== null;
  if (split && out === null) {
    throw usage(
      "`--split client` writes one file for each client, but no folder was named.",
      "name it with `--out DIR`.",
    );
  }
  const { decided, identity, diagnostics } = await readDecided(invocation);
  await invocation.report(diagnostics);
  const groupBy = (input.text("groupBy") as OverviewGrouping | null) ?? "patch";
  const maker = new OverviewMaker({ decided, identity, filters, groupBy });
  for (const { what, name, near } of maker.unknown) {
    const where = what === "ring" ? "policy" : "snapshot";
    const hint = near === null ? "" : `; the nearest is ${JSON.stringify(near)}`;
    invocation.note(`patchring: warning: the ${where} has no ${what} ${JSON.stringify(name)}${hint}`);
  }
  const rows = { maxRows: invocation.globals.maxRows, given: input.text("maxRows") !== null };
  if (split) {
    const { splitOverview } = await import("../overview/split.ts");
    await splitOverview(invocation, maker, format, rows, out!);
  } else {
    await writeOverview(invocation, maker.whole(), format, rows);
  }
  return EXIT_CODES.done;
}

function readFilters(input: Input): OverviewFilters {
  const status = input.list("status");
  const wrong = status.find((word) => !FACT_STATES.includes(word as FactState));
  if (wrong !== undefined) {
    throw usage(`${JSON.stringify(wrong)} is no status. Statuses: ${FACT_STATES.join(", ")}.`);
  }
  return {
    client: input.values("client"),
    site: input.values("site"),
    ring: input.list("ring"),
    device: input.values("device"),
    patch: input.values("patch"),
    status,
    superseded: input.flag("superseded"),
  };
}
