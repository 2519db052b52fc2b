/** Patches as columns, so that patch selectors compile to bitsets quickly. */
import type { Bitset } from "./bitset.ts";
import { addBit, emptyBitset } from "./bitset.ts";
import { compileGlob } from "./glob.ts";
import type { Instant, Patch } from "./model.ts";
import type { PatchDates } from "./patch-date.ts";
import type { PatchKey, PatchSelector } from "./policy.ts";
import { compileTexts, compileTextsWithUnknown, evaluateSelector, type TextTest } from "./selector.ts";

export interface PatchIndex {
  readonly count: number;
  /** The patches that a selector matches at the index's instant; a fresh set. */
  readonly select: (selector: PatchSelector) => Bitset;
  /** The patches that one key with these values matches; shared, do not change it. */
  readonly selectKey: (key: PatchKey, values: readonly (string | number | boolean)[]) => Bitset;
}

type Values = readonly (string | number | boolean)[];

export function indexPatches(
  patches: readonly Patch[],
  dates: PatchDates,
  superseded: Uint8Array,
  now: Instant,
): PatchIndex {
  const cache = new Map<string, Bitset>();
  const columns = new Map<PatchKey, CodedColumn>();
  const aliases = indexAliases(patches, (patch) =>
    [patch.id, patch.kb, patch.bulletin, ...patch.cves].filter((text) => text !== null),
  );
  const cves = indexAliases(patches, (patch) => patch.cves);
  const where = (test: (patch: Patch, index: number) => boolean): Bitset => {
    const bits = emptyBitset(patches.length);
    patches.forEach((patch, index) => {
      if (test(patch, index)) addBit(bits, index);
    });
    return bits;
  };
  const text = (key: PatchKey, read: (patch: Patch) => string | null, test: TextTest): Bitset => {
    let column = columns.get(key);
    if (column === undefined) columns.set(key, (column = encode(patches, read)));
    return selectCoded(column, test);
  };
  const compute = (key: PatchKey, values: Values): Bitset => {
    switch (key) {
      case "id":
        return aliases(values);
      case "cve":
        return cves(values);
      case "title":
        return text(key, (p) => p.title, compileTexts(values));
      case "vendor":
        return text(key, (p) => p.vendor, compileTexts(values));
      case "product":
        return text(key, (p) => p.product, compileTexts(values));
      case "category":
        return text(key, (p) => p.category, compileTexts(values));
      case "severity":
        return text(key, (p) => p.severity, compileTextsWithUnknown(values));
      case "reboot":
        return text(key, (p) => p.reboot, compileTextsWithUnknown(values));
      case "uninstallable":
        return text(key, (p) => p.uninstallable, compileTextsWithUnknown(values));
      case "cvssAtLeast":
        return where((p) => p.cvss !== null && values.some((v) => p.cvss! >= Number(v)));
      case "kev":
        return where((p) => values.includes(p.kev !== null));
      case "superseded":
        return where((_, index) => values.includes(superseded[index] === 1));
      case "olderThan":
        return where((_, index) => values.some((v) => now - dates.at[index]! > Number(v)));
      case "newerThan":
        return where((_, index) => values.some((v) => now - dates.at[index]! < Number(v)));
    }
  };
  const selectKey = (key: PatchKey, values: Values): Bitset => {
    const name = `${key} ${JSON.stringify(values)}`;
    let bits = cache.get(name);
    if (bits === undefined) cache.set(name, (bits = compute(key, values)));
    return bits;
  };
  return {
    count: patches.length,
    select: (selector) => evaluateSelector(selector, patches.length, selectKey),
    selectKey,
  };
}

/** A text a patch, dictionary-coded; code 0 is absent. */
interface CodedColumn {
  readonly values: readonly string[];
  readonly codes: Uint32Array;
}

function encode(patches: readonly Patch[], read: (patch: Patch) => string | null): CodedColumn {
  const values = [""];
  const codeOf = new Map<string, number>();
  const codes = new Uint32Array(patches.length);
  patches.forEach((patch, index) => {
    const value = read(patch);
    if (value === null) return;
    let code = codeOf.get(value);
    if (code === undefined) {
      code = values.push(value) - 1;
      codeOf.set(value, code);
    }
    codes[index] = code;
  });
  return { values, codes };
}

function selectCoded(column: CodedColumn, test: TextTest): Bitset {
  const matches = Uint8Array.from(column.values, (value, code) => (code > 0 && test(value) ? 1 : 0));
  const bits = emptyBitset(column.codes.length);
  const { codes } = column;
  for (let index = 0; index < codes.length; index += 1) {
    if (matches[codes[index]!] === 1) addBit(bits, index);
  }
  return bits;
}

/** Answers literal names by a map and walks the names only for globs with wildcards. */
function indexAliases(
  patches: readonly Patch[],
  read: (patch: Patch) => readonly string[],
): (values: Values) => Bitset {
  let byName: Map<string, number[]> | null = null;
  const names = (): Map<string, number[]> => {
    if (byName !== null) return byName;
    byName = new Map();
    for (let index = 0; index < patches.length; index += 1) {
      for (const alias of read(patches[index]!)) {
        const name = alias.toLowerCase();
        const list = byName.get(name);
        if (list === undefined) byName.set(name, [index]);
        else list.push(index);
      }
    }
    return byName;
  };
  return (values) => {
    const bits = emptyBitset(patches.length);
    for (const glob of values.map((value) => compileGlob(String(value)))) {
      if (glob.literal) {
        for (const index of names().get(glob.pattern) ?? []) addBit(bits, index);
        continue;
      }
      for (const [name, indexes] of names()) {
        if (glob.matches(name)) for (const index of indexes) addBit(bits, index);
      }
    }
    return bits;
  };
}
