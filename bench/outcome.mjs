/**
 * From the winning rule of a fact to its verdict and action (design 3, steps 5 and 6d; design 1.5) in a fleet
 * of first rings whose backend can do everything. Plain code that every peer engine shares, so that each is
 * charged only for finding the rule; the engine itself is never measured with it, only compared.
 */
export const STATUS = {
  missing: 0,
  pending: 1,
  installing: 2,
  installed: 3,
  failed: 4,
  ignored: 5,
  rebootRequired: 6,
};
export const STATUS_NAMES = [
  "missing",
  "pending",
  "installing",
  "installed",
  "failed",
  "ignored",
  "reboot-required",
];
export const APPROVAL_NAMES = ["none", "approve", "ignore", "uninstall"];
export const IMPLIED = [0, 1, 0, 0, 1, 2, 0];
export const APPROVE = 0;
export const IGNORE = 1;
export const WAIT = 3;
export const MANUAL = 4;
export const SUPERSEDED = 5;
export const LEAVE = 6;
export const VERDICT_NAMES = ["approve", "ignore", "uninstall", "wait", "manual", "superseded", "leave"];
export const ACTION_NAMES = ["", "approve", "ignore", "do-nothing", "reprocess", "uninstall"];
export const OBSTACLE_NAMES = ["", "IN_PROGRESS", "RETRIES_USED", "STALE_SCAN", "RETRY_BACKOFF"];

const SEND_APPROVE = 1;
const SEND_IGNORE = 2;
const SEND_NOTHING = 3;
const SEND_REPROCESS = 4;
const IN_PROGRESS = 1 << 3;
const RETRIES_USED = 2 << 3;
const STALE_SCAN = 3 << 3;
const RETRY_BACKOFF = 4 << 3;

export const RETRIES_MAX = 3;
export const BACKOFF_SECONDS = 86_400;
export const STALE_AFTER_SECONDS = 72 * 3600;

/** The verdict of a rule (or of none) for a patch dated `date`, in a first ring. */
export function verdictOf(rule, date, now) {
  if (rule === null) return LEAVE;
  if (rule.then === "ignore") return IGNORE;
  if (rule.then === "manual") return MANUAL;
  return rule.delayDays > 0 && now < date + rule.delayDays * 86_400 ? WAIT : APPROVE;
}

/**
 * The operation code of a fact: 0 for none, else the index in ACTION_NAMES plus eight times the index of
 * what stands in its way in OBSTACLE_NAMES. `approval` is the approval in force, `ours` whether we set it.
 */
export function operationOf(verdict, status, approval, ours, attempts, lastAttemptAt, stale, now) {
  if (verdict === LEAVE) return approval !== 0 && ours && status !== STATUS.installing ? SEND_NOTHING : 0;
  const blockedBy = stale ? STALE_SCAN : 0;
  switch (status) {
    case STATUS.missing:
    case STATUS.pending:
    case STATUS.ignored:
      if (verdict === APPROVE) return approval !== 1 ? SEND_APPROVE | blockedBy : 0;
      if (verdict === IGNORE) return approval !== 2 ? SEND_IGNORE : 0;
      return approval !== 0 ? SEND_NOTHING : 0;
    case STATUS.failed:
      if (verdict === IGNORE) return approval !== 2 ? SEND_IGNORE : 0;
      if (verdict !== APPROVE) return approval !== 0 ? SEND_NOTHING : 0;
      if (approval !== 1) return SEND_APPROVE | blockedBy;
      if (attempts >= RETRIES_MAX) return SEND_REPROCESS | RETRIES_USED;
      if (stale) return SEND_REPROCESS | STALE_SCAN;
      return now >= lastAttemptAt + BACKOFF_SECONDS ? SEND_REPROCESS : SEND_REPROCESS | RETRY_BACKOFF;
    case STATUS.installed:
      return approval === 3 ? SEND_NOTHING : 0;
    case STATUS.installing:
      if (verdict === APPROVE) return 0;
      if (verdict === IGNORE) return approval !== 2 ? SEND_IGNORE | IN_PROGRESS : 0;
      return approval !== 0 ? SEND_NOTHING | IN_PROGRESS : 0;
    default:
      return 0;
  }
}
