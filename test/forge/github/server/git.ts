/** The bare repository behind the server: everything that is asked about branches is asked of Git. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface GitPerson {
  readonly name: string;
  readonly email: string;
}

export interface GitCommit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: GitPerson & { readonly at: string };
  readonly committer: GitPerson & { readonly at: string };
  readonly message: string;
}

export interface GitFile {
  readonly status: "added" | "modified" | "removed" | "renamed";
  readonly path: string;
  readonly previousPath: string | null;
}

export class BareRepository {
  readonly root: string;
  readonly path: string;

  /** Commits never change: what Git said about them once holds. */
  readonly #known = new Map<string, Promise<unknown>>();

  private constructor(root: string, path: string) {
    this.root = root;
    this.path = path;
  }

  /** `name` is `owner/repo.git` under a new root folder. */
  static async create(name: string): Promise<BareRepository> {
    const root = await mkdtemp(join(tmpdir(), "github-server-"));
    const path = join(root, name);
    await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", path]);
    await run("git", ["-C", path, "config", "http.receivepack", "true"]);
    await run("git", ["-C", path, "config", "gc.auto", "0"]);
    return new BareRepository(root, path);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  async git(args: readonly string[], input = "", environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const child = run("git", ["-C", this.path, ...args], {
      env: { ...process.env, ...environment },
      maxBuffer: 64 * 1024 * 1024,
    });
    // Git may end without reading.
    child.child.stdin?.on("error", () => undefined);
    child.child.stdin?.end(input);
    return (await child).stdout;
  }

  #remember<T>(what: string, shas: readonly string[], ask: () => Promise<T>): Promise<T> {
    if (!shas.every((sha) => /^[0-9a-f]{40}$/.test(sha))) return ask();
    const key = [what, ...shas].join(" ");
    const known = this.#known.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const asked = ask();
    this.#known.set(key, asked);
    // A commit that is not there may be pushed yet.
    void asked.then((answer) => answer === null && this.#known.delete(key));
    return asked;
  }

  /** Names without the prefix. Read as files, which is what Git makes of them here: nothing packs them. */
  async refs(prefix: string): Promise<ReadonlyMap<string, string>> {
    const folder = join(this.path, prefix);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const refs = new Map<string, string>();
    for (const entry of entries) {
      if (!entry.isFile() || entry.name.endsWith(".lock")) continue;
      const file = join(entry.parentPath, entry.name);
      const text = await readFile(file, "utf8").catch(() => "");
      if (text !== "") refs.set(relative(folder, file), text.trim());
    }
    return refs;
  }

  /** These refs and no others; names without `refs/`. */
  async putRefs(wanted: ReadonlyMap<string, string>): Promise<void> {
    const now = await this.refs("refs/");
    const lines = [
      ...[...now.keys()].filter((name) => !wanted.has(name)).map((name) => `delete refs/${name}\n`),
      ...[...wanted]
        .filter(([name, sha]) => now.get(name) !== sha)
        .map(([name, sha]) => `update refs/${name} ${sha}\n`),
    ];
    if (lines.length > 0) await this.git(["update-ref", "--stdin"], lines.join(""));
  }

  branches(): Promise<ReadonlyMap<string, string>> {
    return this.refs("refs/heads/");
  }

  setRef(ref: string, sha: string | null): Promise<string> {
    return this.git(sha === null ? ["update-ref", "-d", ref] : ["update-ref", ref, sha]);
  }

  async resolve(name: string): Promise<string | null> {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
    return this.#remember("resolve", [name], () => this.#orNull(args));
  }

  /** In the order of GitHub: oldest first. */
  async commitsBetween(base: string, head: string): Promise<readonly GitCommit[]> {
    return this.#remember("commits", [base, head], () =>
      this.#log(["--reverse", "--topo-order", `${base}..${head}`]),
    );
  }

  async commit(sha: string): Promise<GitCommit> {
    const [commit] = await this.#remember("commit", [sha], () => this.#log(["-1", sha]));
    return commit!;
  }

  async #log(args: readonly string[]): Promise<readonly GitCommit[]> {
    const format = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"].join("%x00");
    const out = await this.git(["log", `--format=${format}%x01`, ...args]);
    return out
      .split("\x01")
      .map((record) => record.replace(/^\n/, "").split("\0"))
      .filter((fields) => fields.length === 10)
      .map(([sha, tree, parents, an, ae, aI, cn, ce, cI, message]) => ({
        sha: sha!,
        tree: tree!,
        parents: parents!.split(" ").filter((parent) => parent !== ""),
        author: { name: an!, email: ae!, at: inUtc(aI!) },
        committer: { name: cn!, email: ce!, at: inUtc(cI!) },
        message: message!.trimEnd(),
      }));
  }

  mergeBase(a: string, b: string): Promise<string | null> {
    return this.#remember("base", [a, b], () => this.#orNull(["merge-base", a, b]));
  }

  /** Null when Git ends with an error. */
  async #orNull(args: readonly string[]): Promise<string | null> {
    try {
      return (await this.git(args)).trim();
    } catch {
      return null;
    }
  }

  async isAncestor(a: string, b: string): Promise<boolean> {
    return (await this.mergeBase(a, b)) === a;
  }

  /** Between the merge base and the head. */
  changedFiles(base: string, head: string): Promise<readonly GitFile[]> {
    return this.#remember("files", [base, head], async () => {
      return parseNameStatus(await this.git(["diff", "--name-status", "-z", "-M", `${base}...${head}`]));
    });
  }

  /** The tree of a merge; null when the branches contradict each other. */
  mergeTree(base: string, head: string): Promise<string | null> {
    const args = ["merge-tree", "--write-tree", base, head];
    return this.#remember("merge", [base, head], () => this.#orNull(args));
  }

  async commitTree(
    tree: string,
    parents: readonly string[],
    message: string,
    person: GitPerson,
    at: string,
  ): Promise<string> {
    const environment = {
      GIT_AUTHOR_NAME: person.name,
      GIT_AUTHOR_EMAIL: person.email,
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_NAME: person.name,
      GIT_COMMITTER_EMAIL: person.email,
      GIT_COMMITTER_DATE: at,
    };
    const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
    return (await this.git(args, message, environment)).trim();
  }

  /** Puts files on top of a branch, or of another commit, as if somebody had pushed. Null deletes. */
  async push(
    branch: string,
    files: Readonly<Record<string, string | null>>,
    options: {
      readonly from?: string;
      readonly message?: string;
      readonly person?: GitPerson;
      readonly at?: string;
    } = {},
  ): Promise<string> {
    const parent = await this.resolve(options.from ?? `refs/heads/${branch}`);
    const index = join(this.root, `index-${process.pid}-${Math.random().toString(36).slice(2)}`);
    const environment = { GIT_INDEX_FILE: index };
    if (parent !== null) await this.git(["read-tree", parent], "", environment);
    for (const [path, content] of Object.entries(files)) {
      const blob =
        content === null ? null : (await this.git(["hash-object", "-w", "--stdin"], content)).trim();
      const line = blob === null ? `0 ${"0".repeat(40)}\t${path}\n` : `100644 ${blob}\t${path}\n`;
      await this.git(["update-index", "--index-info"], line, environment);
    }
    const tree = (await this.git(["write-tree"], "", environment)).trim();
    await rm(index, { force: true });
    const person = options.person ?? { name: "Ada", email: "ada@example.com" };
    const at = options.at ?? "2026-03-18T08:00:00Z";
    const message = options.message ?? `Change ${Object.keys(files).join(", ")}`;
    const sha = await this.commitTree(tree, parent === null ? [] : [parent], message, person, at);
    await this.setRef(`refs/heads/${branch}`, sha);
    return sha;
  }
}

function parseNameStatus(output: string): readonly GitFile[] {
  const parts = output.split("\0");
  const files: GitFile[] = [];
  for (let at = 0; at + 1 < parts.length;) {
    const letter = parts[at]![0];
    if (letter === "R") {
      files.push({ status: "renamed", previousPath: parts[at + 1]!, path: parts[at + 2]! });
      at += 3;
      continue;
    }
    const status = letter === "A" ? "added" : letter === "D" ? "removed" : "modified";
    files.push({ status, previousPath: null, path: parts[at + 1]! });
    at += 2;
  }
  return files;
}

function inUtc(at: string): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}
