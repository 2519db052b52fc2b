/** As whom something is written down. */
import { refuse } from "../cli/refusal.ts";
import type { ForgePlace } from "../cli/invocation.ts";
import type { Person } from "../repo/branch-writer.ts";
import { readPerson } from "../repo/person.ts";
import { openRepository } from "../repo/repository.ts";

/** Who the program is where it opens requests and commits. */
export const PROGRAM: Person = { name: "patchring", email: "patchring@localhost" };

/** The program, or whom Git is configured for in the policy's folder. */
export async function findAuthor({ directory, env }: ForgePlace, as: "program" | "person"): Promise<Person> {
  if (as === "program") return PROGRAM;
  const person = await readPerson(await openRepository({ directory, env }));
  if (person !== null && person.name !== PROGRAM.name && person.email !== PROGRAM.email) return person;
  throw refuse(
    "denied",
    "cli/no-person",
    "Nobody to act as",
    person === null
      ? "What a person does is recorded with their name, and Git knows none here."
      : `Git is configured for ${JSON.stringify(person.name)}, the name of the program itself: it may not review, merge or ask as a person.`,
    'write `git config user.name "…"` and `git config user.email "…"`.',
  );
}
