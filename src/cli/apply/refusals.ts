/** Why `apply` sends nothing, in words. All stop before the first write. */
import type { GuardRow, Plan, PolicyIdentity } from "../../core/plan.ts";
import type { Fleet } from "../../core/policy.ts";
import { guardWords } from "../../report/words.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { cliError, refuse, Refusal } from "../refusal.ts";
import type { Moved } from "./moved.ts";
import { flagOf } from "./raised-guards.ts";

const MAKE_ANEW = "make a new plan with `patchring plan --save FILE`, read it, and apply that.";
const NAMED = 10;

export function modeRefusal(fleet: Fleet): Refusal {
  return refuse(
    "denied",
    "cli/mode",
    "Fleet does not allow actions",
    `The Fleet's \`mode\` is ${fleet.mode} (${fleet.place.file}:${fleet.place.line}), so nothing is ever sent to the backend.`,
    "write `mode: apply` in the Fleet; to try it out, `--simulate FILE` writes what the backend would report after.",
  );
}

export function policyRefusal(planned: PolicyIdentity, current: PolicyIdentity): Refusal {
  const name = ({ commit, dirty, digest }: PolicyIdentity): string =>
    `${typeof commit === "string" ? `${commit.slice(0, 12)}${dirty ? " with changes" : ""}, ` : ""}${digest.slice(0, 19)}`;
  return refuse(
    "stopped",
    "cli/stale-plan",
    "Policy changed since the plan",
    `The plan was made with policy ${name(planned)}; policy is now ${name(current)}. Nothing was sent.`,
    MAKE_ANEW,
  );
}

export function timeRefusal(at: string, now: string): Refusal {
  return refuse(
    "stopped",
    "cli/stale-plan",
    "Plan is for later",
    `The plan shows what would be done at ${at}, and it is ${now}. Nothing was sent.`,
    MAKE_ANEW,
  );
}

export function movedRefusal(
  moved: readonly Moved[],
  planned: Plan["snapshot"],
  current: Plan["snapshot"],
): Refusal {
  const lines = moved.slice(0, NAMED).map(({ device, patch, change }) => `${device} ${patch}: ${change}`);
  const more = moved.length > NAMED ? [`and ${moved.length - NAMED} more`] : [];
  const facts =
    planned.digest === current.digest
      ? "The facts are those of the plan, but what they lead to is not the same now"
      : "The backend reports other facts than the plan was made from";
  const rows = `${moved.length} ${moved.length === 1 ? "row" : "rows"} moved`;
  return refuse(
    "stopped",
    "cli/stale-plan",
    "Facts moved since the plan",
    [`${facts}. Nothing was sent. ${rows}:`, ...lines, ...more].join("\n"),
    MAKE_ANEW,
  );
}

export function guardRefusal(stopped: readonly GuardRow[]): Refusal {
  return new Refusal(
    EXIT_CODES.stopped,
    stopped.map(({ guard, limit, value }) => {
      const flag = flagOf(guard);
      return cliError(
        guard === "incompleteSnapshot" ? "cli/incomplete" : "cli/guard",
        `Stopped by ${guard.split(":", 1)[0]!}`,
        `${guard}: ${value}, limit ${limit} (${guardWords(guard)}). The whole run was stopped before its first write.`,
        flag === null
          ? "find out why the number is so large."
          : `check the number; if it is meant, add \`${flag} --reason "…"\`.`,
      );
    }),
  );
}
