import { isPackageName, isVersion } from "./names.ts";
import type { LoggedUpgrade } from "./scan.ts";
import type { WallClock } from "./wall-time.ts";

/** `name:arch` as dpkg logs it, with the architecture only where it is not the host's own. */
export function packageName(text: string, arch: string): string {
  const [name = "", of] = text.split(":");
  return of === undefined || of === "all" || of === arch ? name : `${name}:${of}`;
}

/**
 * Upgrades from lines of `dpkg.log`, oldest first: `upgrade NAME OLD NEW`, complete at the
 * first `status installed NAME NEW` after it (later ones only tell of triggers).
 */
export function parseDpkgLog(
  lines: readonly string[],
  arch: string,
  clock: WallClock,
): readonly LoggedUpgrade[] {
  const upgrades: LoggedUpgrade[] = [];
  const open = new Map<string, number>();
  for (const line of lines) {
    const [date = "", time = "", word, a = "", b = "", c = ""] = line.split(" ");
    if (word === "upgrade") {
      const name = packageName(a, arch);
      if (!isPackageName(name) || !isVersion(b) || !isVersion(c)) continue;
      open.set(name, upgrades.length);
      upgrades.push({ package: name, from: b, to: c, installedAt: null });
    } else if (word === "status" && a === "installed") {
      const name = packageName(b, arch);
      const at = open.get(name);
      if (at === undefined || upgrades[at]!.to !== c) continue;
      open.delete(name);
      upgrades[at] = { ...upgrades[at]!, installedAt: clock.instantOf(date, time) };
    }
  }
  return upgrades;
}
