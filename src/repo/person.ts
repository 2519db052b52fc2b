/** Who works here, as Git is configured. */
import type { Person } from "./branch-writer.ts";
import { askGit } from "./git-process.ts";
import type { Repository } from "./repository.ts";

async function readConfig(repository: Repository, key: string): Promise<string> {
  const answer = await askGit(repository, ["config", "--get", key]);
  return answer.code === 0 ? answer.stdout.toString("utf8").trim() : "";
}

/** `user.name` and `user.email`; null when either is not set. */
export async function readPerson(repository: Repository): Promise<Person | null> {
  const [name, email] = await Promise.all([
    readConfig(repository, "user.name"),
    readConfig(repository, "user.email"),
  ]);
  return name === "" || email === "" ? null : { name, email };
}
