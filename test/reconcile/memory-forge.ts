/** Forge and Git in memory, for tests that run for simulated weeks; the contract is that of the interfaces. */
import type { Instant } from "../../src/core/model.ts";
import type {
  Check,
  ForgeReader,
  ForgeRequestDetail,
  ForgeWriter,
  Marker,
  Review,
} from "../../src/forge/forge.ts";
import { unaskedReviewers } from "../../src/forge/reviewers.ts";
import { isMarked } from "../../src/forge/marker.ts";
import type { PromoteGit } from "../../src/reconcile/promote/ports.ts";
import type { BranchWriter, FileChange } from "../../src/repo/branch-writer.ts";
import type { WorldPorts } from "./git-world.ts";

interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly isOurs: boolean;
  readonly at: Instant;
}

type Stored = { -readonly [K in keyof ForgeRequestDetail]: ForgeRequestDetail[K] };

const US = { login: "patchring", kind: "bot", isUs: true } as const;
const ANN = { login: "ann", kind: "person", isUs: false } as const;

export class MemoryForge {
  readonly #commits: Map<string, Commit> = new Map<string, Commit>();
  readonly branches: Map<string, string> = new Map<string, string>();
  readonly requests: Stored[] = [];
  readonly comments: { number: number; marker: Marker; body: string }[] = [];
  readonly #reviews = new Map<number, Review[]>();
  readonly #checks = new Map<string, Map<string, Check>>();
  now: Instant;

  constructor(files: Readonly<Record<string, string>>, now: Instant) {
    this.now = now;
    this.branches.set("main", this.#store([], new Map(Object.entries(files)), false));
  }

  #store(parents: readonly string[], files: ReadonlyMap<string, string>, isOurs: boolean): string {
    const id = (this.#commits.size + 1).toString(16).padStart(40, "0");
    this.#commits.set(id, { id, parents, files, isOurs, at: this.now });
    return id;
  }

  files(branch: string): ReadonlyMap<string, string> {
    return this.#commits.get(this.branches.get(branch)!)!.files;
  }

  /** A person commits to a branch. */
  commit(branch: string, changes: readonly FileChange[]): void {
    const tip = this.branches.get(branch)!;
    this.branches.set(branch, this.#store([tip], applied(this.files(branch), changes), false));
  }

  review(number: number, state: Review["state"] = "approved"): void {
    const headSha = this.#request(number).head.sha;
    const review = { author: ANN, isInsider: true, state, headSha, at: this.now };
    this.#reviews.set(number, [...(this.#reviews.get(number) ?? []), review]);
  }

  close(number: number): void {
    Object.assign(this.#find(number), { state: "closed", closedAt: this.now, closedBy: ANN });
  }

  merge(number: number): void {
    const stored = this.#find(number);
    const { head, base } = this.#request(number);
    const { files } = this.#commits.get(head.sha)!;
    const asked = this.#changes(number).map((path): FileChange => {
      const content = files.get(path);
      return content === undefined ? { kind: "delete", path } : { kind: "put", path, content };
    });
    const tip = this.branches.get(base)!;
    const id = this.#store([tip, head.sha], applied(this.files(base), asked), false);
    this.branches.set(base, id);
    Object.assign(stored, { state: "merged", closedAt: this.now, mergedBy: ANN, mergeCommit: id, head });
  }

  #find(number: number): Stored {
    return this.requests.find((request) => request.number === number)!;
  }

  #request(number: number): Stored {
    const stored = this.#find(number);
    if (stored.state !== "open") return stored;
    return { ...stored, head: { ...stored.head, sha: this.branches.get(stored.head.branch)! } };
  }

  #ancestors(id: string): Set<string> {
    const found = new Set<string>();
    const rest = [id];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      rest.push(...this.#commits.get(next)!.parents);
    }
    return found;
  }

  /** Paths that the head changed since it left the base, by its own first-parent line. */
  #changes(number: number): string[] {
    const { head, base } = this.#request(number);
    const known = this.#ancestors(this.branches.get(base)!);
    let fork = head.sha;
    while (!known.has(fork)) fork = this.#commits.get(fork)!.parents[0]!;
    const before = this.#commits.get(fork)!.files;
    const after = this.#commits.get(head.sha)!.files;
    return [...new Set([...before.keys(), ...after.keys()])]
      .filter((path) => before.get(path) !== after.get(path))
      .sort();
  }

  ports(): WorldPorts {
    const forge = this.#reader();
    const branches = this.#branchWriter();
    const author = { name: "patchring", email: "patchring@example.test" };
    return {
      forge,
      branches,
      git: this.#git(),
      write: { reader: forge, writer: this.#writer(), branches, author },
    };
  }

  #git(): PromoteGit {
    return {
      readTexts: async (commit, paths) => {
        const { files } = this.#commits.get(commit)!;
        return Promise.resolve(
          new Map(paths.flatMap((path) => (files.has(path) ? [[path, files.get(path)!] as const] : []))),
        );
      },
      readChangedAt: async (commit, path) => {
        let id: string | undefined = commit;
        while (id !== undefined) {
          const here: Commit = this.#commits.get(id)!;
          const parent: string | undefined = here.parents[0];
          const before = parent === undefined ? undefined : this.#commits.get(parent)!.files.get(path);
          if (here.files.get(path) !== before) return Promise.resolve(here.at);
          id = parent;
        }
        return Promise.resolve(null);
      },
    };
  }

  #branchWriter(): BranchWriter {
    return {
      readBranch: async (branch) => Promise.resolve(this.branches.get(branch) ?? null),
      listBranches: async (prefix) =>
        Promise.resolve(
          [...this.branches]
            .filter(([branch]) => branch.startsWith(prefix))
            .sort()
            .map(([branch, commit]) => ({ branch, commit })),
        ),
      writeBranch: async ({ branch, parent, expected, changes }) => {
        const found = this.branches.get(branch) ?? null;
        if (found !== expected) return Promise.resolve({ kind: "moved" as const, found });
        const commit = this.#store([parent], applied(this.#commits.get(parent)!.files, changes), true);
        this.branches.set(branch, commit);
        return Promise.resolve({ kind: "written" as const, commit });
      },
      deleteBranch: async (branch) => Promise.resolve(this.branches.delete(branch) ? "deleted" : "gone"),
    };
  }

  #reader(): ForgeReader {
    const answer = async <T>(value: T): Promise<T> => Promise.resolve(value);
    return {
      describe: () => answer({ us: US, defaultBranch: "main", bodyLimit: 65_536 }),
      listRequests: ({ states, kind, closedSince }) =>
        answer(
          this.requests
            .map(({ number }) => this.#request(number))
            .filter(({ state }) => states.includes(state))
            .filter(({ marker }) => kind === null || marker?.kind === kind)
            .filter(({ closedAt }) => closedAt === null || closedSince === null || closedAt >= closedSince),
        ),
      findOpenRequest: (name) =>
        answer(this.requests.find(({ state, marker }) => state === "open" && isMarked(marker, name)) ?? null),
      readRequest: (number) => answer({ ...this.#request(number), mergeability: "clean" as const }),
      listReviews: (number) => answer(this.#reviews.get(number) ?? []),
      listCommits: (number) => {
        const { head, base } = this.#request(number);
        const known = this.#ancestors(this.branches.get(base)!);
        const own = [...this.#ancestors(head.sha)].filter((id) => !known.has(id));
        return answer(
          own.reverse().map((sha) => ({
            sha,
            authorName: "",
            authorEmail: "",
            at: this.#commits.get(sha)!.at,
            subject: "",
            isOurs: this.#commits.get(sha)!.isOurs,
          })),
        );
      },
      listChangedFiles: (number) => {
        const { head } = this.#request(number);
        const after = this.#commits.get(head.sha)!.files;
        const files = this.#changes(number).map((path) => ({
          path,
          previousPath: null,
          status: after.has(path) ? ("added" as const) : ("removed" as const),
        }));
        return answer({ files, isComplete: true });
      },
      listChecks: (sha) => answer([...(this.#checks.get(sha)?.values() ?? [])]),
    };
  }

  #writer(): ForgeWriter {
    const answer = async <T>(value: T): Promise<T> => Promise.resolve(value);
    return {
      openRequest: ({ marker, headBranch, base, title, body, labels }) => {
        const request: Stored = {
          number: this.requests.length + 1,
          url: null,
          title,
          body,
          marker,
          author: US,
          head: { branch: headBranch, sha: this.branches.get(headBranch)!, isSameRepository: true },
          base,
          isDraft: false,
          labels,
          state: "open",
          createdAt: this.now,
          closedAt: null,
          closedBy: null,
          mergedBy: null,
          mergeCommit: null,
          askedReviewers: [],
          mergeability: "clean",
        };
        this.requests.push(request);
        return answer({ request, isNew: true });
      },
      updateRequest: (number, { title, content }) => {
        const stored = this.#find(number);
        Object.assign(stored, title === undefined ? {} : { title }, content ?? {});
        return answer(true);
      },
      ensureLabels: (number, labels) => {
        this.#find(number).labels = labels;
        return answer(true);
      },
      askReviewers: (number, wanted) => {
        const stored = this.#find(number);
        stored.askedReviewers = [
          ...stored.askedReviewers,
          ...unaskedReviewers(wanted, stored.askedReviewers),
        ];
        return answer({ wrote: true, refused: [] });
      },
      ensureComment: (number, marker, body) => {
        const old = this.comments.find((one) => one.number === number && isMarked(one.marker, marker));
        if (old === undefined) this.comments.push({ number, marker, body });
        else old.body = body;
        return answer(true);
      },
      setCheck: (sha, { name, state, description, url }) => {
        const checks = this.#checks.get(sha) ?? new Map<string, Check>();
        checks.set(name, { name, state, description, url, at: this.now });
        this.#checks.set(sha, checks);
        return answer(true);
      },
      closeRequest: (number) => {
        Object.assign(this.#find(number), { state: "closed", closedAt: this.now, closedBy: US });
        return answer(true);
      },
      reopenRequest: (number) => {
        Object.assign(this.#find(number), { state: "open", closedAt: null, closedBy: null });
        return answer(true);
      },
      mergeRequest: (number) => {
        this.merge(number);
        return answer({ kind: "merged" as const, commit: this.branches.get("main")! });
      },
    };
  }
}

function applied(files: ReadonlyMap<string, string>, changes: readonly FileChange[]): Map<string, string> {
  const next = new Map(files);
  for (const change of changes) {
    if (change.kind === "put") next.set(change.path, change.content);
    else next.delete(change.path);
  }
  return next;
}
