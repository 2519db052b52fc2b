/**
 * The scan: one script, one round trip, answers in sections that start with `@@<name>`.
 * `@@end` proves that the answer is whole. It takes no lock, changes nothing (apt itself may
 * refresh its cache files), and asks apt no more than once or twice, since starting apt is
 * most of what a scan costs.
 */
import { quoteWord } from "./shell-text.ts";

/** Fields of one line of the section `dpkg`, separated by tabs. */
const DPKG_FORMAT =
  "${binary:Package}\\t${Architecture}\\t${Version}\\t${db:Status-Want}\\t${db:Status-Status}\\t${db:Status-Eflag}\\t${source:Package}\\t${source:Version}\\n";

/** Prints `file<TAB>name<TAB>line` of small files, and of large ones only the lines that matter. */
const FILES_AWK = String.raw`
function out(kind) { print kind "\t" $0 }
FNR == 1 {
  skip = 0; kind = ""
  if (FILENAME ~ /_(In)?Release$/) { kind = "release"; n = split(FILENAME, part, "/"); name = part[n] }
  else if (FILENAME ~ /\/dpkg\.log(\.1)?$/) kind = "log"
  else if (FILENAME ~ /\/os-release$/) kind = "os"
  else if (FILENAME ~ /\/hostname$/) kind = "host"
  else if (FILENAME ~ /\/random\/boot_id$/) kind = "boot"
  else if (FILENAME ~ /\/osrelease$/) kind = "kernel"
  else if (FILENAME ~ /\/reboot-required\.pkgs$/) kind = "reboot"
  else if (FILENAME ~ /\/patchring\.pref$/) kind = "pin"
  else if (FILENAME ~ /\/patchring\/journal$/) kind = "journal"
  else if (FILENAME ~ /\/apt\.conf\.d\//) kind = "conf"
}
kind == "release" {
  if (skip) next
  if ($0 ~ /^(MD5Sum|SHA1|SHA256|SHA512):/) { skip = 1; next }
  if ($0 ~ /^(Origin|Label|Suite|Codename): /) print "release\t" name "\t" $0
  next
}
kind == "log" {
  if ($3 == "upgrade") { upgraded[$4] = 1; out("log") }
  else if ($3 == "status" && $4 == "installed" && ($5 in upgraded)) out("log")
  next
}
kind == "conf" { if ($0 ~ /^[ \t]*APT::Periodic::Unattended-Upgrade/) out("conf"); next }
{ out(kind) }
`;

/** Keeps packages of which apt knows more than one version, or whose versions are pinned. */
const POLICY_AWK = String.raw`
function flush() { if (versions > 1 || pinned) printf "%s", block; block = ""; versions = 0; pinned = 0 }
/^[^ ]/ { flush() }
/^ (\*\*\*|   ) [^ ]/ { versions++; if ($NF < 0) pinned = 1 }
{ block = block $0 "\n" }
END { flush() }
`;

/** The versions above the installed one, without those in the list of known ones. */
const NEWER_AWK = String.raw`
BEGIN { while ((getline line < known) > 0) seen[line] = 1 }
/^[^ ]/ { name = $1; sub(/:$/, "", name); above = 1 }
/^ \*\*\* / { above = 0 }
above && /^     [^ ]/ && NF == 2 { id = name "=" $1; if (!(id in seen)) print id }
`;

const SHOW_AWK = String.raw`
/^(Package|Version|Architecture|Source|Size|Section|Priority|Homepage): / { print; next }
/^Description(-en)?: / { sub(/^Description(-en)?/, "Description"); print; next }
/^$/ { print }
`;

/** Changelog headings, dates and CVE ids of the stanzas from a new version down to its old one. */
const CHANGELOG_AWK = String.raw`
BEGIN { while ((getline line < stops) > 0) { split(line, v, "\t"); from[v[1]] = 1; to[v[2]] = 1 } }
/^[a-z0-9][a-z0-9+.-]+ \([^)]*\)/ {
  version = $2; gsub(/[()]/, "", version)
  if (version in to) on = 1
  if (version in from) on = 0
  if (on) print
  next
}
!on { next }
/^ -- / { print; next }
{ while (match($0, /CVE-[0-9][0-9][0-9][0-9]-[0-9]+/)) { print substr($0, RSTART, RLENGTH); $0 = substr($0, RSTART + RLENGTH) } }
`;

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
  if apt-get -q -q -o APT::Update::Error-Mode=any update >/dev/null 2>"$T/update"; then
    mkdir -p "$R/var/lib/patchring" && : >"$stamp"
  else
    grep -E '^[EW]:' "$T/update" | head -n 5
  fi
}
# Without cache files where those cannot be written. What fails here must not look like "nothing to do".
policy() {
  apt-cache policy "$@" >"$T/raw" 2>"$T/policy.err" && return 0
  apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy "$@" >"$T/raw" 2>"$T/policy.err" && return 0
  cat "$T/policy.err" >&2
  return 1
}
main() {
  exec </dev/null
  # In memory where that is possible, so that a full disk does not cut the answer.
  T=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d -p /run 2>/dev/null || mktemp -d) || exit 1
  trap 'rm -rf "$T"' EXIT
  [ -z "$REFRESH" ] || refresh
  set -- /etc/localtime
  for f in /var/lib/apt/lists/partial /var/lib/patchring/lists-ok /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /run/reboot-required; do
    [ ! -e "$R$f" ] || set -- "$@" "$R$f"
  done
  s stat; stat -c '%i %Y %N' "$@" 2>/dev/null
  s locks; [ ! -r /proc/locks ] || while read -r l; do printf '%s\n' "$l"; done </proc/locks
  s updates; n=0; for f in "$R"/var/lib/dpkg/updates/[0-9]*; do [ ! -e "$f" ] || n=$((n + 1)); done; echo "$n"
  set --
  for f in "$R/etc/os-release" "$R/etc/hostname" /proc/sys/kernel/random/boot_id /proc/sys/kernel/osrelease \
    "$R"/var/lib/apt/lists/*Release "$R/var/log/dpkg.log.1" "$R/var/log/dpkg.log" "$R/run/reboot-required.pkgs" \
    "$R/etc/apt/preferences.d/patchring.pref" "$R/var/lib/patchring/journal" "$R"/etc/apt/apt.conf.d/*; do
    [ ! -r "$f" ] || [ ! -f "$f" ] || set -- "$@" "$f"
  done
  s files; awk "$FILES_AWK" "$@" >"$T/files" && cat "$T/files" || exit 6
  s jobs
  for f in "$R"/var/lib/patchring/jobs/*; do
    [ -d "$f" ] && [ ! -e "$f/rc" ] || continue
    pid=; [ ! -r "$f/pid" ] || read -r pid <"$f/pid"
    state=lost; [ -z "$pid" ] || ! kill -0 "$pid" 2>/dev/null || state=running
    printf '%s\t%s\n' "$state" "$(basename "$f")"
  done
  s dpkg; dpkg-query -W -f "$FORMAT" >"$T/dpkg" || exit 1
  [ -s "$T/dpkg" ] || { echo "dpkg knows no package" >&2; exit 4; }
  cat "$T/dpkg"
  set --
  tab=$(printf '\t'); clean=1
  while IFS=$tab read -r p a v want status flag rest; do
    case "$status" in installed) set -- "$@" "$p" ;; not-installed | config-files) ;; *) clean=0; set -- "$@" "$p" ;; esac
    [ "$flag" = ok ] || clean=0
  done <"$T/dpkg"
  s policy; policy "$@" || exit 5
  awk "$POLICY_AWK" "$T/raw" >"$T/policy" && cat "$T/policy" || exit 6
  s errors; [ ! -s "$T/policy.err" ] || head -n 5 "$T/policy.err"
  [ "$clean" = 1 ] || [ ! -r "$R/var/log/apt/term.log" ] || tail -c 20000 "$R/var/log/apt/term.log" | grep -A1 'error processing package' | tail -n 20
  printf '%s' "$KNOWN" >"$T/known"
  s show
  if [ -s "$T/policy" ]; then
    awk -v known="$T/known" "$NEWER_AWK" "$T/policy" >"$T/newer"
    [ ! -s "$T/newer" ] || xargs apt-cache show <"$T/newer" 2>/dev/null | awk "$SHOW_AWK"
  fi
  printf '%s' "$READ" >"$T/read"
  s changelogs; changelogs
  s end
}
changelogs() {
  awk -F'\t' -v known="$T/read" '
    BEGIN { while ((getline line < known) > 0) seen[line] = 1 }
    $1 == "log" { n = split($2, f, " "); if (f[3] != "upgrade") next; p = f[4]; sub(/:.*/, "", p)
      if (!((p " " f[5] " " f[6]) in seen)) print p "\t" f[5] "\t" f[6] }' "$T/files" >"$T/upgraded"
  [ -s "$T/upgraded" ] || return 0
  set --
  while IFS=$tab read -r p old new; do
    for f in "$R/usr/share/doc/$p/changelog.Debian.gz" "$R/usr/share/doc/$p/changelog.gz"; do
      [ -r "$f" ] || continue
      case " $* " in *" $f "*) ;; *) set -- "$@" "$f" ;; esac
      printf '%s\t%s\n' "$old" "$new" >>"$T/stops"
      break
    done
  done <"$T/upgraded"
  [ $# -eq 0 ] || zcat -f "$@" 2>/dev/null | awk -v stops="$T/stops" "$CHANGELOG_AWK"
}
main
`;

/** The script for one host. */
export function scanScript({ known, read, refreshAfterSeconds }: ScanOptions): string {
  const values: Readonly<Record<string, string>> = {
    FORMAT: DPKG_FORMAT,
    FILES_AWK,
    POLICY_AWK,
    NEWER_AWK,
    SHOW_AWK,
    CHANGELOG_AWK,
    KNOWN: known.map((line) => `${line}\n`).join(""),
    READ: read.map((line) => `${line}\n`).join(""),
    REFRESH: refreshAfterSeconds === null ? "" : String(refreshAfterSeconds),
  };
  const head = Object.entries(values).map(([name, value]) => `${name}=${quoteWord(value)}\n`);
  return `${head.join("")}${MAIN}`;
}
