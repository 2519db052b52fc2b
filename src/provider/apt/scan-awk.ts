/** What the scan script gives to awk and dpkg-query: the small programs that keep its answer small. */

/** Fields of one line of the section `dpkg`, separated by tabs. */
export const DPKG_FORMAT: string =
  "${binary:Package}\\t${Architecture}\\t${Version}\\t${db:Status-Want}\\t${db:Status-Status}\\t${db:Status-Eflag}\\t${source:Package}\\t${source:Version}\\n";

/**
 * Prints `kind<TAB>line` of small files, and of large ones only the lines that matter; then
 * the upgrades of dpkg's log that are not in the list on standard input.
 */
export const FILES_AWK: string = String.raw`
function out(kind) { print kind "\t" $0 }
FILENAME == "-" || FILENAME == "" { read[$0] = 1; next }
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
  if ($3 == "upgrade") {
    upgraded[$4] = 1; out("log")
    package = $4; sub(/:.*/, "", package)
    if (!((package " " $5 " " $6) in read)) fresh[++count] = package "\t" $5 "\t" $6
  }
  else if ($3 == "status" && $4 == "installed" && ($5 in upgraded)) out("log")
  next
}
kind == "conf" { if ($0 ~ /^[ \t]*APT::Periodic::Unattended-Upgrade/) out("conf"); next }
{ out(kind) }
END { print "@@split"; for (i = 1; i <= count; i++) print fresh[i] }
`;

/**
 * Keeps packages of which apt knows more than one version, or whose versions are pinned;
 * then lists the versions above the installed one, without those of the list that comes
 * first on standard input.
 */
export const POLICY_AWK: string = String.raw`
function flush() { if (versions > 1 || pinned) printf "%s", block; block = ""; versions = 0; pinned = 0 }
!policy { if ($0 == "@@split") policy = 1; else known[$0] = 1; next }
/^[^ ]/ { flush(); name = $1; sub(/:$/, "", name); above = 1 }
/^ \*\*\* / { above = 0 }
/^ (\*\*\*|   ) [^ ]/ {
  versions++; if ($NF < 0) pinned = 1
  if (above && !((name "=" $1) in known)) newer[++count] = name "=" $1
}
{ block = block $0 "\n" }
END { flush(); print "@@split"; for (i = 1; i <= count; i++) print newer[i] }
`;

export const SHOW_AWK: string = String.raw`
/^(Package|Version|Architecture|Source|Size|Section|Priority|Homepage): / { print; next }
/^Description(-en)?: / { sub(/^Description(-en)?/, "Description"); print; next }
/^$/ { print }
`;

/** Changelog headings, dates and CVE ids of the stanzas from a new version down to its old one. */
export const CHANGELOG_AWK: string = String.raw`
!text { if ($0 == "@@split") text = 1; else { from[$2] = 1; to[$3] = 1 } next }
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

/**
 * Packages that apt has downloaded and not installed yet, whose changelog the caller has not read:
 * `file<TAB>package<TAB>installed version<TAB>its source version<TAB>new version`. Standard input:
 * the list of what was read, the files, dpkg's packages and the versions that apt would choose.
 */
export const ARCHIVES_AWK: string = String.raw`
$0 == "@@split" { part++; name = ""; next }
part == 0 { read[$0] = 1; next }
part == 1 {
  n = split($0, path, "/"); file = path[n]; sub(/\.deb$/, "", file)
  if (split(file, word, "_") != 3) next
  sub(/%3a/, ":", word[2]); files[word[1] "=" word[2]] = $0
  next
}
part == 2 { split($0, field, "\t"); version[field[1]] = field[3]; source[field[1]] = field[8]; next }
/^[^ ]/ { name = $1; sub(/:$/, "", name); above = 1 }
/^ \*\*\* / { above = 0 }
above && /^     [^ ]/ && ((name "=" $1) in files) && (name in version) && count < 200 {
  if ((name " " version[name] " " $1) in read) next
  count++; print files[name "=" $1] "\t" name "\t" version[name] "\t" source[name] "\t" $1
}
`;

/** The stanzas of one changelog above a version. */
export const NEWER_AWK: string = String.raw`
/^[a-z0-9][a-z0-9+.-]+ \([^)]*\)/ { version = $2; gsub(/[()]/, "", version); if (version == old) exit; print; next }
/^ -- / { print; next }
{ while (match($0, /CVE-[0-9][0-9][0-9][0-9]-[0-9]+/)) { print substr($0, RSTART, RLENGTH); $0 = substr($0, RSTART + RLENGTH) } }
`;
