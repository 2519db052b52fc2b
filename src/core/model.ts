/**
 * The words of the domain (design 1). One word for one thing: these strings are
 * what stands in YAML, in JSON, on the screen and in reports.
 */

/** Seconds since 1970-01-01T00:00:00Z, whole. Fractions are cut where text is read (design 1.6). */
export type Instant = number;

/** Seconds; a day is exactly 24 hours (design 2). */
export type Seconds = number;

/** The seven statuses of a patch on a device (design 1.3). The order is the code used in columns. */
export const STATUSES = [
  "missing",
  "pending",
  "installing",
  "installed",
  "failed",
  "ignored",
  "reboot-required",
] as const;
export type Status = (typeof STATUSES)[number];

/** The backend's decision in force (design 1.3). The order is the code used in columns. */
export const APPROVALS = ["none", "approve", "ignore", "uninstall"] as const;
export type Approval = (typeof APPROVALS)[number];

/** Who set the approval in force. The order is the code used in columns. */
export const APPROVAL_SOURCES = ["unknown", "patchring", "backend-policy", "person"] as const;
export type ApprovalSource = (typeof APPROVAL_SOURCES)[number];

/** Who installed a patch. The order is the code used in columns. */
export const INSTALLERS = ["unknown", "backend", "other"] as const;
export type Installer = (typeof INSTALLERS)[number];

/** The approval that a status implies when the field `approval` is absent (design 1.3), by status code. */
export const IMPLIED_APPROVAL: readonly Approval[] = [
  "none",
  "approve",
  "none",
  "none",
  "approve",
  "ignore",
  "none",
];

/** What policy wants for one patch on one device now (design 1.4). The order is the order of the plan's counts. */
export const VERDICTS = ["approve", "ignore", "uninstall", "wait", "manual", "superseded", "leave"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What the reconciler tells the backend. The order is the order of the plan's counts. */
export const ACTIONS = ["approve", "ignore", "do-nothing", "reprocess", "uninstall"] as const;
export type Action = (typeof ACTIONS)[number];

/** Why a verdict is what it is (design 3). */
export const REASONS = [
  "NO_RING",
  "NO_RULE",
  "RECALLED",
  "DECIDED",
  "RULE",
  "HELD",
  "SUPERSEDED",
  "EMERGENCY",
  "NO_DATE",
  "DELAY",
  "APPROVED",
  "PROMOTED",
  "NOT_INSTALLED_YET",
  "SOAK",
  "INSTALLED_PERCENT",
  "FAILURES",
  "COVERAGE",
  "PROMOTION_REJECTED",
  "PROMOTION",
] as const;
export type Reason = (typeof REASONS)[number];

/** Why an action cannot be sent now (design 1.5), most important first; the first six block, the rest schedule. */
export const OBSTACLES = [
  "IN_PROGRESS",
  "REBOOT_FIRST",
  "NOT_UNINSTALLABLE",
  "RETRIES_USED",
  "MANUAL_BACKEND",
  "STALE_SCAN",
  "RETRY_BACKOFF",
  "FROZEN",
  "WINDOW",
] as const;
export type Obstacle = (typeof OBSTACLES)[number];

/** Patch attributes (design 1.2). Text from a backend is hostile: escape it where it is shown. */
export interface Patch {
  /** Stable id, unique in a snapshot: `KB5063878`, `apt:openssl@3.0.17-1~deb12u2`. */
  readonly id: string;
  readonly title: string | null;
  readonly vendor: string | null;
  readonly product: string | null;
  readonly version: string | null;
  /** Kept as it was written; compared with a promotion's by its text. */
  readonly revision: string | number | null;
  readonly category: string | null;
  /** Absent is `unknown`. */
  readonly severity: string;
  readonly kb: string | null;
  readonly bulletin: string | null;
  readonly cves: readonly string[];
  /** 0 to 10. */
  readonly cvss: number | null;
  /** Present when a CVE of the patch is in CISA's list of known exploited ones. */
  readonly kev: { readonly addedOn: string | null; readonly dueOn: string | null } | null;
  /** CISA's SSVC answers, where the backend knows them: the strictest of the patch's CVEs. */
  readonly ssvc?: {
    /** `yes` | `no`; anything else is `unknown`. */
    readonly automatable: string;
    /** `partial` | `total`; anything else is `unknown`. */
    readonly technicalImpact: string;
  };
  readonly releasedAt: Instant | null;
  readonly firstSeenAt: Instant | null;
  /** Ids of the patches that this one replaces directly. */
  readonly supersedes: readonly string[];
  /** `never` | `maybe` | `always` | `unknown`; absent is `unknown`. */
  readonly reboot: string;
  /** `yes` | `no` | `unknown`; absent is `unknown`. */
  readonly uninstallable: string;
  readonly url: string | null;
  readonly sizeBytes: number | null;
}

/** What a backend can be told, and who holds the windows (design 1, 1.5). */
export interface Capabilities {
  readonly actions: readonly Action[];
  /** True when "nothing in force" is respected by the backend, so that do-nothing is a hold. */
  readonly holdIsSafe: boolean;
  /** `backend`: it installs in its own windows. `reconciler`: approve means install now. */
  readonly schedules: "backend" | "reconciler";
}
