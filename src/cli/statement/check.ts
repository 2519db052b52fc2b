/** The policy with the statement in it: refused before anything is written when it would be wrong. */
import { loadPolicy } from "../../policy/load.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { PolicySet } from "../../core/policy.ts";
import type { Instant } from "../../core/model.ts";
import { formatInstant } from "../../core/time.ts";
import {
  withWritten,
  writeStatement,
  type StatementOrder,
  type WrittenStatement,
} from "../../policy/write-statement.ts";
import type { PolicyFile } from "../../policy/load.ts";
import type { ZoneRules } from "../../core/zone.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { Refusal, usage } from "../refusal.ts";

export interface CheckedStatement {
  readonly written: WrittenStatement;
  readonly policy: PolicySet;
  /** About the file that would be written. */
  readonly warnings: readonly Diagnostic[];
}

/** Refuses with exit 64 what the command line got wrong; `files` are usable without it. */
export function checkStatement(
  order: StatementOrder,
  files: readonly PolicyFile[],
  zones: ZoneRules,
  now: Instant,
): CheckedStatement {
  const written = writeStatement(order, files);
  const { policy, diagnostics } = loadPolicy(withWritten(files, written), { zones });
  const about = diagnostics.filter(({ place }) => place?.file === written.path);
  if (policy === null) {
    const errors = (about.length > 0 ? about : diagnostics).filter(({ severity }) => severity === "error");
    throw new Refusal(EXIT_CODES.usage, errors);
  }
  const end = endOf(policy, order);
  if (end !== null && end <= now) {
    throw usage(
      `It would have ended at ${formatInstant(end)}, before now (${formatInstant(now)}), so it would do nothing.`,
      "give a later end.",
    );
  }
  return { written, policy, warnings: about };
}

function endOf(policy: PolicySet, { kind, name }: StatementOrder): Instant | null {
  const named = <T extends { readonly name: string }>(list: readonly T[]): T | undefined =>
    list.find((one) => one.name === name);
  switch (kind) {
    case "Hold":
      return named(policy.holds)?.until ?? null;
    case "Decision":
      return named(policy.decisions)?.expires ?? null;
    case "Emergency":
      return named(policy.emergencies)?.expiresAt ?? null;
    case "Recall":
      return null;
  }
}
