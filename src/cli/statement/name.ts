/** Which document a statement goes to: a new one, or one that says the same of the same patches already. */
import { sha256Of } from "../../policy/digest.ts";
import type { PolicyFile } from "../../policy/load.ts";
import { slugOf } from "../../policy/promotion-slug.ts";
import { findStatement } from "../../policy/read-statement.ts";
import { refuse } from "../refusal.ts";
import { orderFor, type AskedStatement, type Spec } from "./order.ts";
import type { StatementOrder } from "../../policy/write-statement.ts";

const LONGEST = 63;
const MOST_OF_A_NAME = 1000;

/** `hold-kb5990160`, `pull-kb1-and-2-more`; never longer than a name may be. */
export function deriveName(prefix: string, patches: readonly string[]): string {
  const more = patches.length > 1 ? `-and-${patches.length - 1}-more` : "";
  const name = `${prefix}-${slugOf(patches[0]!)}${more}`;
  if (name.length <= LONGEST) return name;
  const hash = sha256Of(JSON.stringify(patches)).slice(7, 15);
  return `${name.slice(0, LONGEST - 9).replace(/-+$/, "")}-${hash}`;
}

/**
 * A name that was given changes the document of that name: patches are added, never dropped. A derived
 * name changes a document only where that has the same patches and scope; else it gets a number.
 */
export function placeStatement(asked: AskedStatement, files: readonly PolicyFile[]): StatementOrder {
  if (asked.name !== null) return placeNamed(asked, asked.name, files);
  const stem = deriveName(asked.prefix, asked.patches);
  for (let number = 1; number < MOST_OF_A_NAME; number += 1) {
    const end = number === 1 ? "" : `-${number}`;
    const name = `${stem.slice(0, LONGEST - end.length).replace(/-+$/, "")}${end}`;
    const standing = findStatement(asked.kind, name, files);
    if (standing === null || isSameScope(standing.spec, asked)) return orderFor(asked, name, asked.patches);
  }
  throw new Error(`no name is free for ${stem}`);
}

function placeNamed(asked: AskedStatement, name: string, files: readonly PolicyFile[]): StatementOrder {
  const standing = findStatement(asked.kind, name, files);
  if (standing === null) return orderFor(asked, name, asked.patches);
  const { patches } = standing.spec;
  if (Array.isArray(patches) && patches.every((one) => typeof one === "string")) {
    return orderFor(asked, name, [...new Set([...patches, ...asked.patches])]);
  }
  throw refuse(
    "usage",
    "cli/statement",
    "Document selects patches otherwise",
    `${asked.kind} ${name} in ${standing.path} selects its patches by more than a list of ids, so none can be added to it.`,
    "give another `--name`, or edit that file.",
  );
}

function isSameScope(spec: Spec, asked: AskedStatement): boolean {
  const scope = (from: Spec, patches: unknown): string =>
    JSON.stringify([
      Array.isArray(patches) ? [...(patches as unknown[])].sort() : patches,
      from["devices"] ?? {},
      Array.isArray(from["rings"]) ? [...(from["rings"] as unknown[])].sort() : (from["rings"] ?? null),
      from["action"] ?? null,
    ]);
  return scope(spec, spec["patches"]) === scope(asked.spec, asked.patches);
}
