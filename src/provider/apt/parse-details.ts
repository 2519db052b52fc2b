import { isPackageName, isVersion } from "./names.ts";
import type { PackageDetail } from "./scan.ts";

const MAX_TEXT = 300;

function shorten(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text.slice(0, MAX_TEXT);
}

function toDetail(fields: ReadonlyMap<string, string>, native: string): PackageDetail | null {
  const [name = "", version = ""] = [fields.get("Package"), fields.get("Version")];
  const arch = fields.get("Architecture") ?? "all";
  const full = arch === "all" || arch === native ? name : `${name}:${arch}`;
  if (!isPackageName(full) || !isVersion(version)) return null;
  const source = (fields.get("Source") ?? name).split(" ");
  const sourceVersion = source[1]?.replace(/^\((.*)\)$/, "$1") ?? "";
  const size = fields.get("Size") ?? "";
  return {
    package: full,
    version,
    source: source[0]!,
    sourceVersion: isVersion(sourceVersion) ? sourceVersion : version,
    sizeBytes: /^\d{1,15}$/.test(size) ? Number(size) : null,
    section: shorten(fields.get("Section")),
    homepage: shorten(fields.get("Homepage")),
    title: shorten(fields.get("Description")),
  };
}

/** Records of `apt-cache show`, separated by empty lines. */
export function parseDetails(lines: readonly string[], arch: string): readonly PackageDetail[] {
  const details: PackageDetail[] = [];
  let fields = new Map<string, string>();
  for (const line of [...lines, ""]) {
    const colon = line.indexOf(": ");
    if (line !== "") {
      if (colon > 0 && !fields.has(line.slice(0, colon)))
        fields.set(line.slice(0, colon), line.slice(colon + 2));
      continue;
    }
    const detail = fields.size === 0 ? null : toDetail(fields, arch);
    if (detail !== null) details.push(detail);
    fields = new Map();
  }
  return details;
}
