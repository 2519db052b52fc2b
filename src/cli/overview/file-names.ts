import { sha256Of } from "../../policy/digest.ts";
import { slugOf } from "../../policy/promotion-slug.ts";

const LONGEST = 60;
/** Names that Windows keeps for devices, whatever their extension. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;
/** The file of devices that have no client. */
const NO_CLIENT = "no-client";

/**
 * A file name for each client, without folder and extension, in the order given: lower-case letters,
 * digits and dashes only, however hostile the name. A client whose name is not its own slug gets a
 * hash of the name, so that no two share a file and a client keeps its file when others come and go.
 */
export function nameClientFiles(clients: readonly (string | null)[]): string[] {
  const names = clients.map((client) => (client === null ? NO_CLIENT : nameOf(client, 8)));
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return names.map((name, index) => {
    const client = clients[index] ?? null;
    return client === null || counts.get(name) === 1 ? name : nameOf(client, 64, true);
  });
}

function nameOf(client: string, digits: number, always = false): string {
  const slug = slugOf(client).slice(0, LONGEST).replace(/-$/, "");
  const plain = slug === client && !RESERVED.test(slug) && slug !== NO_CLIENT;
  if (plain && !always) return slug;
  return `${slug}-${sha256Of(client).slice("sha256:".length).slice(0, digits)}`;
}
