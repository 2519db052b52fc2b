import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ACTIONS } from "../../core/model.ts";
import type { ActionRow, Plan } from "../../core/plan.ts";
import { parseInstant } from "../../core/time.ts";
import { refuse, type Refusal } from "../refusal.ts";

/** A saved plan, and a name for the run that applies it: the same plan always gives the same name. */
export interface SavedPlan {
  /** Only what `apply` needs was checked; the rest is not to be relied on. */
  readonly plan: Pick<Plan, "at" | "policy" | "snapshot" | "actions">;
  readonly run: string;
}

/** Reads a plan of `plan --save`. `shown` is the path as it was typed. Refuses with exit 1. */
export function readPlanFile(path: string, shown: string): SavedPlan {
  const text = readText(path, shown);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong(shown, "it is not JSON");
  }
  const problem = findProblem(value);
  if (problem !== null) throw wrong(shown, problem);
  const digest = createHash("sha256").update(text).digest("hex");
  return { plan: value as SavedPlan["plan"], run: `apply-${digest.slice(0, 16)}` };
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw wrong(shown, `the system says ${JSON.stringify(String(error.code))}`);
  }
}

function wrong(shown: string, because: string): Refusal {
  return refuse(
    "error",
    "cli/plan-file",
    "Plan cannot be used",
    `${JSON.stringify(shown)} cannot be applied: ${because}.`,
    "save a plan with `patchring plan --save FILE`, and do not edit it.",
  );
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function findProblem(value: unknown): string | null {
  if (!isObject(value)) return "it is no object";
  const { format, at, policy, snapshot, actions } = value as Partial<Record<keyof Plan, unknown>>;
  if (typeof format !== "string" || !/^patchring\.plan\/1(\.\d+)?$/.test(format)) {
    return `its \`format\` is ${JSON.stringify(format ?? null)}, not "patchring.plan/1"`;
  }
  if (typeof at !== "string" || parseInstant(at) === null) return "`at` is no instant";
  if (!isObject(policy) || typeof policy["digest"] !== "string") return "`policy.digest` is missing";
  if (!isObject(snapshot) || typeof snapshot["digest"] !== "string") return "`snapshot.digest` is missing";
  if (!Array.isArray(actions)) return "`actions` is no list";
  const bad = actions.findIndex((row) => !isActionRow(row));
  return bad === -1 ? null : `\`actions[${bad}]\` is no action`;
}

function isActionRow(row: unknown): row is ActionRow {
  if (!isObject(row)) return false;
  const texts = ["device", "patch", "status", "verdict", "reason"].every(
    (key) => typeof row[key] === "string",
  );
  const optional = ["ring", "source"].every((key) => row[key] === null || typeof row[key] === "string");
  return texts && optional && (ACTIONS as readonly unknown[]).includes(row["action"]);
}
