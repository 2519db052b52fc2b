/** A small seeded generator (mulberry32): the same seed gives the same workload on every machine. */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  return {
    /** 0 to n - 1. */
    below: (n) => Math.floor((next() / 4294967296) * n),
    /** True in `percent` of 100 calls. */
    chance: (percent) => (next() / 4294967296) * 100 < percent,
    pick: (list) => list[Math.floor((next() / 4294967296) * list.length)],
    /** `count` distinct entries, in list order. */
    some(list, count) {
      const chosen = new Set();
      while (chosen.size < Math.min(count, list.length)) chosen.add(this.pick(list));
      return list.filter((entry) => chosen.has(entry));
    },
    guid() {
      const hex = [next(), next(), next(), next()].map((n) => n.toString(16).padStart(8, "0")).join("");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
  };
}
