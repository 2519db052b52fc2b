/**
 * What apt said in the last scan of a host. As long as the files that apt answers from are
 * what they were (the section `basis`), the host does not ask apt again and says `@@same`.
 */
import type { Knowledge } from "./knowledge.ts";
import { parsePolicy } from "./parse-policy.ts";
import { splitSections } from "./sections.ts";

export interface KeptAnswer {
  /** The files, as `stat` tells of them. */
  readonly basis: readonly string[];
  /** `package=version` of what is in apt's cache and not installed. */
  readonly downloaded: ReadonlySet<string>;
  /** Lines of `apt-cache policy`. */
  readonly policy: readonly string[];
}

/** Null when the answer is not whole, or cannot be relied on for another scan. */
export function keepAnswer(text: string): KeptAnswer | null {
  const sections = splitSections(text);
  const lines = (name: string): readonly string[] =>
    (sections?.get(name) ?? []).filter((line) => line !== "");
  const [basis, policy] = [lines("basis"), sections?.get("policy")];
  if (policy === undefined || basis.length === 0) return null;
  return { basis, downloaded: new Set(lines("downloaded")), policy };
}

/**
 * Whether all that a full scan would ask the host for besides is known: the details of each
 * newer version, and the changelogs of those that are downloaded.
 */
export function isCovered({ downloaded, policy }: KeptAnswer, knowledge: Knowledge): boolean {
  for (const [name, { rows }] of parsePolicy(policy, new Map())) {
    const at = rows.findIndex(({ installed }) => installed);
    const installed = rows[at]?.version;
    for (const { version } of at < 0 ? rows : rows.slice(0, at)) {
      if (!knowledge.hasDetail(name, version)) return false;
      if (!downloaded.has(`${name}=${version}`)) continue;
      if (installed === undefined || !knowledge.hasRead(name, installed, version)) return false;
    }
  }
  return true;
}

/** The host's answer with what apt said before, where it still says that. */
export function completeAnswer(text: string, kept: KeptAnswer | null): string {
  if (kept === null || !text.includes("\n@@same\n")) return text;
  const sections = splitSections(text);
  if (sections === null || !sections.has("same") || sections.has("policy")) return text;
  return `@@policy\n${kept.policy.join("\n")}\n${text}`;
}
