/** The closed table of exit codes (design 5.1). No other number leaves this program. */
export const EXIT_CODES = {
  /** Done, or nothing to do. */
  done: 0,
  /** Backend, I/O or a bug. */
  error: 1,
  /** Changes are pending: `plan --detailed-exit-code` only. */
  pending: 2,
  /** Policy is wrong. */
  policy: 3,
  /** Not permitted. */
  denied: 4,
  /** Stopped by a guard, a stale plan or an incomplete snapshot. */
  stopped: 5,
  partlyApplied: 6,
  outcomeUnknown: 7,
  /** Another run holds the lock. */
  locked: 8,
  usage: 64,
  interrupted: 130,
} as const;

export type ExitName = keyof typeof EXIT_CODES;
export type ExitCode = (typeof EXIT_CODES)[ExitName];
