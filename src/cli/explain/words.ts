import type { Action, Status, Verdict } from "../../core/model.ts";
import type { ExitName } from "../exit-codes.ts";

export const VERDICT_EXPLANATIONS: Readonly<Record<Verdict, string>> = {
  approve:
    "The patch should be installed on the device. Whether that is sent now is another question: windows, freezes and retries can hold the action back.",
  ignore: "The patch must not be installed. Where it is installed it stays.",
  uninstall:
    "The patch must be removed, and must not come back. Only a Recall with `uninstall: true` says so.",
  wait: "The patch will be approved when a gate opens; until then it must not be installed. The reason names the gate and `until` the time, where it is known.",
  manual:
    "A person has to decide, in Git: write a Decision for the patch. Until then it must not be installed.",
  superseded:
    "A newer patch that is installed or approved here covers it. It must not be installed any more.",
  leave: "No policy statement speaks of it: hands off.",
};

export const ACTION_EXPLANATIONS: Readonly<Record<Action, string>> = {
  approve:
    "Tells the backend to install the patch: at once, or in the backend's own windows where it has them.",
  ignore: "Tells the backend not to install the patch. Shown as destructive where it takes an approval back.",
  "do-nothing":
    "Release: clears the decision in force in the backend, so that the backend's own rules decide again. It is not a no-op: where those rules would install, the patch is installed.",
  reprocess:
    "Tells the backend to try a failed install (or a failed removal) again, under `retries` of the Fleet.",
  uninstall:
    "Tells the backend to remove the patch. Always counted as destructive, and limited by `uninstallsPerRun`.",
};

export const STATUS_EXPLANATIONS: Readonly<Record<Status, string>> = {
  missing: "The device requires the patch and no decision is in force.",
  pending: "Approved in the backend; waits for its install.",
  installing: "Being installed or removed right now.",
  installed: "Installed and complete, by whomever.",
  failed: "The last install, or removal, failed.",
  ignored: "Will not be installed: the backend was told to ignore it.",
  "reboot-required": "Installed, but needs a reboot to complete. Never counted as installed.",
};

/** By the name of the guard, without what follows a colon. */
export const GUARD_EXPLANATIONS: Readonly<Record<string, string>> = {
  actionsPerRun:
    "More actions in one run than `limits.actionsPerRun` of the Fleet. For one run: `--allow-actions-per-run N`.",
  devicesPerRun:
    "More devices would be approved, retried or removed on in one run than `limits.devicesPerRun` of the Fleet (a percentage counts all devices of the snapshot, rounded down, at least 1). For one run: `--allow-devices-per-run N`.",
  uninstallsPerRun:
    "More removals in one run than `limits.uninstallsPerRun` of the Fleet. For one run: `--allow-uninstalls-per-run N`.",
  recallMaxDevices:
    "A Recall would remove from more devices than its `maxDevices`. For one run: `--allow-recall-devices NAME=N`.",
  emptySnapshot:
    "The snapshot has no devices: the backend is empty, or more likely its credentials see nothing. For one run: `--allow-empty-snapshot`.",
  incompleteSnapshot:
    "The backend stopped half way while it was read, so devices or facts are missing. For one run: `--allow-incomplete-snapshot`.",
  fleetShrink:
    "More devices than `limits.fleetShrink` of the Fleet are gone since the last recorded snapshot. Devices do not vanish by the dozen: check the backend first.",
};

export const EXIT_EXPLANATIONS: Readonly<Record<ExitName, string>> = {
  done: "Done, or nothing to do.",
  error:
    "Error: the backend, a file or the network failed, a snapshot cannot be used, or patchring has a bug. The message says which. Trying again later may help for the first.",
  pending:
    "Changes are pending: only `plan --detailed-exit-code` exits so, when actions would be sent now, and `sla --detailed-exit-code`, when policy can be too slow for a deadline.",
  policy: "Policy is wrong. The errors name file, line and fix; nothing was decided.",
  denied:
    "Not permitted: the Fleet's `mode` does not allow it, or the backend or forge refused the credentials.",
  stopped:
    "Stopped before the first write: a guard was tripped, the plan is stale, or the snapshot is incomplete. Nothing was changed. The message names the number or the facts.",
  partlyApplied: "Partly applied: some actions were taken, others were refused. Each refusal is named.",
  outcomeUnknown:
    "The outcome of an action is unknown: it may or may not have been taken. The backend is read again before anything is sent again.",
  locked: "Another run holds the lock. Nothing was done; wait for it, or find out why it hangs.",
  usage: "The command line is wrong. Nothing was read.",
  interrupted: "Interrupted by Ctrl-C (SIGINT). Files are whole or as they were.",
};
