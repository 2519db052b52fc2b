/**
 * "Gates compare exactly" (design 4.1): a percentage is the decimal number that somebody wrote,
 * so it becomes a fraction of two whole numbers here and never meets floating point.
 */

/** The exact value of a number's decimal text. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The fraction that the shortest decimal text of `value` writes: 12.5 is 125/10, 1e-7 is 1/10000000. */
export function fractionOf(value: number): Fraction {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (parts === null) throw new Error(`not a finite number: ${value}`);
  const [, sign = "", whole = "0", decimals = "", exponent = "0"] = parts;
  const digits = BigInt(`${sign}${whole}${decimals}`);
  const power = Number(exponent) - decimals.length;
  return power >= 0
    ? { numerator: digits * 10n ** BigInt(power), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-power) };
}

/** `100 × part ≥ percent × whole`. */
export function isAtLeastPercent(part: number, percent: number, whole: number): boolean {
  const { numerator, denominator } = fractionOf(percent);
  return 100n * BigInt(part) * denominator >= numerator * BigInt(whole);
}

/** `100 × part ≤ percent × whole`. */
export function isAtMostPercent(part: number, percent: number, whole: number): boolean {
  const { numerator, denominator } = fractionOf(percent);
  return 100n * BigInt(part) * denominator <= numerator * BigInt(whole);
}

/** `floor(percent × whole / 100)`, for percentages that are not negative. */
export function floorPercent(percent: number, whole: number): number {
  const { numerator, denominator } = fractionOf(percent);
  return Number((numerator * BigInt(whole)) / (100n * denominator));
}

/** `ceil(percent × whole / 100)`, for percentages that are not negative. */
export function ceilPercent(percent: number, whole: number): number {
  const { numerator, denominator } = fractionOf(percent);
  const divisor = 100n * denominator;
  return Number((numerator * BigInt(whole) + divisor - 1n) / divisor);
}
