/** Every code that a person can meet, with what it means. A test compares this with the closed unions. */
import { FLEET_CODE_EXPLANATIONS } from "../../core/findings.ts";
import { GITHUB_CODES } from "../../forge/github-codes.ts";
import { POLICY_CODES } from "../../policy/codes.ts";
import { APT_CODES } from "../../provider/apt-codes.ts";
import { PROVIDER_CODES } from "../../provider/codes.ts";
import { REPO_CODES } from "../../repo/codes.ts";
import { CSV_CODES } from "../../snapshot/csv-codes.ts";
import { SNAPSHOT_CODES } from "../../snapshot/codes.ts";
import { STORE_CODES } from "../../store/codes.ts";
import { EXIT_CODES, type ExitName } from "../exit-codes.ts";
import { DOCTOR_CODES } from "../doctor/codes.ts";
import { CLI_CODES } from "../refusal.ts";
import { OBSTACLE_EXPLANATIONS, REASON_EXPLANATIONS, WITHHELD_EXPLANATIONS } from "./reasons.ts";
import {
  ACTION_EXPLANATIONS,
  EXIT_EXPLANATIONS,
  GUARD_EXPLANATIONS,
  STATUS_EXPLANATIONS,
  VERDICT_EXPLANATIONS,
} from "./words.ts";

export interface Explanation {
  /** What it is: `reason`, `verdict`, `exit code` … */
  readonly kind: string;
  readonly code: string;
  readonly text: string;
}

/** In the order in which a person would look: what a plan shows first, then errors. */
export function listExplanations(): readonly Explanation[] {
  const exits = (Object.entries(EXIT_EXPLANATIONS) as [ExitName, string][]).map(
    ([name, text]): [string, string] => [String(EXIT_CODES[name]), text],
  );
  return [
    ...group("verdict", VERDICT_EXPLANATIONS),
    ...group("action", ACTION_EXPLANATIONS),
    ...group("status", STATUS_EXPLANATIONS),
    ...group("reason", REASON_EXPLANATIONS),
    ...group("obstacle", OBSTACLE_EXPLANATIONS),
    ...group("kept back", WITHHELD_EXPLANATIONS),
    ...group("guard", GUARD_EXPLANATIONS),
    ...group("exit code", Object.fromEntries(exits)),
    ...group("error", POLICY_CODES),
    ...group("finding", FLEET_CODE_EXPLANATIONS),
    ...group("error", SNAPSHOT_CODES),
    ...group("error", CSV_CODES),
    ...group("error", REPO_CODES),
    ...group("error", PROVIDER_CODES),
    ...group("error", APT_CODES),
    ...group("error", STORE_CODES),
    ...group("error", GITHUB_CODES),
    ...group("error", CLI_CODES),
    ...group("finding", DOCTOR_CODES),
  ];
}

function group(kind: string, texts: Readonly<Record<string, string>>): Explanation[] {
  return Object.entries(texts).map(([code, text]) => ({ kind, code, text }));
}

/** All that bear the code, whatever its case; `recallMaxDevices:name` finds the guard, `exit-5` the exit code. */
export function findExplanations(code: string): readonly Explanation[] {
  const wanted = code.toLowerCase();
  const guard = wanted.split(":", 1)[0] ?? wanted;
  const exit = /^exit[- ]?(\d+)$/.exec(wanted)?.[1];
  return listExplanations().filter((one) => {
    const own = one.code.toLowerCase();
    if (own === wanted) return true;
    if (one.kind === "guard") return own === guard;
    return one.kind === "exit code" && own === exit;
  });
}
