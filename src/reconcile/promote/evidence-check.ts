/** The check `patchring / evidence`: does the evidence on this head still hold (design 4.3). */
import type { Check, NewCheck } from "../../forge/forge.ts";
import type { SlotFill } from "./fill-slot.ts";

export const EVIDENCE_CHECK = "patchring / evidence";

/** For the head as it is after this run's push. It says the same as long as nothing changes. */
export function evidenceCheck(fill: SlotFill): NewCheck {
  const count = fill.asked.length;
  const strange = fill.frozenBy === null ? [] : fill.forged;
  const base = { name: EVIDENCE_CHECK, url: null, summary: null };
  if (strange.length > 0) {
    const what = `${strange.length} ${strange.length === 1 ? "file" : "files"} beside the evidence`;
    return { ...base, state: "failure", description: `${what}: not a promotion that this program wrote` };
  }
  return {
    ...base,
    state: "success",
    description: `${count} ${count === 1 ? "patch" : "patches"}: every gate is open and every file holds`,
  };
}

export function isCheckSet(checks: readonly Check[], wanted: NewCheck): boolean {
  const found = checks.find(({ name }) => name === wanted.name);
  return found?.state === wanted.state && found.description === wanted.description;
}
