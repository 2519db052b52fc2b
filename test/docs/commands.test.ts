/** README.md and docs/ run as they stand: every command of theirs, in a copy of what it needs, gives the output shown. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GLOBAL_OPTIONS } from "../../src/cli/arguments/globals.ts";
import { GUARD_OPTIONS } from "../../src/cli/arguments/guard-options.ts";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { VERBS } from "../../src/cli/verbs.ts";
import { run } from "../cli/cli.ts";
import { findChanges, findCommands, matchesOutput, normalize, patchringWords } from "./commands.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Shown, but not run here: `.ci/run` runs these, or they change the machine. */
const NOT_RUN = /^(npm|git|cd|cat|ls|diff|curl|docker|echo|export|cp|mv|\.ci\/run|node)\b/;

function listPages(): string[] {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && one.name.endsWith(".md"))
    .map((one) => join(one.parentPath, one.name));
  const readme = join(ROOT, "README.md");
  return [...(existsSync(readme) ? [readme] : []), ...docs.sort()];
}

describe("what the harness understands", () => {
  const page = '```console\n$ patchring a "b c"\nout\n\nmore\n$ npm test\n```\n\n```yaml\n$ no\n```\n';

  it("finds commands and their output", () => {
    expect(findCommands(page)).toEqual([
      { line: 2, command: 'patchring a "b c"', output: "out\n\nmore" },
      { line: 6, command: "npm test", output: "" },
    ]);
    expect(patchringWords('npx patchring a "b c"')).toEqual(["a", "b c"]);
    expect(patchringWords("npm test")).toBeNull();
  });

  it("compares what does not vary", () => {
    expect(matchesOutput("a\n…\nc", "a\nb\nb\nc")).toBe(true);
    expect(matchesOutput("a\n…\nc", "a\nb\nd")).toBe(false);
    expect(matchesOutput("a.c", "abc")).toBe(false);
    expect(normalize(`x ${"a1".repeat(20)} y  \n`, "/somewhere")).toBe("x <commit> y");
  });
});

describe("docs/commands.md", () => {
  const page = readFileSync(join(ROOT, "docs/commands.md"), "utf8");
  /** The first cell of each row of the table that starts with this heading. */
  const cells = (heading: string): string[] => {
    const lines = page.split("\n");
    const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
    const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
    return lines.slice(start + 2, end).map((line) => line.split("|")[1]!.replaceAll("`", "").trim());
  };

  it("lists every verb, exit code, option and flag of a guard", () => {
    expect(
      cells("verb")
        .map((cell) => cell.split(" ")[0])
        .sort(),
    ).toEqual(VERBS.map((verb) => verb.name).sort());
    expect(cells("code")).toEqual(Object.values(EXIT_CODES).map(String));
    const longNames = (specs: readonly { readonly flags: string }[]): string[] =>
      specs.map(({ flags }) => /--[a-z-]+/.exec(flags)![0]);
    expect(cells("option").map((cell) => /--[a-z-]+/.exec(cell)![0])).toEqual(longNames(GLOBAL_OPTIONS));
    for (const flag of longNames(GUARD_OPTIONS)) expect(page).toContain(flag);
  });
});

/** A fresh copy of what the pages speak of. */
function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "patchring-docs-"));
  for (const name of ["policies", "examples"]) {
    if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  return folder;
}

describe.each(listPages().map((page) => [relative(ROOT, page), page] as const))("%s", (_name, page) => {
  const markdown = readFileSync(page, "utf8");
  const steps = [...findCommands(markdown), ...findChanges(markdown)].sort((a, b) => a.line - b.line);
  let folder = "";
  beforeAll(() => {
    folder = copyProject();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("can be read", () => {
    expect(markdown).toMatch(/^# /m);
  });

  it.each(steps.map((step) => [step.line, step] as const))("line %i holds", async (_line, step) => {
    if ("diff" in step) {
      execFileSync("git", ["apply", "--unidiff-zero", "-"], { cwd: folder, input: step.diff });
      return;
    }
    const words = patchringWords(step.command);
    if (words === null) {
      expect(
        step.command,
        "a command that is neither patchring's nor one that is known not to be run",
      ).toMatch(NOT_RUN);
      return;
    }
    const ran = await run(folder, words);
    const actual = normalize(ran.stdout + ran.stderr, folder);
    const expected = normalize(step.output, folder);
    if (matchesOutput(expected, actual)) return;
    expect(actual).toBe(expected);
  });
});

it("the pages have commands and a change at all", () => {
  const texts = listPages().map((page) => readFileSync(page, "utf8"));
  expect(texts.flatMap(findCommands).length).toBeGreaterThan(10);
  expect(texts.flatMap(findChanges).length).toBeGreaterThan(0);
});
