/** Random selectors of every shape (design 2.1), over the values that random devices and patches have. */
import fc from "fast-check";
import type * as P from "../../src/core/policy.ts";
import { DAY } from "./world.ts";

const HOUR = 3600;

function some<T>(...items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.subarray([...items], { minLength: 1, maxLength: Math.min(2, items.length) });
}

/** A clause of a selector with some of its values. */
function clause<K extends string>(
  key: K,
  ...values: readonly (string | number | boolean)[]
): fc.Arbitrary<P.SelectorNode<K>> {
  return some(...values).map((chosen) => ({ kind: "key" as const, key, values: chosen }));
}

function tree<K extends string>(leaf: fc.Arbitrary<P.SelectorNode<K>>): fc.Arbitrary<P.SelectorNode<K>> {
  const all: fc.Arbitrary<P.SelectorNode<K>> = fc.constant({ kind: "all", nodes: [] });
  const any = fc
    .array(fc.oneof({ weight: 5, arbitrary: leaf }, { weight: 1, arbitrary: all }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((nodes): P.SelectorNode<K> => ({ kind: "any", nodes }));
  const not = fc.oneof(leaf, any).map((node): P.SelectorNode<K> => ({ kind: "not", node }));
  const map = fc
    .array(
      fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: any }, { weight: 1, arbitrary: not }),
      {
        maxLength: 2,
      },
    )
    .map((nodes): P.SelectorNode<K> => ({ kind: "all", nodes }));
  return fc.oneof(
    { weight: 4, arbitrary: all },
    { weight: 4, arbitrary: leaf },
    { weight: 4, arbitrary: map },
  );
}

const deviceClause: fc.Arbitrary<P.DeviceSelector> = fc.oneof(
  clause<P.DeviceKey>("id", "B", "a", "ä*", "?", "Ä", "_*"),
  clause<P.DeviceKey>("name", "pc-*", "*", "PC-1"),
  clause<P.DeviceKey>("client", "acme", "a*", "Beta"),
  clause<P.DeviceKey>("site", "hq", "*"),
  clause<P.DeviceKey>("type", "server", "workstation", "work*"),
  clause<P.DeviceKey>("osFamily", "windows", "linux"),
  clause<P.DeviceKey>("os", "Windows*", "windows 11 24H2", "Debian"),
  clause<P.DeviceKey>("tags", "r0", "r1", "vip*"),
  clause<P.DeviceKey>("allTags", "r0", "vip", "r?"),
  clause<P.DeviceKey>("apps", "cnc", "*erp"),
  clause<P.DeviceKey>("critical", true, false),
  clause<P.DeviceKey>("exposed", "yes", "no", "unknown", "*", "un*"),
);

const patchClause: fc.Arbitrary<P.PatchSelector> = fc.oneof(
  clause<P.PatchKey>("id", "B", "a", "kb*", "?", "*", "Ö", "CVE-1", "ms1*"),
  clause<P.PatchKey>("title", "*fix*", "Big ?ix"),
  clause<P.PatchKey>("vendor", "microsoft", "Debian", "m*"),
  clause<P.PatchKey>("product", "Win*"),
  clause<P.PatchKey>("category", "security", "driver", "s*"),
  clause<P.PatchKey>("severity", "critical", "low", "unknown", "*"),
  clause<P.PatchKey>("cve", "CVE-*", "cve-1"),
  clause<P.PatchKey>("cvssAtLeast", 0, 7, 7.1, 9.8),
  clause<P.PatchKey>("kev", true, false),
  clause<P.PatchKey>("olderThan", 0, HOUR, DAY, 3 * DAY),
  clause<P.PatchKey>("newerThan", 0, HOUR, DAY, 7 * DAY),
  clause<P.PatchKey>("superseded", true, false),
  clause<P.PatchKey>("reboot", "never", "unknown", "*"),
  clause<P.PatchKey>("uninstallable", "yes", "no", "unknown"),
);

export const devices: fc.Arbitrary<P.DeviceSelector> = tree(deviceClause);
export const patches: fc.Arbitrary<P.PatchSelector> = tree(patchClause);
/** One or two patches by name: what an exception speaks of. */
export const fewPatches: fc.Arbitrary<P.PatchSelector> = fc.oneof(
  { weight: 3, arbitrary: clause<P.PatchKey>("id", "B", "a", "ä", "_p", "KB5", "kb6", "CVE-1") },
  { weight: 1, arbitrary: patchClause },
);
