/** Percentages compare exactly (design 4.1): as fractions of whole numbers, never in floating point. */

interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The number exactly as it is written in decimal: 33.3 is 333/10. */
function decimalFraction(value: number): Fraction {
  const [mantissa, exponentText] = String(value).split("e") as [string, string?];
  const [whole, decimals = ""] = mantissa.split(".") as [string, string?];
  const exponent = Number(exponentText ?? 0) - decimals.length;
  const digits = BigInt(whole + decimals);
  return exponent >= 0
    ? { numerator: digits * 10n ** BigInt(exponent), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-exponent) };
}

/** 100 × part ≥ percent × whole. */
export function isAtLeastPercent(part: number, whole: number, percent: number): boolean {
  if (Number.isInteger(percent)) return 100 * part >= percent * whole;
  const { numerator, denominator } = decimalFraction(percent);
  return 100n * BigInt(part) * denominator >= numerator * BigInt(whole);
}

/** 100 × part ≤ percent × whole. */
export function isAtMostPercent(part: number, whole: number, percent: number): boolean {
  if (Number.isInteger(percent)) return 100 * part <= percent * whole;
  const { numerator, denominator } = decimalFraction(percent);
  return 100n * BigInt(part) * denominator <= numerator * BigInt(whole);
}

/** ceil(percent × whole / 100). */
export function ceilPercentOf(percent: number, whole: number): number {
  if (Number.isInteger(percent)) return Math.ceil((percent * whole) / 100);
  const { numerator, denominator } = decimalFraction(percent);
  const scaled = numerator * BigInt(whole);
  const divisor = denominator * 100n;
  return Number((scaled + divisor - 1n) / divisor);
}

/** floor(percent × whole / 100). */
export function floorPercentOf(percent: number, whole: number): number {
  if (Number.isInteger(percent)) return Math.floor((percent * whole) / 100);
  const { numerator, denominator } = decimalFraction(percent);
  return Number((numerator * BigInt(whole)) / (denominator * 100n));
}
