import type { Instant } from "../../core/model.ts";
import { ForgeError } from "../error.ts";
import type { Actor } from "../request.ts";
import type { GitPerson, LocalGit } from "./git-port.ts";
import type { RecordedActor } from "./record.ts";

export interface LocalForgeOptions {
  readonly git: LocalGit;
  readonly defaultBranch: string;
  /** Who the program is; commits with its e-mail address are ours. */
  readonly bot: GitPerson;
  /** Whom writes are attributed to: the bot, or the person who runs the program by hand. */
  readonly writeAs: GitPerson;
  /** The time that is written down. */
  readonly now: () => Instant;
}

/** The one who writes, as recorded. */
export function writingActor({ bot, writeAs }: LocalForgeOptions): RecordedActor {
  const isBot = writeAs.name === bot.name && writeAs.email === bot.email;
  return { login: writeAs.name, kind: isBot ? "bot" : "person" };
}

export function showActor({ bot }: LocalForgeOptions, actor: RecordedActor): Actor {
  const isUs = actor.kind === "bot" && actor.login === bot.name;
  return { login: actor.login, kind: actor.kind, isUs };
}

/** Someone who made a commit. */
export function actorOfCommit({ bot }: LocalForgeOptions, person: GitPerson): Actor {
  const isUs = person.email === bot.email;
  return { login: person.name, kind: isUs ? "bot" : "person", isUs };
}

/** Runs `work` and turns what Git could not do into errors of a forge. */
export async function asForge<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ForgeError || !(error instanceof Error)) throw error;
    const code = codeOf(error);
    if (code === null) throw error;
    const known = code === "denied" || code === "unreachable" ? code : "storage";
    throw new ForgeError(code === "unsafe-name" ? "refused" : known, error.message, { cause: error });
  }
}

/** The `code` that a failing port gave its error; null for our own bugs. */
export function codeOf(error: Error): string | null {
  return "code" in error && typeof error.code === "string" ? error.code : null;
}
