/** Part of the scan: changelogs, cut down to headings, dates and CVE ids. */

/** Of upgrades that are new to the caller (`fresh`), and inside of packages that are not installed yet. */
export const AWK_CHANGELOGS: string = String.raw`
function heading_version(line,   word) {
  if (line !~ /^[a-z0-9][a-z0-9+.-]+ \([^)]*\)/) return ""
  split(line, word, " "); gsub(/[()]/, "", word[2])
  return word[2]
}
function print_fixes(line) {
  if (line ~ /^ -- /) { print line; return }
  while (match(line, /CVE-[0-9][0-9][0-9][0-9]-[0-9]+/)) {
    print substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH)
  }
}
function is_readable(path,   line, got) { got = (getline line < path); close(path); return got >= 0 }
# From a new version down to its old one.
function read_changelogs(   i, word, path, files, seen_file, command, line, version, from, to, on) {
  for (i = 1; i <= fresh_count; i++) {
    split(fresh[i], word, " ")
    path = root "/usr/share/doc/" word[1] "/changelog.Debian.gz"
    if (!is_readable(path)) path = root "/usr/share/doc/" word[1] "/changelog.gz"
    if (!is_readable(path)) continue
    if (!(path in seen_file)) files = files " " quote(path)
    seen_file[path] = 1; from[word[2]] = 1; to[word[3]] = 1
  }
  if (files == "") return
  command = "zcat -f" files " 2>/dev/null"
  while ((command | getline line) > 0) {
    version = heading_version(line)
    if (version != "") {
      if (version in to) on = 1
      if (version in from) on = 0
      if (on) print line
    }
    else if (on) print_fixes(line)
  }
  close(command)
}
# Above the installed version.
function read_archive(want,   field, source, docs, command, line, version) {
  split(want, field, "\t")
  source = field[4] == "" ? field[3] : field[4]
  print "@read\t" field[2] "\t" field[3] "\t" source "\t" field[5]
  docs = "./usr/share/doc/" field[2] "/changelog"
  command = "dpkg-deb --fsys-tarfile " quote(field[1]) " 2>/dev/null | tar -xO -f - " \
    quote(docs ".Debian.gz") " " quote(docs ".gz") " 2>/dev/null | zcat -f 2>/dev/null"
  while ((command | getline line) > 0) {
    version = heading_version(line)
    if (version == source) break
    if (version != "") print line
    else print_fixes(line)
  }
  close(command)
}
`;
