// Repeatable "chance": a number in [0, 1) that depends on the text alone, so that adding a
// device or a patch never changes what happened to the others.

/** A 32-bit hash of a text (FNV-1a, then the finaliser of MurmurHash3), as a fraction. */
export function chance(...parts) {
  const text = parts.join("\u0000");
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}

/** A whole number from `from` to `to`, both inclusive. */
export function between(from, to, ...parts) {
  return from + Math.floor(chance(...parts) * (to - from + 1));
}
