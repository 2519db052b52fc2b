/** What `doctor` finds by itself, with what `patchring explain` says. Other codes that it shows are those of the part that failed. */
export const DOCTOR_CODES = {
  "doctor/node":
    "This version of Node is older than patchring supports. It may work and may not; install Node 20.19 or newer.",
  "doctor/git":
    "Git is missing or older than 2.38. Policies in a work tree are read without it; `--ref`, `--base`, requests, `history` and checkpoints need it.",
  "doctor/zones":
    "The time zone data of this Node is missing or does not know a change of clocks that is certain, so windows would open at wrong times. Install a Node with full ICU data.",
  "doctor/policy-warnings": "The policy can be used, and `patchring validate` has something to say about it.",
  "doctor/timeout":
    "Something far away did not answer within `--timeout`. A run waits longer, but a person on call should know: look at the network, the backend or the forge.",
  "doctor/no-devices":
    "The backend answered and gave no device. More often than an empty fleet it is a login that may see nothing; a run stops at the guard `emptySnapshot`.",
  "doctor/incomplete": "The backend stopped half way while it was read. A run stops at a guard then.",
  "doctor/snapshot-old":
    "The newest facts of the backend are older than `staleAfter` of the Fleet: every verdict rests on the past. Find out why the backend, or what writes the snapshot file, stands still.",
  "doctor/stale-devices":
    "More than one device in five was not scanned within `staleAfter`. Nothing is installed on a stale device and it counts in no evidence, so a soak may never begin. Look at the agents, or at `staleAfter`.",
  "doctor/clock":
    "This machine's clock and the times that were recorded contradict each other: something lies in the future. Soaks and windows follow the clock; set it by NTP.",
  "doctor/no-store":
    "Nothing was recorded yet, or the Fleet's store is of kind memory: it forgets at the end of each command, so nobody knows what was sent before. Let `patchring reconcile` run with a store of kind sqlite.",
  "doctor/lease":
    "The lease of the store has ended and was not given back: that run was killed or its machine died. The next run takes over and reads the backend before it sends anything; if none comes, start the scheduler again.",
  "doctor/ledger":
    "The ledger file and the store do not have the same records. A file that is behind gets them with the next run. A file that is missing was moved or deleted: put it back from a backup, and verify it.",
  "doctor/gap":
    "The scheduled job misses runs, or none has come for more than two of its usual intervals. Silence looks like success: look at the scheduler.",
  "doctor/last-run": "The last finished run did not end well. `patchring runs show` has its steps.",
  "doctor/no-forge":
    "There is no Git repository with a base branch here, so promotions cannot be asked for or merged.",
  "doctor/base":
    "The policy here is not the one of the base branch, which is what counts for promotions. Pull, or merge what is new here.",
  "doctor/channel":
    "A channel of `notices` names an environment variable that is not set here, so notices on it do not arrive. Its value is never shown.",
  "doctor/nobody-told":
    "The fleet's mode is apply, and the Fleet names no channel in `notices`: a run that needs a person tells nobody.",
  "doctor/window-short":
    "A window is shorter than the time between two runs: it can open and shut again without a run inside, and nothing is sent. Let the job run more often, or make the window longer.",
  "doctor/no-actions":
    "The fleet's mode is apply, and the backend says that it cannot be told to do some actions. They are shown as blocked, and people have to do them.",
} as const;
export type DoctorCode = keyof typeof DOCTOR_CODES;
