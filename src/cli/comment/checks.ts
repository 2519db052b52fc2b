/** Small checks of a value that somebody else wrote: each says what is wrong, or null. */

export type Check = (value: unknown, path: string) => string | null;

export function text(longest: number): Check {
  return (value, path) =>
    typeof value === "string" && value.length <= longest
      ? null
      : `\`${path}\` is no text of at most ${longest} characters`;
}

export function matching(pattern: RegExp, what: string): Check {
  return (value, path) =>
    typeof value === "string" && value.length <= 200 && pattern.test(value)
      ? null
      : `\`${path}\` is no ${what}`;
}

/** A whole number from 0 on that JSON carries exactly. */
export const count: Check = (value, path) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? null : `\`${path}\` is no count`;

export const flag: Check = (value, path) =>
  typeof value === "boolean" ? null : `\`${path}\` is neither true nor false`;

export function oneOf(words: readonly string[]): Check {
  return (value, path) =>
    typeof value === "string" && words.includes(value) ? null : `\`${path}\` is none of ${words.join(", ")}`;
}

export function nullable(check: Check): Check {
  return (value, path) => (value === null ? null : check(value, path));
}

export function list(check: Check, longest: number): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return `\`${path}\` is no list`;
    if (value.length > longest) return `\`${path}\` has more than ${longest} entries`;
    for (const [at, one] of value.entries()) {
      const problem = check(one, `${path}[${at}]`);
      if (problem !== null) return problem;
    }
    return null;
  };
}

/** All of these keys; further ones are not read. */
export function fields(checks: Readonly<Record<string, Check>>): Check {
  const own = Object.entries(checks);
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return `\`${path}\` is no object`;
    const read = value as Readonly<Record<string, unknown>>;
    for (const [key, check] of own) {
      const problem = check(
        Object.hasOwn(read, key) ? read[key] : undefined,
        path === "" ? key : `${path}.${key}`,
      );
      if (problem !== null) return problem;
    }
    return null;
  };
}
