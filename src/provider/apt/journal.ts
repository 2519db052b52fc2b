import { isPackageName, isVersion } from "./names.ts";
import { JOURNAL_EVENTS, type JournalEntry } from "./scan.ts";

const ACTIONS = ["approve", "uninstall", "release"] as const;

/** A line of our journal on the host: seven fields, separated by tabs. Null for one cut short or damaged. */
export function parseJournalLine(line: string): JournalEntry | null {
  const [at = "", job = "", event, action, name = "", version = "", ...text] = line.split("\t");
  const known = { event: JOURNAL_EVENTS.find((e) => e === event), action: ACTIONS.find((a) => a === action) };
  if (known.event === undefined || known.action === undefined) return null;
  if (!/^\d{9,11}$/.test(at) || !isPackageName(name) || !isVersion(version) || text.length === 0) return null;
  return {
    at: Number(at),
    job,
    event: known.event,
    action: known.action,
    package: name,
    version,
    text: text.join(" "),
  };
}

/** What our journal says of one version of a package. */
export interface Attempts {
  /** What we last began; null when that is settled or was given up. */
  readonly open: "approve" | "uninstall" | null;
  /** Attempts that did not succeed, since the last one that did. */
  readonly failures: number;
  readonly lastAt: number | null;
  /** When we first began to install it; null when we never did. */
  readonly approvedAt: number | null;
  readonly job: string | null;
  /** Null when the last attempt ended without telling how. */
  readonly error: string | null;
  /** Our last success in installing it, and the boot in which that was. */
  readonly doneAt: number | null;
  readonly doneBoot: string | null;
}

export const NO_ATTEMPTS: Attempts = {
  open: null,
  failures: 0,
  lastAt: null,
  approvedAt: null,
  job: null,
  error: null,
  doneAt: null,
  doneBoot: null,
};

function next(before: Attempts, entry: JournalEntry): Attempts {
  const { event, action, at, job, text } = entry;
  if (event === "cleared" || action === "release") {
    return {
      ...NO_ATTEMPTS,
      doneAt: before.doneAt,
      doneBoot: before.doneBoot,
      approvedAt: before.approvedAt,
    };
  }
  if (event === "done") {
    if (action !== "approve") return NO_ATTEMPTS;
    return { ...NO_ATTEMPTS, doneAt: at, doneBoot: text, lastAt: at, approvedAt: before.approvedAt ?? at };
  }
  const other = before.open !== null && before.open !== action;
  const failures = other ? 0 : before.failures;
  if (event === "begin") {
    const approvedAt = action === "approve" ? (before.approvedAt ?? at) : before.approvedAt;
    return { ...before, open: action, failures: failures + 1, lastAt: at, approvedAt, job, error: null };
  }
  const counted = before.job === job && !other ? failures : failures + 1;
  return { ...before, open: action, failures: counted, lastAt: at, job, error: text };
}

/** Attempts by `package=version`. */
export function summarizeJournal(entries: readonly JournalEntry[]): ReadonlyMap<string, Attempts> {
  const summary = new Map<string, Attempts>();
  for (const entry of entries) {
    const key = `${entry.package}=${entry.version}`;
    summary.set(key, next(summary.get(key) ?? NO_ATTEMPTS, entry));
  }
  return summary;
}
