// The incidents that a history does not produce by itself, laid over the played facts.

/** `ids("acme-hq-ws", 3, 5)` is acme-hq-ws-003 to acme-hq-ws-005. */
export function ids(prefix, from, to = from) {
  return Array.from({ length: to - from + 1 }, (_, i) => `${prefix}-${String(from + i).padStart(3, "0")}`);
}

/** One incident for several devices. */
export function on(devices, patch, incident) {
  return Object.fromEntries(devices.map((device) => [`${device} ${patch}`, incident]));
}

const ours = { approvalBy: "patchring" };

export const missing = { status: "missing" };
export const noFact = null;
export const ignored = { status: "ignored", approval: "ignore", ...ours };
export const installing = { status: "installing", approval: "approve", ...ours };
export const rebootRequired = { status: "reboot-required", approval: "none" };

export function pending(approvedAt, approvalBy = "patchring") {
  return { status: "pending", approval: "approve", approvalBy, approvedAt };
}

export function failed(attempts, lastAttemptAt, error, approval = "approve") {
  return { status: "failed", approval, ...ours, attempts, lastAttemptAt, error };
}

export function installedByHand(installedAt) {
  return { status: "installed", approval: "none", approvedAt: undefined, installedAt, installedBy: "other" };
}
