/**
 * The scan: one script, one round trip, answers in sections that start with `@@<name>`.
 * `@@end` proves that the answer is whole. It takes no lock, changes nothing (apt itself may
 * refresh its cache files) and writes no file, so that it works on a full disk. It asks apt
 * once or twice and starts few other programs, since that is what a scan costs.
 */
import {
  DPKG_FORMAT,
  FILES_AWK,
  POLICY_AWK,
  SHOW_AWK,
  CHANGELOG_AWK,
  ARCHIVES_AWK,
  NEWER_AWK,
} from "./scan-awk.ts";
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
tab='	'
newline='
'
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
# Without cache files where those cannot be written. What fails here must not look like "nothing to do".
policy() {
  raw=$(apt-cache policy "$@" 2>/dev/null) && return 0
  raw=$(apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy "$@" 2>/dev/null) && return 0
  apt-cache policy "$@" >/dev/null
  return 1
}
files() {
  set --
  for f in "$R/etc/os-release" "$R/etc/hostname" /proc/sys/kernel/random/boot_id /proc/sys/kernel/osrelease \
    "$R"/var/lib/apt/lists/*Release "$R/var/log/dpkg.log.1" "$R/var/log/dpkg.log" "$R/run/reboot-required.pkgs" \
    "$R/etc/apt/preferences.d/patchring.pref" "$R/var/lib/patchring/journal" "$R"/etc/apt/apt.conf.d/*; do
    [ ! -r "$f" ] || [ ! -f "$f" ] || set -- "$@" "$f"
  done
  awk "$FILES_AWK" - "$@" <<END_OF_LIST
$READ
END_OF_LIST
}
jobs_of_ours() {
  for f in "$R"/var/lib/patchring/jobs/*; do
    [ -d "$f" ] && [ ! -e "$f/rc" ] || continue
    pid=; [ ! -r "$f/pid" ] || read -r pid <"$f/pid"
    state=lost; [ -z "$pid" ] || ! kill -0 "$pid" 2>/dev/null || state=running
    printf '%s\t%s\n' "$state" "$(basename "$f")"
  done
}
changelogs() {
  [ -n "$upgraded" ] || return 0
  set --; stops=
  while IFS=$tab read -r p old new; do
    for f in "$R/usr/share/doc/$p/changelog.Debian.gz" "$R/usr/share/doc/$p/changelog.gz"; do
      [ -r "$f" ] || continue
      case " $* " in *" $f "*) ;; *) set -- "$@" "$f" ;; esac
      stops="$stops$p $old $new$newline"
      break
    done
  done <<END_OF_LIST
$upgraded
END_OF_LIST
  [ $# -eq 0 ] || { printf '%s@@split\n' "$stops"; zcat -f "$@" 2>/dev/null; } | awk "$CHANGELOG_AWK"
}
# Changelogs inside of packages that are downloaded already: what a patch fixes before any host has it.
archives() {
  set -- "$R"/var/cache/apt/archives/*.deb
  [ -e "$1" ] || return 0
  list=$(
    {
      printf '%s\n@@split\n' "$READ"
      printf '%s\n' "$@"
      printf '@@split\n%s\n@@split\n%s\n' "$all" "$raw"
    } | awk "$ARCHIVES_AWK"
  )
  [ -n "$list" ] || return 0
  while IFS=$tab read -r f p old oldsource new; do
    [ -n "$oldsource" ] || oldsource=$old
    printf '@read\t%s\t%s\t%s\t%s\n' "$p" "$old" "$oldsource" "$new"
    dpkg-deb --fsys-tarfile "$f" 2>/dev/null |
      tar -xO -f - "./usr/share/doc/$p/changelog.Debian.gz" "./usr/share/doc/$p/changelog.gz" 2>/dev/null |
      zcat -f 2>/dev/null | awk -v old="$oldsource" "$NEWER_AWK"
  done <<END_OF_LIST
$list
END_OF_LIST
}
main() {
  [ -z "$REFRESH" ] || refresh
  set -- /etc/localtime
  for f in /var/lib/apt/lists/partial /var/lib/patchring/lists-ok /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /run/reboot-required; do
    [ ! -e "$R$f" ] || set -- "$@" "$R$f"
  done
  s stat; stat -c '%i %Y %N' "$@" 2>/dev/null
  s locks; [ ! -r /proc/locks ] || while read -r l; do printf '%s\n' "$l"; done </proc/locks
  s updates; n=0; for f in "$R"/var/lib/dpkg/updates/[0-9]*; do [ ! -e "$f" ] || n=$((n + 1)); done; echo "$n"
  out=$(files) || exit 6
  upgraded=; case "$out" in *"@@split$newline"*) upgraded=$(printf '%s\n' "$out" | sed '1,/^@@split$/d') ;; esac
  s files; printf '%s\n' "$out"
  s jobs; jobs_of_ours
  all=$(dpkg-query -W -f "$FORMAT") || exit 1
  [ -n "$all" ] || { echo "dpkg knows no package" >&2; exit 4; }
  s dpkg; printf '%s\n' "$all"
  set --; clean=1
  while IFS=$tab read -r p a v want status flag rest; do
    case "$status" in installed) set -- "$@" "$p" ;; not-installed | config-files) ;; *) clean=0; set -- "$@" "$p" ;; esac
    [ "$flag" = ok ] || clean=0
  done <<END_OF_LIST
$all
END_OF_LIST
  policy "$@" || exit 5
  out=$(printf '%s\n@@split\n%s\n' "$KNOWN" "$raw" | awk "$POLICY_AWK") || exit 6
  s policy; printf '%s\n' "$out"
  s errors
  [ "$clean" = 1 ] || [ ! -r "$R/var/log/apt/term.log" ] || tail -c 20000 "$R/var/log/apt/term.log" | grep -A1 'error processing package' | tail -n 20
  s show
  case "$out" in *"@@split$newline"*) printf '%s\n' "$out" | sed '1,/^@@split$/d' | xargs apt-cache show 2>/dev/null | awk "$SHOW_AWK" ;; esac
  s changelogs; changelogs
  s archives; archives
  s end
}
main </dev/null
`;

/** The script for one host. */
export function scanScript({ known, read, refreshAfterSeconds }: ScanOptions): string {
  return `${assignments({
    FORMAT: DPKG_FORMAT,
    FILES_AWK,
    POLICY_AWK,
    SHOW_AWK,
    CHANGELOG_AWK,
    ARCHIVES_AWK,
    NEWER_AWK,
    KNOWN: known.join("\n"),
    READ: read.join("\n"),
    REFRESH: refreshAfterSeconds === null ? "" : String(refreshAfterSeconds),
  })}${MAIN}`;
}
