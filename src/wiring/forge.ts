/** The forge that the policy names, opened for the command line. */
import { refuse, type Refusal } from "../cli/refusal.ts";
import type { ForgePlace, ReadingPorts, WritingPorts } from "../cli/invocation.ts";
import type { GithubForgeOptions } from "../forge/github/github-forge.ts";

export type ForgePorts = Pick<ReadingPorts, "openForge"> &
  Pick<WritingPorts, "openForgeDesk" | "openForgePost">;

/** `timing`: how long the forge on GitHub waits between calls; absent parts as GitHub asks. */
export function createForgePorts(timing: GithubForgeOptions["timing"] = {}): ForgePorts {
  return {
    openForge: async (place) => {
      if (isOnGithub(place)) return (await import("./github-forge.ts")).openGithubView(place, timing);
      return (await import("./local-forge.ts")).openLocalView(place);
    },
    openForgeDesk: async (place, as) => {
      if (isOnGithub(place)) return (await import("./github-forge.ts")).openGithubDesk(place, as, timing);
      return (await import("./local-forge.ts")).openLocalDesk(place, as);
    },
    openForgePost: async (place) => {
      if (isOnGithub(place)) return (await import("./github-forge.ts")).openGithubPost(place, timing);
      return (await import("./local-forge.ts")).openLocalDesk(place, "program");
    },
  };
}

/** Refuses a kind that there is none of. */
function isOnGithub({ settings }: ForgePlace): boolean {
  const kind = settings === null ? "local" : settings["kind"];
  if (kind === "local" || kind === "github") return kind === "github";
  throw unknownForge(kind);
}

function unknownForge(kind: unknown): Refusal {
  return refuse(
    "policy",
    "cli/unknown-forge",
    "Unknown forge",
    `The Fleet names a forge of kind ${JSON.stringify(kind)}. This version has: github, local.`,
    "write `forge: { kind: local }`: requests then stand in the repository itself.",
  );
}
