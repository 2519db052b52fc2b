import { isPackageName, isVersion } from "./names.ts";
import { parseChangelogs } from "./parse-changelog.ts";
import { packageName } from "./parse-log.ts";
import type { ChangelogStanza, LoggedUpgrade } from "./scan.ts";
import { compareVersions } from "./version.ts";

/** A package that is downloaded and not installed. */
export interface Archive extends Pick<LoggedUpgrade, "package" | "from" | "to"> {
  /** Of its changelog, above the installed version of the source package. */
  readonly stanzas: readonly ChangelogStanza[];
}

/** Lines `@read<TAB>package<TAB>installed<TAB>its source version<TAB>new`, each followed by a changelog. */
export function parseArchives(lines: readonly string[], native: string): readonly Archive[] {
  const starts = lines.flatMap((line, index) => (line.startsWith("@read\t") ? [index] : []));
  return starts.flatMap((start, n) => {
    const [, name = "", from = "", sourceVersion = "", to = ""] = lines[start]!.split("\t");
    const known = packageName(name, native);
    if (!isPackageName(known) || ![from, sourceVersion, to].every(isVersion)) return [];
    // A changelog need not have the installed version: a rebuild, or another branch of the release.
    const stanzas = parseChangelogs(lines.slice(start + 1, starts[n + 1])).filter(
      ({ version }) => isVersion(version) && compareVersions(version, sourceVersion) > 0,
    );
    return [{ package: known, from, to, stanzas }];
  });
}
