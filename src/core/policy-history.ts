/** Who wrote which statement of a policy, and who let it in: `patchring.history/1`, from Git alone. */

export interface HistoryPerson {
  readonly name: string;
  readonly email: string;
}

/** How a commit came onto the branch. */
export interface HistoryArrival {
  readonly commit: string;
  readonly at: string;
  readonly by: HistoryPerson;
  /** From the trailer of the merge, or the words in which GitHub merges; null where it has none. */
  readonly request: string | null;
  /** As the merge says; the forge vouches for it, Git does not. */
  readonly reviewers: readonly string[];
}

export interface HistoryEvidence {
  /** What was promoted, and from where to where; null where the file does not say. */
  readonly patch: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly at: string | null;
  readonly snapshot: string | null;
  readonly metAt: string | null;
  readonly eligible: number | null;
  readonly installed: number | null;
  readonly failed: number | null;
}

/** One statement that one commit added, changed or removed. Names, emails and subjects are hostile text. */
export interface HistoryEntry {
  readonly at: string;
  readonly change: "added" | "changed" | "removed";
  readonly statement: string;
  readonly path: string;
  readonly commit: string;
  readonly author: HistoryPerson;
  readonly subject: string;
  /** Null when it was written onto the branch itself. */
  readonly arrival: HistoryArrival | null;
  /** The `reason` or `rationale` of the statement as it stood after the change. */
  readonly reason: string | null;
  /** Of a promotion. */
  readonly evidence: HistoryEvidence | null;
}

export interface PolicyHistory {
  readonly format: "patchring.history/1";
  readonly about: {
    readonly patch: string | null;
    readonly device: string | null;
    readonly ring: string | null;
    readonly rule: string | null;
  };
  /** The commit whose history this is. */
  readonly commit: string;
  /** False in a shallow clone: older commits may be missing. */
  readonly isComplete: boolean;
  /** Oldest first. */
  readonly entries: readonly HistoryEntry[];
}
