/**
 * The scan: one script, one round trip, answers in sections that start with `@@<name>`.
 * `@@end` proves that the answer is whole. It takes no lock, changes nothing (apt itself may
 * refresh its cache files) and writes no file, so that it works on a full disk. Programs that
 * are started are what a scan costs: where nothing is new those are `stat`, one `awk`, and
 * `apt-cache` once.
 */
import { SCAN_AWK } from "./scan-awk.ts";
import { assignments } from "./shell-text.ts";

export interface ScanOptions {
  /** `package=version` whose details the caller knows already; they are not asked for again. */
  readonly known: readonly string[];
  /** `package old new` of upgrades whose changelog the caller has read already. */
  readonly read: readonly string[];
  /** Run `apt-get update` first when the lists are older than this; null never. */
  readonly refreshAfterSeconds: number | null;
}

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
# What awk cannot see by itself: what the caller knows, files of unfinished work, packages in apt's cache, and times.
looks() {
  printf '%s\n@@split\n' "$TOLD"
  for f in "$R"/var/lib/dpkg/updates/[0-9]*; do [ ! -e "$f" ] || printf '%s\n' "$f"; done
  echo @@split
  for f in "$R"/var/cache/apt/archives/*.deb; do [ ! -e "$f" ] || printf '%s\n' "$f"; done
  echo @@split
  set -- /etc/localtime
  for f in /var/lib/apt/lists/partial /var/lib/patchring/lists-ok /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /run/reboot-required; do
    [ ! -e "$R$f" ] || set -- "$@" "$R$f"
  done
  exec stat -c '%i %Y %N' "$@" 2>/dev/null
}
main() {
  [ -z "$REFRESH" ] || refresh
  export LC_ALL=C
  s jobs; jobs_of_ours
  set --
  for f in "$R/etc/os-release" "$R/etc/hostname" /proc/sys/kernel/random/boot_id /proc/sys/kernel/osrelease \
    "$R"/var/lib/apt/lists/*Release "$R/var/log/dpkg.log.1" "$R/var/log/dpkg.log" "$R/run/reboot-required.pkgs" \
    "$R/etc/apt/preferences.d/patchring.pref" "$R/var/lib/patchring/journal" "$R"/etc/apt/apt.conf.d/*; do
    [ ! -f "$f" ] || set -- "$@" "$f"
  done
  looks | awk "$SCAN_AWK" "$R" "$@"
}
main </dev/null
`;

/** The script for one host. */
export function scanScript({ known, read, refreshAfterSeconds }: ScanOptions): string {
  return `${assignments({
    SCAN_AWK,
    TOLD: [...known, ...read].join("\n"),
    REFRESH: refreshAfterSeconds === null ? "" : String(refreshAfterSeconds),
  })}${MAIN}`;
}
