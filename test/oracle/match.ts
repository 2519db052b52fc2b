/** Selectors (design 2.1). */
import type {
  DeviceKey,
  DeviceSelector,
  PatchKey,
  PatchSelector,
  SelectorNode,
} from "../../src/core/policy.ts";
import { isSupersededSomewhere } from "./supersedence.ts";
import type { Device, KnownPatch, World } from "./world.ts";

type Values = readonly (string | number | boolean)[];

/** "Keys are joined by AND, … `not` negates a selector, `any` is OR over selectors; `{}` matches all." */
function matches<K extends string>(
  selector: SelectorNode<K>,
  matchesKey: (key: K, values: Values) => boolean,
): boolean {
  switch (selector.kind) {
    case "all":
      return selector.nodes.every((node) => matches(node, matchesKey));
    case "any":
      return selector.nodes.some((node) => matches(node, matchesKey));
    case "not":
      return !matches(selector.node, matchesKey);
    case "key":
      return matchesKey(selector.key, selector.values);
  }
}

/** "Case-insensitive globs (`*`, `?`)"; "globs match the whole string". `?` is one character (code point). */
export function matchesGlob(pattern: string, text: string): boolean {
  return globFrom(Array.from(pattern.toLowerCase()), Array.from(text.toLowerCase()));
}

function globFrom(pattern: readonly string[], text: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return text.length === 0;
  if (head === "*") return globFrom(rest, text) || (text.length > 0 && globFrom(pattern, text.slice(1)));
  return text.length > 0 && (head === "?" || head === text[0]) && globFrom(rest, text.slice(1));
}

/** "Values within a key by OR"; "a selector key with no value on the device or patch does not match". */
function matchesText(values: Values, text: string | null): boolean {
  return text !== null && values.some((value) => matchesGlob(String(value), text));
}

/** "Some listed glob matches some value." */
function matchesSome(values: Values, texts: readonly string[]): boolean {
  return texts.some((text) => matchesText(values, text));
}

/** "`allTags`: each listed glob does" (match some value). */
function matchesEach(values: Values, texts: readonly string[]): boolean {
  return values.every((value) => matchesSome([value], texts));
}

/** "`unknown` must be named literally to match: no glob does." */
function matchesOrUnknown(values: Values, text: string): boolean {
  if (text === "unknown") return values.some((value) => String(value).toLowerCase() === "unknown");
  return matchesText(values, text);
}

function matchesDeviceKey(key: DeviceKey, values: Values, device: Device): boolean {
  switch (key) {
    case "id":
      return matchesText(values, device.id);
    case "name":
      return matchesText(values, device.name);
    case "client":
      return matchesText(values, device.client);
    case "site":
      return matchesText(values, device.site);
    case "type":
      return matchesText(values, device.type);
    case "osFamily":
      return matchesText(values, device.osFamily);
    case "os":
      return matchesText(values, device.os);
    case "tags":
      return matchesSome(values, device.tags);
    case "allTags":
      return matchesEach(values, device.tags);
    case "apps":
      return matchesSome(values, device.apps);
    case "critical":
      return device.critical !== null && values.includes(device.critical);
    case "exposed":
      return matchesOrUnknown(values, device.exposed);
  }
}

/** "`olderThan` and `newerThan` are strict; without a patch date neither matches." */
function matchesAge(
  values: Values,
  patch: KnownPatch,
  world: World,
  key: "olderThan" | "newerThan",
): boolean {
  if (patch.date === null) return false;
  const age = world.now - patch.date;
  return values.some((value) => (key === "olderThan" ? age > Number(value) : age < Number(value)));
}

function matchesPatchKey(key: PatchKey, values: Values, patch: KnownPatch, world: World): boolean {
  switch (key) {
    case "id": // "also matches `kb`, `bulletin` and CVE ids"
      return matchesSome(values, [patch.id, ...patch.aliases]);
    case "title":
      return matchesText(values, patch.title);
    case "vendor":
      return matchesText(values, patch.vendor);
    case "product":
      return matchesText(values, patch.product);
    case "category":
      return matchesText(values, patch.category);
    case "severity":
      return matchesOrUnknown(values, patch.severity);
    case "cve":
      return matchesSome(values, patch.cves);
    case "cvssAtLeast": {
      const cvss = patch.cvss;
      return cvss !== null && values.some((value) => cvss >= Number(value));
    }
    case "kev": // "`kev` and `superseded` always have a value"
      return values.includes(patch.kev);
    case "olderThan":
    case "newerThan":
      return matchesAge(values, patch, world, key);
    case "superseded":
      return values.includes(isSupersededSomewhere(world, patch));
    case "reboot":
      return matchesOrUnknown(values, patch.reboot);
    case "uninstallable":
      return matchesOrUnknown(values, patch.uninstallable);
  }
}

export function matchesDevice(selector: DeviceSelector, device: Device): boolean {
  return matches(selector, (key, values) => matchesDeviceKey(key, values, device));
}

export function matchesPatch(selector: PatchSelector, patch: KnownPatch, world: World): boolean {
  return matches(selector, (key, values) => matchesPatchKey(key, values, patch, world));
}
