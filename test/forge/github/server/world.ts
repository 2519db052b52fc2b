/** What stands on the server: plain data, so that a test can keep a copy and go back to it. */

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot";
  readonly association: "OWNER" | "MEMBER" | "COLLABORATOR" | "NONE";
}

/** `blind`: to this token the repository does not exist. */
export type Right = "blind" | "read" | "write" | "admin";

export interface Access {
  readonly login: string;
  readonly right: Right;
  /** The token of an App's installation: it may not ask who it is. */
  readonly isInstallation: boolean;
  /** As a workflow's `permissions`: what is not named is none. Absent: whatever `right` allows. */
  readonly permissions?: Readonly<Record<string, string>>;
}

export interface AppAccount {
  readonly id: number;
  readonly slug: string;
  readonly installationId: number;
}

export interface Comment {
  readonly id: number;
  body: string;
  readonly login: string;
  readonly createdAt: number;
  updatedAt: number;
}

export interface ReviewRecord {
  readonly id: number;
  readonly login: string;
  readonly body: string;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  readonly headSha: string;
  readonly at: number;
}

export interface LabelEvent {
  readonly id: number;
  readonly event: "labeled" | "unlabeled";
  readonly label: string;
  readonly login: string;
  readonly at: number;
}

export interface ReviewEvent {
  readonly id: number;
  readonly event: "review_requested" | "review_request_removed";
  readonly reviewer: { readonly person: string } | { readonly team: string };
  readonly login: string;
  readonly at: number;
}

export interface Pull {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly login: string;
  readonly headRef: string;
  headSha: string;
  /** Null once the fork was deleted. */
  readonly headRepo: "same" | "fork" | null;
  readonly base: string;
  baseSha: string;
  isDraft: boolean;
  labels: string[];
  state: "open" | "closed";
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: string | null;
  mergedAt: number | null;
  mergedBy: string | null;
  mergeSha: string | null;
  readonly comments: Comment[];
  readonly reviews: ReviewRecord[];
  readonly events: (LabelEvent | ReviewEvent)[];
  /** Whose review is waited for. */
  reviewers: string[];
  readonly teams: string[];
  /** The head and base that mergeability was asked for last: the first to ask is told that it is being worked out. */
  askedFor: string | null;
}

export interface StatusRecord {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly url: string | null;
  readonly at: number;
}

export interface RunRecord {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly app: string;
  status: string;
  conclusion: string | null;
  title: string | null;
  summary: string | null;
  url: string | null;
  externalId: string;
  readonly startedAt: number;
  completedAt: number | null;
}

export interface Protection {
  readonly approvals: number;
  readonly checks: readonly string[];
}

export interface World {
  now: number;
  /** How far a write moves the clock on, in seconds. */
  step: number;
  nextId: number;
  nextNumber: number;
  /** What answers call the repository: another name than in the address when it has moved. */
  fullName: string;
  readonly pulls: Pull[];
  readonly statuses: StatusRecord[];
  readonly runs: RunRecord[];
  /** Slugs of the teams that have access. */
  readonly teams: string[];
  readonly protection: Record<string, Protection>;
  /** Listings lag behind: this many of them do not show the newest request yet. */
  hiddenListings: number;
  allowsMergeCommits: boolean;
  /** Where the list of a request's files is cut. */
  mostFiles: number;
}

export function newWorld(fullName: string): World {
  return {
    now: Date.UTC(2026, 2, 18, 9) / 1000,
    step: 1,
    nextId: 1000,
    nextNumber: 1,
    fullName,
    pulls: [],
    statuses: [],
    runs: [],
    teams: ["patching"],
    protection: {},
    hiddenListings: 0,
    allowsMergeCommits: true,
    mostFiles: 3000,
  };
}

export function nextId(world: World): number {
  return world.nextId++;
}

export function tick(world: World): number {
  return (world.now += world.step);
}
