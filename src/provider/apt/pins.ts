import { isPackageName, isVersion } from "./names.ts";
import type { Pin } from "./scan.ts";

const HEADER = `# Written by patchring, and rewritten whole: do not edit. Each stanza keeps one version away.
# "do-nothing" takes it away again; other files in this folder are never touched.
`;

/** The pins of our file. Stanzas that are not of our form are left out. */
export function parsePins(lines: readonly string[]): readonly Pin[] {
  const pins: Pin[] = [];
  let name = "";
  for (const line of lines) {
    if (line.startsWith("Package: ")) name = line.slice("Package: ".length).trim();
    if (!line.startsWith("Pin: version ")) continue;
    const version = line.slice("Pin: version ".length).trim();
    if (isPackageName(name) && isVersion(version)) pins.push({ package: name, version });
  }
  return pins;
}

/** The whole file, sorted; empty when there is nothing to pin, and the file goes. */
export function formatPins(pins: readonly Pin[]): string {
  if (pins.length === 0) return "";
  const stanzas = pins.map(
    ({ package: name, version }) => `\nPackage: ${name}\nPin: version ${version}\nPin-Priority: -1\n`,
  );
  return HEADER + [...new Set(stanzas)].sort().join("");
}
