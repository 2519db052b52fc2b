/**
 * How an obligation stands. The order is the code used in columns, where 0 is "no profile asks for it".
 *
 * - `met`: installed in time, itself or by a patch that supersedes it.
 * - `late`: installed, after it was due.
 * - `ok`: not installed, not due yet, and on its way in time.
 * - `at-risk`: not due yet, but see `RISKS`.
 * - `overdue`: not installed and past due.
 * - `excepted`: not installed, and a decision to ignore it, which ends, is in force.
 * - `stale`, `no-date`, `no-install-date`: not measured: the scan is too old, no date to count from, or
 *   installed nobody knows when and past due by now.
 */
export const DEADLINE_STATES = [
  "none",
  "met",
  "late",
  "ok",
  "at-risk",
  "overdue",
  "excepted",
  "stale",
  "no-date",
  "no-install-date",
] as const;
export type DeadlineState = (typeof DEADLINE_STATES)[number];
