import type { Diagnostic } from "../../core/diagnostic.ts";
import type { Instant } from "../../core/model.ts";
import type { PolicyIdentity } from "../../core/plan.ts";
import type { PolicySet } from "../../core/policy.ts";
import type { ZoneRules } from "../../core/zone.ts";
import type { PolicyFile } from "../../policy/load.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { Refusal, refuse } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";

/** A policy as read, right or wrong. */
export interface PolicyReading {
  /** Null when it cannot be used; the diagnostics say why. */
  readonly policy: PolicySet | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly zones: ZoneRules;
  /** How many files were read. */
  readonly files: number;
  /** The files as they are shown, sorted by path. */
  readonly texts: readonly PolicyFile[];
  readonly identity: () => Promise<PolicyIdentity>;
  /** What `reviewPolicy` says of a usable policy at an instant, with the source lines. */
  readonly review: (now: Instant) => Promise<readonly Diagnostic[]>;
  /** Fills in the source line where a diagnostic has a place but was made without the text. */
  readonly locate: (diagnostics: readonly Diagnostic[]) => readonly Diagnostic[];
}

/** A policy that can be decided with; it may have warnings, and broken promotions. */
export interface UsablePolicy extends PolicyReading {
  readonly policy: PolicySet;
}

/** What stands before a path inside the policy directory, so that a terminal can link it. */
export function shownPrefix(given: string): string {
  return given === "." ? "" : given.endsWith("/") ? given : `${given}/`;
}

export function readPolicy(invocation: PreviewInvocation): Promise<PolicyReading> {
  return loadFrom(readFiles(invocation));
}

/**
 * Only the files that speak of a Fleet: its settings are known although another file is wrong. Without a
 * policy where the Fleet itself is; `files` counts what was read of it. Says nothing of Git.
 */
export async function readFleet({ globals }: PreviewInvocation): Promise<PolicyReading> {
  const { directory, directoryGiven } = globals;
  const { readPolicyFiles } = await import("../../repo/work-tree.ts");
  const found = checkDirectory(directoryGiven, () => readPolicyFiles(directory, shownPrefix(directoryGiven)));
  const files = found.files.filter(({ text }) => /\bFleet\b/.test(text));
  const identity = Promise.resolve({ commit: null, dirty: false });
  return loadFrom(Promise.resolve({ files, diagnostics: [], identity }));
}

/** What was read, as a policy; right or wrong. */
export async function loadFrom(read: Promise<PolicySource>): Promise<PolicyReading> {
  const [source, { createZoneRules }, { loadPolicy }] = await Promise.all([
    read,
    import("../../time/zone-rules.ts"),
    import("../../policy/load.ts"),
  ]);
  const zones = createZoneRules();
  const { policy, diagnostics } = loadPolicy(source.files, { zones });
  const all = [...source.diagnostics, ...diagnostics];
  return {
    policy: source.diagnostics.length > 0 ? null : policy,
    diagnostics: all,
    zones,
    files: source.files.length,
    texts: source.files,
    review: async (now) => {
      if (policy === null) return [];
      const { reviewPolicy } = await import("../../policy/review.ts");
      return withSourceLines(reviewPolicy(policy, now, { zones }), source.files);
    },
    locate: (found) => withSourceLines(found, source.files),
    identity: async () => ({ ...(await source.identity), digest: policy?.digest ?? "" }),
  };
}

const LONGEST_LINE = 200;

/** Fills in the source line where a diagnostic has a place but was made without the text. */
function withSourceLines(
  diagnostics: readonly Diagnostic[],
  files: readonly { readonly path: string; readonly text: string }[],
): readonly Diagnostic[] {
  return diagnostics.map((one) => {
    const { place } = one;
    if (place?.text !== "") return one;
    const line = files.find((file) => file.path === place.file)?.text.split("\n")[place.line - 1];
    const text = (line ?? "").replace(/\r$/, "").slice(0, LONGEST_LINE);
    return { ...one, place: { ...place, text } };
  });
}

/** Refuses with exit 3 when the policy cannot be used. */
export async function readUsablePolicy(invocation: PreviewInvocation): Promise<UsablePolicy> {
  return requireUsable(await readPolicy(invocation));
}

/** Refuses with exit 3 when it cannot be used. */
export function requireUsable(reading: PolicyReading): UsablePolicy {
  const { policy } = reading;
  if (policy === null) throw new Refusal(EXIT_CODES.policy, reading.diagnostics.filter(isError));
  return { ...reading, policy };
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}

export interface PolicySource {
  readonly files: readonly PolicyFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly identity: Promise<Omit<PolicyIdentity, "digest">>;
}

async function readFiles(invocation: PreviewInvocation): Promise<PolicySource> {
  const { directory, directoryGiven, ref } = invocation.globals;
  const git = { directory, env: invocation.io.env };
  const prefix = shownPrefix(directoryGiven);
  const { readPolicyFiles } = await import("../../repo/work-tree.ts");
  if (ref !== null) {
    checkDirectory(directoryGiven, () => readPolicyFiles(directory, prefix));
    const { readPolicyFilesAt } = await import("../../repo/at-commit.ts");
    const found = await readPolicyFilesAt(ref, prefix, git);
    if ("unknown" in found) throw unknownRevision(ref, directoryGiven, found.unknown);
    return { ...found, identity: Promise.resolve({ commit: found.commit, dirty: false }) };
  }
  const { readIdentity } = await import("../../repo/identity.ts");
  const shown = new Set<string>();
  const identity = readIdentity(git, (folder) => [...shown].some((path) => path.startsWith(prefix + folder)));
  const found = checkDirectory(directoryGiven, () => readPolicyFiles(directory, prefix));
  for (const { path } of found.files) shown.add(path);
  return { ...found, identity };
}

function checkDirectory<T>(given: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw refuse(
      "error",
      "cli/no-directory",
      "Policy directory cannot be read",
      `The policy directory is ${JSON.stringify(given)}, but the system says ${JSON.stringify(String(error.code))}.`,
      "name the directory of the policy with `-C`.",
    );
  }
}

function unknownRevision(ref: string, directory: string, said: string): Refusal {
  return refuse(
    "error",
    "cli/unknown-revision",
    "Unknown revision",
    `Git finds no commit ${JSON.stringify(ref)} for ${JSON.stringify(directory)}.${said === "" ? "" : ` It says ${JSON.stringify(said)}.`}`,
    "name a branch, a tag or a commit that `git log` knows.",
  );
}
