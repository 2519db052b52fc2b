/** Selectors as written to selector trees (design 2.1). */
import {
  DEVICE_KEYS,
  PATCH_KEYS,
  type DeviceSelector,
  type PatchSelector,
  type SelectorNode,
} from "../core/policy.ts";
import type {
  DeviceSelector as WrittenDevices,
  PatchSelector as WrittenPatches,
} from "../generated/policy-documents.ts";
import { durationOf } from "./convert-context.ts";

type Value = string | number | boolean;
type Written = Readonly<Record<string, unknown>> | readonly string[];

const DURATION_KEYS: ReadonlySet<string> = new Set(["olderThan", "newerThan"]);

export function deviceSelector(written: WrittenDevices | undefined): DeviceSelector {
  return convert((written ?? {}) as Written, DEVICE_KEYS);
}

export function patchSelector(written: WrittenPatches | undefined): PatchSelector {
  return convert((written ?? {}) as Written, PATCH_KEYS);
}

/** Keys in the order of the contract, then `any`, then `not`, so that the order written never matters. */
function convert<K extends string>(written: Written, keys: readonly K[]): SelectorNode<K> {
  if (Array.isArray(written)) return convert({ id: written as readonly string[] }, keys);
  const map = written as Readonly<Record<string, unknown>>;
  const nodes: SelectorNode<K>[] = [];
  for (const key of keys) {
    if (map[key] !== undefined) nodes.push({ kind: "key", key, values: valuesOf(key, map[key]) });
  }
  if (map["any"] !== undefined) {
    nodes.push({ kind: "any", nodes: (map["any"] as readonly Written[]).map((one) => convert(one, keys)) });
  }
  if (map["not"] !== undefined) nodes.push({ kind: "not", node: convert(map["not"] as Written, keys) });
  return { kind: "all", nodes };
}

function valuesOf(key: string, written: unknown): Value[] {
  const values = (Array.isArray(written) ? written : [written]) as Value[];
  return DURATION_KEYS.has(key) ? values.map((text) => durationOf(String(text))) : [...values];
}
