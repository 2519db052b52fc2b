/** Checks of commits: `refs/patchring/checks/<sha>` names a commit that holds `checks.json`. */
import { ForgeError } from "../error.ts";
import type { NewCheck } from "../forge.ts";
import type { Check } from "../request.ts";
import type { LocalForgeOptions } from "./context.ts";
import { retry } from "./store.ts";

interface RecordedCheck extends Check {
  readonly summary: string | null;
}

interface CheckFile {
  readonly format: "patchring.checks/1";
  readonly checks: readonly RecordedCheck[];
}

interface ReadChecks {
  /** The commit that the ref names; null when there is none yet. */
  readonly at: string | null;
  readonly checks: readonly RecordedCheck[];
}

function checksRef(sha: string): string {
  return `refs/patchring/checks/${sha}`;
}

async function readChecks({ git }: LocalForgeOptions, sha: string): Promise<ReadChecks> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(sha) || !(await git.hasCommit(sha))) {
    throw new ForgeError("not-found", `there is no commit ${JSON.stringify(sha.slice(0, 100))}`);
  }
  const at = await git.readRef(checksRef(sha));
  if (at === null) return { at, checks: [] };
  const [text] = await git.readTexts([`${at}:checks.json`]);
  try {
    const file = JSON.parse(text ?? "") as CheckFile;
    return { at, checks: [...file.checks] };
  } catch (cause) {
    throw new ForgeError("storage", `${checksRef(sha)} does not hold checks`, { cause });
  }
}

/** Sorted by name. */
export async function listChecks(options: LocalForgeOptions, sha: string): Promise<Check[]> {
  const { checks } = await readChecks(options, sha);
  return checks
    .map(({ name, state, description, url, at }) => ({ name, state, description, url, at }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** False when the check says the same already. */
export function setCheck(options: LocalForgeOptions, sha: string, check: NewCheck): Promise<boolean> {
  return retry(async () => {
    const { at, checks } = await readChecks(options, sha);
    const old = checks.find(({ name }) => name === check.name);
    if (old !== undefined && isSame(old, check)) return false;
    const others = checks.filter(({ name }) => name !== check.name);
    const { name, state, description, url, summary } = check;
    const now = { name, state, description, url, summary, at: options.now() };
    const file: CheckFile = { format: "patchring.checks/1", checks: [...others, now] };
    const to = await options.git.writeFiles(
      new Map([["checks.json", `${JSON.stringify(file, null, 2)}\n`]]),
      {
        parents: at === null ? [] : [at],
        author: options.writeAs,
        at: options.now(),
        message: `Check ${name}: ${state}\n`,
      },
    );
    const moves = [{ ref: checksRef(sha), from: at, to }];
    return (await options.git.moveRefs(moves, `patchring: check ${state}`)) ? true : null;
  });
}

function isSame(old: RecordedCheck, check: NewCheck): boolean {
  return (
    old.state === check.state &&
    old.description === check.description &&
    old.url === check.url &&
    old.summary === check.summary
  );
}
