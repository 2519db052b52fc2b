/** Texts and history for promoting, from a repository that was opened. */
import { readHistory } from "../../repo/history.ts";
import { openPlumbing } from "../../repo/plumbing.ts";
import type { Repository } from "../../repo/repository.ts";
import type { PromoteGit } from "./ports.ts";

export function openPromoteGit(repository: Repository): PromoteGit {
  const plumbing = openPlumbing(repository);
  return {
    readTexts: async (commit, paths) => {
      const texts = await plumbing.readTexts(paths.map((path) => `${commit}:${path}`));
      return new Map(
        paths.flatMap((path, at) => {
          const text = texts[at] ?? null;
          return text === null ? [] : [[path, text] as const];
        }),
      );
    },
    readChangedAt: async (commit, path) => {
      const [last] = await readHistory(repository, {
        revision: commit,
        without: null,
        paths: [path],
        isFollowed: false,
        maxCommits: 1,
      });
      return last?.committedAt ?? null;
    },
  };
}
