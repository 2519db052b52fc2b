import type { Instant } from "../../core/model.ts";
import { parseInstant } from "../../core/time.ts";
import { usage } from "../refusal.ts";

/** What stands on the command line for one verb, read by type. Each reader refuses with exit 64. */
export class Input {
  readonly #arguments: readonly string[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(args: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.#arguments = args;
    this.#options = options;
  }

  argument(index: number): string | null {
    return this.#arguments[index] ?? null;
  }

  arguments(): readonly string[] {
    return this.#arguments;
  }

  /** Options are named as commander names them: `--max-rows` is `maxRows`. */
  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  text(name: string): string | null {
    const value = this.#options[name];
    return typeof value === "string" ? value : null;
  }

  /** A repeatable option; values may also be joined by commas. */
  list(name: string): readonly string[] {
    const value = this.#options[name];
    if (!Array.isArray(value)) return [];
    return value.flatMap((one) => String(one).split(",")).filter((one) => one !== "");
  }

  /** A repeatable option whose values may hold commas. */
  values(name: string): readonly string[] {
    const value = this.#options[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  count(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    if (!/^\d{1,9}$/.test(value)) {
      throw usage(`\`${dashed(name)}\` takes a whole number, but was given ${JSON.stringify(value)}.`);
    }
    return Number(value);
  }

  instant(name: string): Instant | null {
    const value = this.text(name);
    if (value === null) return null;
    const at = parseInstant(value);
    if (at === null) {
      throw usage(
        `\`${dashed(name)}\` takes an RFC 3339 instant with a zone, but was given ${JSON.stringify(value)}.`,
        `write it such as \`${dashed(name)} 2026-03-18T09:00:00Z\`.`,
      );
    }
    return at;
  }
}

/** `maxRows` as it is typed: `--max-rows`. */
function dashed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
