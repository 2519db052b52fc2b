/** Failing at the n-th call: what a server, a proxy or a cable does. */

export type FaultKind =
  | "500"
  | "502"
  | "503"
  | "reset"
  | "truncated"
  | "timeout"
  | "html"
  | "secondary-limit"
  | "primary-limit"
  | "409";

export interface Fault {
  /** From 1: the call that fails. */
  readonly at: number;
  readonly kind: FaultKind;
  /** After the effect: the write has happened, its answer is lost. Limits and refusals never have an effect. */
  readonly when: "before" | "after";
  /** Every later call fails as well: what a process sees of the world when it dies here. */
  readonly isLasting: boolean;
  /** Only for who comes with this token, whose calls alone are counted; null for all. */
  readonly token: string | null;
}

/** Those that can also strike after the effect. */
export const LOSSES: readonly FaultKind[] = ["500", "502", "503", "reset", "truncated", "timeout", "html"];
export const REFUSALS: readonly FaultKind[] = ["secondary-limit", "primary-limit", "409"];

export function faultAt(fault: Fault | null, call: number): Fault | null {
  if (fault === null) return null;
  return call === fault.at || (fault.isLasting && call > fault.at) ? fault : null;
}
