/**
 * The scan: one script, one round trip, answers in sections that start with `@@<name>`.
 * `@@end` proves that the answer is whole. It takes no lock, changes nothing (apt itself may
 * refresh its cache files) and writes no file, so that it works on a full disk. Programs that
 * are started are what a scan costs: those are `stat`, one `awk`, and `apt-cache` where what
 * it answers from has changed since the caller's last look.
 */
import { SCAN_AWK } from "./scan-awk.ts";
import { assignments } from "./shell-text.ts";

export interface ScanOptions {
  /** `package=version` whose details the caller knows already; they are not asked for again. */
  readonly known: readonly string[];
  /** `package old new` of upgrades whose changelog the caller has read already. */
  readonly read: readonly string[];
  /** The section `basis` of an answer that the caller has and that still tells all; empty for none. */
  readonly basis: readonly string[];
  /** Run `apt-get update` first when the lists are older than this; null never. */
  readonly refreshAfterSeconds: number | null;
}

/** What the section `stat` tells of, where it is there. */
const LOOKED_AT = [
  ...["/var/lib/apt/lists/partial", "/var/lib/patchring/lists-ok", "/run/reboot-required"],
  ...["/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock"],
].join(" ");

const MAIN = String.raw`
s() { printf '\n@@%s\n' "$1"; }
refresh() {
  stamp="$R/var/lib/patchring/lists-ok"
  now=$(date +%s); last=$(stat -c %Y "$stamp" 2>/dev/null || echo 0)
  [ $((now - last)) -ge "$REFRESH" ] || return 0
  s update
  if said=$(apt-get -q -q -o APT::Update::Error-Mode=any update 2>&1); then
    mkdir -p "$R/var/lib/patchring" && : >"$stamp"
  else
    printf '%s\n' "$said" | grep -E '^[EW]:' | head -n 5
  fi
}
jobs_of_ours() {
  for f in "$R"/var/lib/patchring/jobs/*; do
    [ -d "$f" ] && [ ! -e "$f/rc" ] || continue
    pid=; [ ! -r "$f/pid" ] || read -r pid <"$f/pid"
    state=lost; [ -z "$pid" ] || ! kill -0 "$pid" 2>/dev/null || state=running
    printf '%s\t%s\n' "$state" "${"$"}{f##*/}"
  done
}
# Times, sizes and inodes: of what is told as it is, of a file that is as old as this look, and of what apt answers from.
look() {
  set -- /etc/localtime
  for f in $LOOKED_AT; do [ ! -e "$R$f" ] || set -- "$@" "$R$f"; done
  set -- "$@" "/proc/$$/stat"
  for f in "${"$"}{APT_CONFIG:-}" "$D/status" "$D/arch" /etc/machine-id "$R/etc/apt" "$R"/etc/apt/*.d "$R"/etc/apt/*.d/* \
    "$R/etc/apt/apt.conf" "$R/etc/apt/sources.list" "$R/etc/apt/preferences" "$R/var/lib/apt/lists" "$R"/var/lib/apt/lists/*_* \
    "$R/var/cache/apt/archives"; do
    [ ! -e "$f" ] || set -- "$@" "$f"
  done
  stats=$(stat -c '%Z %z %s %Y %i %N' "$@" 2>/dev/null)
  same=; [ -z "$BASIS" ] || [ "${"$"}{stats#*"/proc/$$/stat'$newline"}" != "$BASIS" ] || same=1
}
# What awk cannot see by itself: what the caller knows, files of unfinished work, packages in apt's cache, and what apt says.
tell() {
  printf '%s\n@@split\n' "$TOLD"
  for f in "$R"/var/lib/dpkg/updates/[0-9]*; do [ ! -e "$f" ] || printf '%s\n' "$f"; done
  echo @@split
  for f in "$R"/var/cache/apt/archives/*.deb; do [ ! -e "$f" ] || printf '%s\n' "$f"; done
  printf '@@split\n%s\n@@split\n' "$stats"
  [ -z "$same" ] || return 0
  set --
  for f in "$D"/info/[a-z0-9]*.list; do f="${"$"}{f##*/}"; set -- "$@" "${"$"}{f%.list}"; done
  # Awk asks for those that this does not tell of.
  [ ! -e "$D/info/$1.list" ] || { apt-cache policy "$@" 2>/dev/null && echo @@whole; }
}
main() {
  [ -z "$REFRESH" ] || refresh
  export LC_ALL=C
  newline='
'
  D="${"$"}{DPKG_ADMINDIR:-/var/lib/dpkg}"
  s jobs; jobs_of_ours
  look
  set --
  for f in "$R/etc/os-release" "$R/etc/hostname" /proc/sys/kernel/random/boot_id /proc/sys/kernel/osrelease \
    "$R"/var/lib/apt/lists/*Release "$R/var/log/dpkg.log.1" "$R/var/log/dpkg.log" "$R/run/reboot-required.pkgs" \
    "$R/etc/apt/preferences.d/patchring.pref" "$R/var/lib/patchring/journal" "$R"/etc/apt/apt.conf.d/*; do
    [ ! -f "$f" ] || set -- "$@" "$f"
  done
  tell | awk -v same="$same" "$SCAN_AWK" "$R" "$@"
}
main </dev/null
`;

/** The script for one host. */
export function scanScript({ known, read, basis, refreshAfterSeconds }: ScanOptions): string {
  return `${assignments({
    SCAN_AWK,
    LOOKED_AT,
    TOLD: [...known, ...read].join("\n"),
    BASIS: basis.join("\n"),
    REFRESH: refreshAfterSeconds === null ? "" : String(refreshAfterSeconds),
  })}${MAIN}`;
}
