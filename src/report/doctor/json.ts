import { formatInstant } from "../../core/time.ts";
import type { Instant } from "../../core/model.ts";
import type { Check } from "./check.ts";

/** `patchring.doctor/1`: minor versions only add. */
export function checksJson(checks: readonly Check[], at: Instant): object {
  return {
    format: "patchring.doctor/1",
    at: formatInstant(at),
    ok: checks.every(({ state }) => state !== "failed"),
    checks,
  };
}
