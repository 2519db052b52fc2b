/** What a forge must offer so that the contract can be run on it. */
import { execFileSync } from "node:child_process";
import type { Forge, ForgeWriter, Marker, NewRequest } from "../../src/forge/forge.ts";
import { BOT, GIT_ENV, MARCH } from "../repo/git-fixture.ts";

/** A person at the forge, with the right to write. */
export interface ForgePerson {
  review(
    number: number,
    state: "approved" | "changes-requested" | "commented",
    headSha: string,
  ): Promise<void>;
  addLabel(number: number, name: string): Promise<void>;
  removeLabel(number: number, name: string): Promise<void>;
  comment(number: number, body: string): Promise<void>;
  close(number: number): Promise<void>;
  reopen(number: number): Promise<void>;
  merge(number: number): Promise<void>;
}

export interface CrashingWriter {
  readonly writer: ForgeWriter;
  /** Whether the call at which it stops was reached. */
  readonly isReached: () => boolean;
}

/**
 * One repository with `main` (files `fleet.yaml`: "kind: Fleet" and `rings/pilot.yaml`: "kind: Ring") and a
 * forge on it. `BOT.email` is our address.
 */
export interface ForgeWorld extends Forge {
  /** Writes as the same bot, from another process. */
  readonly rival: ForgeWriter;
  /** The Git directory in which branches count; branches are written here behind the forge's back. */
  readonly truth: string;
  person(login: string): ForgePerson;
  /** All comments with their full text, oldest first. */
  listComments(number: number): Promise<readonly { readonly login: string; readonly text: string }[]>;
  /** Moves the forge's clock on. */
  advance(seconds: number): void;
  /** A writer that stops dead at its n-th call of what lies below it, before the call or just after it took effect. */
  crashAt(call: number, when: "before" | "after"): CrashingWriter;
}

function git(world: ForgeWorld, input: string | null, ...args: readonly string[]): string {
  return execFileSync("git", args, {
    cwd: world.truth,
    env: GIT_ENV,
    encoding: "utf8",
    ...(input === null ? {} : { input }),
    stdio: ["pipe", "pipe", "pipe"],
  }).trim();
}

export function readTip(world: ForgeWorld, branch: string): string {
  return git(world, null, "rev-parse", "--verify", `refs/heads/${branch}`);
}

export function ask(world: ForgeWorld, ...args: readonly string[]): string {
  return git(world, null, ...args);
}

/** Commits one file on top of a commit, as somebody with this address, and puts the branch there. */
export function commitOn(
  world: ForgeWorld,
  branch: string,
  change: {
    readonly parent: string;
    readonly path: string;
    readonly text: string | null;
    readonly email: string;
    readonly subject?: string;
  },
): string {
  const who = `${change.email.split("@")[0]!} <${change.email}> ${MARCH} +0000`;
  const subject = change.subject ?? `change ${change.path}`;
  const file =
    change.text === null
      ? `D ${change.path}\n`
      : `M 100644 inline ${change.path}\ndata ${Buffer.byteLength(change.text)}\n${change.text}\n`;
  const stream =
    `commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\n` +
    `data ${Buffer.byteLength(subject)}\n${subject}\nfrom ${change.parent}\n${file}\nget-mark :1\ndone\n`;
  const marked = stream.replace("\nauthor", "\nmark :1\nauthor");
  return git(world, marked, "fast-import", "--quiet", "--done", "--force");
}

export const HEAD = "patchring/promote/production";

export function marker(change: Partial<Marker> = {}): Marker {
  return {
    kind: "promotion",
    key: "production",
    data: { ring: "production", patches: ["KB1", "KB--2 -->"], digest: "sha256:1" },
    ...change,
  };
}

export function newRequest(change: Partial<NewRequest> = {}): NewRequest {
  return {
    marker: marker(),
    headBranch: HEAD,
    base: "main",
    title: "promote(production): KB1",
    body: "### Decision asked\n\nApprove KB1.\n",
    labels: ["promotion", "ring/production"],
    ...change,
  };
}

/** A world in which the head branch has been pushed by us. */
export async function pushed(
  makeWorld: () => Promise<ForgeWorld>,
): Promise<{ world: ForgeWorld; head: string }> {
  const world = await makeWorld();
  const head = commitOn(world, HEAD, {
    parent: readTip(world, "main"),
    path: "promotions/production/kb1.yaml",
    text: "kind: Promotion\n",
    email: BOT.email,
  });
  return { world, head };
}
