import { parseDuration } from "../../core/time.ts";

export type Complain = (key: string, detail: string, fix: string | null) => void;

type Json = Readonly<Record<string, unknown>>;

const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const MAX_TEXT = 1000;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export class FieldReader {
  readonly #object: Json;
  readonly #complain: Complain;

  constructor(object: Json, keys: readonly string[], complain: Complain) {
    this.#object = object;
    this.#complain = complain;
    for (const key of Object.keys(object).filter((name) => !keys.includes(name))) {
      complain(
        key,
        `There is no key ${JSON.stringify(key)} here. Known keys: ${keys.join(", ")}.`,
        "remove it.",
      );
    }
  }

  #get(key: string): unknown {
    return this.#object[key] ?? null;
  }

  #wrong(key: string, expected: string, fix: string | null = null): null {
    const value = JSON.stringify(this.#get(key)).slice(0, 200);
    this.#complain(key, `\`${key}\` is ${value}, but should be ${expected}.`, fix);
    return null;
  }

  has(key: string): boolean {
    return this.#get(key) !== null;
  }

  text(key: string, pattern: RegExp | null = null, expected = "a text"): string | null {
    const value = this.#get(key);
    if (value === null) return null;
    if (typeof value !== "string" || value === "" || value.length > MAX_TEXT || CONTROL.test(value)) {
      return this.#wrong(key, expected);
    }
    return pattern === null || pattern.test(value) ? value : this.#wrong(key, expected);
  }

  word<T extends string>(key: string, words: readonly T[]): T | null {
    const value = this.#get(key);
    const found = words.find((word) => word === value);
    return value === null ? null : (found ?? this.#wrong(key, `one of ${words.join(", ")}`));
  }

  flag(key: string): boolean | null {
    const value = this.#get(key);
    return value === null || typeof value === "boolean" ? value : this.#wrong(key, "true or false");
  }

  whole(key: string, least: number, most: number): number | null {
    const value = this.#get(key);
    if (value === null) return null;
    const fits = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
    return fits ? value : this.#wrong(key, `a whole number from ${least} to ${most}`);
  }

  /** In seconds. */
  duration(key: string): number | null {
    const value = this.#get(key);
    if (value === null) return null;
    const seconds = typeof value === "string" ? parseDuration(value) : null;
    return seconds ?? this.#wrong(key, "a duration such as 90m, 12h or 7d");
  }

  list(key: string): readonly string[] {
    const value = this.#get(key);
    if (value === null) return [];
    const items = typeof value === "string" ? [value] : value;
    if (
      Array.isArray(items) &&
      items.every((item) => typeof item === "string" && item !== "" && !CONTROL.test(item))
    ) {
      return items as readonly string[];
    }
    this.#wrong(key, "a list of texts");
    return [];
  }

  object(key: string): Json | null {
    const value = this.#get(key);
    return value === null || isObject(value) ? value : this.#wrong(key, "a map");
  }
}
