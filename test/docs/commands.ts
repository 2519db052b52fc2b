/** The commands in a Markdown text, with the output that it promises. */

export interface DocumentedCommand {
  /** Line of the command, from 1. */
  readonly line: number;
  /** Without the prompt. */
  readonly command: string;
  /** What stands under it, up to the next command or the end of the block. */
  readonly output: string;
}

/** A change to a file that the reader is told to make: the text of a ```diff block. */
export interface DocumentedChange {
  /** Line of the block's fence, from 1. */
  readonly line: number;
  readonly diff: string;
}

/** Every ```diff block. */
export function findChanges(markdown: string): DocumentedChange[] {
  const lines = markdown.split("\n");
  return lines.flatMap((text, start) => {
    if (text !== "```diff") return [];
    const end = lines.indexOf("```", start + 1);
    return [{ line: start + 1, diff: `${lines.slice(start + 1, end).join("\n")}\n` }];
  });
}

/** Every `$ ` line of a ```console or ```sh block. Lines of a block before its first `$ ` are an error. */
export function findCommands(markdown: string): DocumentedCommand[] {
  const found: { line: number; command: string; output: string[] }[] = [];
  let fence: string | null = null;
  let inBlock = false;
  markdown.split("\n").forEach((text, index) => {
    const opening = /^ {0,3}(`{3,})\s*(\w*)/.exec(text);
    if (fence === null && opening !== null) {
      fence = opening[1]!;
      inBlock = opening[2] === "console" || opening[2] === "sh";
      return;
    }
    if (fence !== null && text.trim() === fence) {
      fence = null;
      inBlock = false;
      return;
    }
    if (!inBlock) return;
    if (text.startsWith("$ ")) {
      found.push({ line: index + 1, command: text.slice(2), output: [] });
      return;
    }
    const last = found.at(-1);
    if (last === undefined) throw new Error(`line ${index + 1}: a block starts with a command after "$ "`);
    last.output.push(text);
  });
  return found.map(({ line, command, output }) => ({ line, command, output: output.join("\n").trimEnd() }));
}

/** `npx patchring plan -C "a b"` as words; null for a command that is not patchring's. Quotes only, no shell. */
export function patchringWords(command: string): string[] | null {
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!);
  const rest = words[0] === "npx" ? words.slice(1) : words;
  return rest[0] === "patchring" ? rest.slice(1) : null;
}

/** What differs from machine to machine and from commit to commit. */
export function normalize(text: string, folder: string): string {
  return text
    .replaceAll(folder, "<folder>")
    .replace(/\b[0-9a-f]{40}\b/g, "<commit>")
    .replace(/(Policy +)[0-9a-f]{12}\b/g, "$1<commit>")
    .replace(/(Policy +)(?:outside Git|<commit>(?: with changes not committed)?),/g, "$1<commit>,")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();
}

/** True when `actual` is `expected`, where a line `…` of `expected` stands for any lines. */
export function matchesOutput(expected: string, actual: string): boolean {
  const pattern = expected
    .split("\n")
    .map((line) => (line.trim() === "…" ? "[\\s\\S]*?" : line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("\n");
  return new RegExp(`^${pattern}$`).test(actual);
}
