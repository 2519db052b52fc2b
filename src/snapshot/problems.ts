import type { Diagnostic, Place, Severity } from "../core/diagnostic.ts";
import type { SnapshotCode } from "./codes.ts";

/** After so many errors the rest of the file is not read: a wrong export repeats one mistake on every line. */
export const MAX_ERRORS = 20;
const MAX_WARNINGS = 100;
const FRAME_CHARACTERS = 200;

/** What is wrong, apart from where. */
export interface Problem {
  readonly code: SnapshotCode;
  readonly summary: string;
  readonly detail: string;
  readonly fix?: string;
  readonly severity?: Severity;
}

/** A value as it stands in a message: JSON, cut at 60 characters. */
export function quote(value: unknown): string {
  const text =
    typeof value === "object" && value !== null
      ? Array.isArray(value)
        ? "a list"
        : "an object"
      : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Collects the diagnostics of one file. Warnings that repeat (same code, summary and detail) are kept once. */
export class Problems {
  readonly diagnostics: Diagnostic[] = [];
  errors = 0;
  private warnings = 0;
  private readonly seen = new Set<string>();
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** True when reading on is of no use. */
  get full(): boolean {
    return this.errors >= MAX_ERRORS;
  }

  /** `line` is 0 for what belongs to the whole file; `text` gives the source line when it is wanted. */
  add(problem: Problem, line: number, text: () => string): void {
    const severity = problem.severity ?? "error";
    if (severity === "error") {
      if (this.full) return;
      this.errors++;
    } else {
      const key = `${problem.code} ${problem.summary} ${problem.detail}`;
      if (this.seen.has(key) || this.warnings >= MAX_WARNINGS) return;
      this.seen.add(key);
      this.warnings++;
    }
    this.diagnostics.push({
      severity,
      code: problem.code,
      summary: problem.summary,
      place: this.place(line, text),
      detail: problem.detail,
      fix: problem.fix ?? null,
      related: [],
    });
  }

  private place(line: number, text: () => string): Place {
    return {
      file: this.#file,
      line: Math.max(1, line),
      column: 1,
      length: 1,
      text: line === 0 ? "" : text().slice(0, FRAME_CHARACTERS),
    };
  }
}
