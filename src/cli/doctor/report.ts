/** Ways to make a check. */
import { RepoError } from "../../repo/error.ts";
import type { Check } from "../../report/doctor/check.ts";
import { describeFailure } from "../failure.ts";
import { isWithoutRepository } from "../inputs/forge.ts";
import type { DoctorCode } from "./codes.ts";

export function warning(name: string, code: DoctorCode, found: string, fix: string | null): Check {
  return { name, state: "warning", code, found, fix };
}

export function failed(name: string, code: DoctorCode, found: string, fix: string | null): Check {
  return { name, state: "failed", code, found, fix };
}

/** Did not answer in time. */
export class TooSlow extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`no answer within ${String(seconds)} s`);
    this.name = "TooSlow";
    this.seconds = seconds;
  }
}

/** What a thing that failed says, under its own code. A bug of ours is thrown on. */
export function fromError(name: string, error: unknown, version: string): Check {
  if (error instanceof TooSlow) {
    return failed(
      name,
      "doctor/timeout",
      error.message,
      "look at the network and at the other side; or give `--timeout 60s`.",
    );
  }
  const [first, ...more] = describeFailure(error, version, false).diagnostics;
  if (first === undefined || first.code === "cli/bug") throw error;
  const rest = more.length === 0 ? "" : ` (and ${String(more.length)} more)`;
  const found = `${first.summary}: ${first.detail.replace(/\.$/, "")}${rest}`;
  const state = error instanceof RepoError && isWithoutRepository(error) ? "warning" : "failed";
  return { name, state, code: first.code, found, fix: first.fix };
}

/** Waits for at most so long. What goes on afterwards is not waited for. */
export async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow(seconds)), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
