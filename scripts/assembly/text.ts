/**
 * What both scanners do with bytes. Loads of 16 bytes may reach past what is compared; that many
 * bytes always follow in the memory.
 */

let masks: usize = 0;
let months: usize = 0;

/** Tables that src/snapshot/scan-tables.ts lays out. */
export function setTextTables(masksAt: usize, monthsAt: usize): void {
  masks = masksAt;
  months = monthsAt;
}

export function isSame(known: usize, seen: usize, length: u32): bool {
  const stop = known + (length & ~15);
  while (known < stop) {
    if (v128.any_true(v128.xor(v128.load(known), v128.load(seen)))) return false;
    known += 16;
    seen += 16;
  }
  const mask = v128.load(masks + (((<usize>length) & 15) << 4));
  return !v128.any_true(v128.and(v128.xor(v128.load(known), v128.load(seen)), mask));
}

/** Seconds since 1970 of `YYYY-MM-DDThh:mm:ssZ`; -1 for anything else. */
export function readInstant(from: usize): i64 {
  const first = v128.load(from);
  const second = v128.load(from, 4);
  const low = i8x16(
    0x30,
    0x30,
    0x30,
    0x30,
    0x2d,
    0x30,
    0x30,
    0x2d,
    0x30,
    0x30,
    0x54,
    0x30,
    0x30,
    0x3a,
    0x30,
    0x30,
  );
  const width = i8x16(9, 9, 9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9);
  const low2 = i8x16(
    0x2d,
    0x30,
    0x30,
    0x2d,
    0x30,
    0x30,
    0x54,
    0x30,
    0x30,
    0x3a,
    0x30,
    0x30,
    0x3a,
    0x30,
    0x30,
    0x5a,
  );
  const width2 = i8x16(0, 9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9, 0, 9, 9, 0);
  const digits = i8x16.sub(first, low);
  const digits2 = i8x16.sub(second, low2);
  const shaped = v128.and(i8x16.le_u(digits, width), i8x16.le_u(digits2, width2));
  if (!i8x16.all_true(shaped)) return -1;
  // Two digits each: century, year, month, day, hour, minute, second, and the century once more.
  const tens = v128.shuffle<u8>(digits, digits2, 0, 2, 5, 8, 11, 14, 29, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const ones = v128.shuffle<u8>(digits, digits2, 1, 3, 6, 9, 12, 15, 30, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  const numbers = i16x8.add(i16x8.extmul_low_i8x16_u(tens, i8x16.splat(10)), i16x8.extend_low_i8x16_u(ones));
  const limits = i16x8(21, 99, 12, 31, 23, 59, 59, 21);
  if (!i16x8.all_true(i16x8.le_u(numbers, limits))) return -1;
  const year = <i32>i16x8.extract_lane_u(numbers, 0) * 100 + <i32>i16x8.extract_lane_u(numbers, 1) - 1970;
  const month = <i32>i16x8.extract_lane_u(numbers, 2);
  const day = <i32>i16x8.extract_lane_u(numbers, 3);
  // 1970 to 2105; a month 0 is told by a table entry without days.
  if (<u32>year > 135) return -1;
  const entry = load<u32>(months + ((<usize>(year * 13 + month)) << 2));
  if (day === 0 || <u32>day > (entry & 31)) return -1;
  const days = (entry >> 5) + day - 1;
  return (
    <i64>days * 86400 +
    <i64>(
      ((<i32>i16x8.extract_lane_u(numbers, 4) * 60 + <i32>i16x8.extract_lane_u(numbers, 5)) * 60 +
        <i32>i16x8.extract_lane_u(numbers, 6))
    )
  );
}

/** The closing quote of a text of plain ASCII without escapes; 0 for any other. */
export function endOfText(from: usize, end: usize): usize {
  const quote = i8x16.splat(0x22);
  for (let at = from; at < end; at += 16) {
    const bytes = v128.load(at);
    const isQuote = i8x16.eq(bytes, quote);
    const isOdd = v128.or(
      i8x16.gt_u(i8x16.sub(bytes, i8x16.splat(0x20)), i8x16.splat(0x5e)),
      i8x16.eq(bytes, i8x16.splat(0x5c)),
    );
    const stops = i8x16.bitmask(v128.or(isQuote, isOdd));
    if (stops !== 0) {
      const first = ctz(stops);
      const isEnd = at + first < end && ((i8x16.bitmask(isQuote) >> first) & 1) === 1;
      return isEnd ? at + first : 0;
    }
  }
  return 0;
}

/** 53 bits that hardly two texts share. */
export function hashText(from: usize, length: u32): f64 {
  let low: u32 = length;
  let high: u32 = ~length;
  const stop = from + (length & ~3);
  while (from < stop) {
    const word = load<u32>(from);
    low = (low ^ word) * 0x9e3779b1;
    low ^= low >> 15;
    high = rotl<u32>((high ^ word) * 0x85ebca6b, 13);
    from += 4;
  }
  for (let rest = length & 3; rest > 0; rest--) {
    const byte = <u32>load<u8>(from);
    low = (low ^ byte) * 0xc2b2ae35;
    low ^= low >> 15;
    high = rotl<u32>((high ^ byte) * 0x27d4eb2f, 13);
    from++;
  }
  high ^= high >> 16;
  return <f64>(high >> 11) * 4294967296.0 + <f64>low;
}
