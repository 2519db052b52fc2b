/** The forge that the policy names, opened for the command line. */
import { refuse, type Refusal } from "../cli/refusal.ts";
import type { ForgePlace, ReadingPorts, WritingPorts } from "../cli/invocation.ts";
import type { GithubForgeOptions } from "../forge/github/github-forge.ts";

export type ForgePorts = Pick<ReadingPorts, "openForge"> &
  Pick<WritingPorts, "openForgeDesk" | "openForgePost">;

/** `timing`: how long the forge on GitHub waits between calls; absent parts as GitHub asks. */
export function createForgePorts(timing: GithubForgeOptions["timing"] = {}): ForgePorts {
  const github = (): Promise<typeof import("./github-forge.ts")> => import("./github-forge.ts");
  const local = (): Promise<typeof import("./local-forge.ts")> => import("./local-forge.ts");
  return {
    openForge: async (place) =>
      isOnGithub(place) ? (await github()).openGithubView(place, timing) : (await local()).openLocalView(place),
    openForgeDesk: async (place, as) =>
      isOnGithub(place)
        ? (await github()).openGithubDesk(place, as, timing)
        : (await local()).openLocalDesk(place, as),
    openForgePost: async (place) =>
      isOnGithub(place)
        ? (await github()).openGithubPost(place, timing)
        : (await local()).openLocalDesk(place, "program"),
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
