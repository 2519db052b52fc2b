/** What auditors ask, and the file that answers it (interfaces d.4). A test holds each file against a pack. */
export interface AuditQuestion {
  readonly question: string;
  /** From the folder of the pack; a folder ends in `/`. */
  readonly files: readonly string[];
  readonly how: string;
}

export const QUESTIONS: readonly AuditQuestion[] = [
  {
    question: "What is the population, and is it complete?",
    files: ["populations/obligations.csv", "reconciliation/completeness.csv"],
    how: "Every obligation, and for each run what the backend said it sent.",
  },
  {
    question: "Give me 25; I choose.",
    files: ["populations/obligations.json"],
    how: "patchring evidence sample with a seed of yours; the draw can be repeated by hand.",
  },
  {
    question: "When did you know, how did you rate it, when was it due?",
    files: ["populations/obligations.csv"],
    how: "detected_at, tier, clock_start and due_at; sections 2 and 3 of a dossier.",
  },
  {
    question: "Who approved, under which rule, before it was deployed?",
    files: ["populations/obligations.csv", "approvals/"],
    how: "rule, approval_ref, approved_by; approved_before_sent is computed.",
  },
  {
    question: "Was it tested first?",
    files: ["populations/promotions.csv"],
    how: "soak_met_at, eligible, installed, failed; tested_before_approved is computed.",
  },
  {
    question: "When was it deployed, and how was that confirmed?",
    files: ["populations/actions.csv"],
    how: "sent_at and result are claims; settled and settled_at come from a later scan.",
  },
  {
    question: "Show me the late ones, and why.",
    files: ["populations/obligations.csv"],
    how: "outcome late or overdue, with verdict and reason.",
  },
  {
    question: "Which changes were emergencies?",
    files: ["populations/emergency-changes.csv"],
    how: "Who asked, who let it in, and the first action after it.",
  },
  {
    question: "Which exceptions are there: who, why, until when, how often renewed?",
    files: ["populations/exceptions.csv"],
    how: "expires_at, requested_by, approved_by, renewals.",
  },
  {
    question: "Could one person do it alone?",
    files: ["populations/policy-changes.csv", "populations/access.csv"],
    how: "two_party is computed for each change; access lists who may do what, as far as the repository tells.",
  },
  {
    question: "Did the control run every day?",
    files: ["populations/runs.csv", "reconciliation/gaps.csv"],
    how: "Every run, and every time without one that was longer than allowed.",
  },
  {
    question: "Could this have been edited?",
    files: ["MANIFEST.json", "ledger/ledger.ndjson", "verify.py"],
    how: "Digests of all files; each record of the ledger holds the hash of the one before.",
  },
  {
    question: "What is not covered?",
    files: ["scope.json", "populations/devices.csv", "populations/unapproved-installs.csv"],
    how: "not_measured says why a device counts as neither patched nor missing; known gaps stand in README.html.",
  },
];
