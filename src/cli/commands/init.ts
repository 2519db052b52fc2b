import { existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { schemaText } from "../../generated/schema-text.ts";
import type { Input } from "../arguments/input.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { findGithubOrigin } from "../init/origin.ts";
import { policyFiles } from "../init/policy-files.ts";
import { repositoryFiles } from "../init/repository-files.ts";
import { workflowFiles } from "../init/workflow-files.ts";
import { refuse } from "../refusal.ts";
import type { PreviewInvocation } from "../invocation.ts";

/** Writes a policy repository to start from. All or nothing: where one of the files is there, none is written. */
export async function init(input: Input, invocation: PreviewInvocation): Promise<ExitCode> {
  const given = input.argument(0) ?? ".";
  const directory = resolve(invocation.globals.directory, given);
  const place = { directory: nearestFolder(directory), env: invocation.io.env };
  const repository = await findGithubOrigin(place);
  const files = scaffold(nameOf(directory), invocation.version, repository);
  const paths = Object.keys(files).sort();
  refuseExisting(directory, given, paths);
  for (const path of paths) writeNew(join(directory, path), files[path]!);
  show(invocation, given, paths);
  return EXIT_CODES.done;
}

/** Every file with its text, by its path from the root. */
export function scaffold(
  name: string,
  version: string,
  repository: string | null,
): Readonly<Record<string, string>> {
  return {
    ...policyFiles(name, repository),
    ...repositoryFiles(name),
    ...workflowFiles(version),
    ...schemaFiles(),
  };
}

/** The folder itself, or the one that it will be made in. */
function nearestFolder(path: string): string {
  const parent = dirname(path);
  return existsSync(path) || parent === path ? path : nearestFolder(parent);
}

/** The schemas that this version checks with, so that editors need no network. */
function schemaFiles(): Record<string, string> {
  const kinds = Object.entries(schemaText).filter(([kind]) => kind !== "shared");
  return Object.fromEntries(
    kinds.map(([kind, schema]) => {
      const slug = kind.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
      return [`.patchring/schemas/${slug}.schema.json`, `${JSON.stringify(JSON.parse(schema), null, 2)}\n`];
    }),
  );
}

/** The folder's name as a name of a policy. */
function nameOf(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  const isWord = /^(?:null|true|false|yes|no|on|off)$/.test(name);
  return /^[a-z]/.test(name) && !isWord ? name : "my-fleet";
}

function refuseExisting(directory: string, given: string, paths: readonly string[]): void {
  const there = paths.filter(
    (path) => lstatSync(join(directory, path), { throwIfNoEntry: false }) !== undefined,
  );
  if (there.length === 0) return;
  const shown = there.slice(0, 5).map((path) => JSON.stringify(path));
  const more = there.length > 5 ? ` and ${there.length - 5} more` : "";
  throw refuse(
    "error",
    "cli/not-written",
    "Files are there already",
    `${JSON.stringify(given)} has ${shown.join(", ")}${more}. Nothing was written.`,
    "name an empty folder, such as `patchring init patch-policy`.",
  );
}

function writeNew(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw refuse(
      "error",
      "cli/not-written",
      "File cannot be written",
      `${path} could not be written: the system says ${JSON.stringify(String(error.code))}. Files written before it stay.`,
      "check that the folder may be written to, and start again in an empty one.",
    );
  }
}

function show({ globals, output, io }: PreviewInvocation, given: string, paths: readonly string[]): void {
  if (globals.json) {
    const directory = resolve(globals.directory, given);
    output.write(`${JSON.stringify({ format: "patchring.init/1", directory, files: paths })}\n`);
    return;
  }
  const schemas = paths.filter((path) => path.startsWith(".patchring/schemas/")).length;
  const listed = paths.filter((path) => !path.startsWith(".patchring/schemas/")).map((path) => `  ${path}`);
  const inGit = existsSync(join(resolve(io.cwd, globals.directory, given), ".git"));
  output.write(
    [
      `Wrote ${paths.length} files:`,
      ...listed,
      `  .patchring/schemas/ (${schemas} schemas)`,
      "",
      "Next",
      ...(inGit ? [] : ["  git init && git add -A && git commit -m 'Patch policy'"]),
      "  patchring validate",
      "",
    ].join("\n"),
  );
}
