/** Part of the scan: what dpkg has in its database. */

/** Fields of one line of the section `dpkg`, separated by tabs. */
const DPKG_FORMAT =
  "${Package}\\t${Architecture}\\t${Version}\\t${db:Status-Want}\\t${db:Status-Status}\\t${db:Status-Eflag}\\t${source:Package}\\t${source:Version}\\n";

/**
 * Fills `packages` with those lines, `asked` with what apt is to be asked about, and
 * `clean`. The file is read here where it is plain, which saves a program. Where it is not,
 * or where dpkg keeps changes beside it, dpkg itself answers, or says what is wrong.
 */
export const AWK_DPKG: string = String.raw`
function add_package(name, arch, version, want, state, flag, source, source_version) {
  packages[++package_count] = name "\t" arch "\t" version "\t" want "\t" state "\t" flag "\t" source "\t" source_version
  if (state == "not-installed" || state == "config-files") return
  if (state != "installed" || flag != "ok") clean = 0
  if (name !~ /^[a-z0-9][a-z0-9+.-]+$/ || arch !~ /^[a-z0-9-]+$/) return
  asked[++asked_count] = arch == "all" ? name : name ":" arch
  installed[name] = version; installed_source[name] = source_version
  installed[name ":" arch] = version; installed_source[name ":" arch] = source_version
}
# False for a stanza that is not what dpkg writes.
function add_stanza(value,   status, name, source, version, key) {
  name = value["Package"]; key = name ":" value["Architecture"]
  if (name == "" || (key in seen) || split(value["Status"], status, " ") != 3) return 0
  seen[key] = 1
  if (status[3] == "not-installed") return 1
  source = name; version = value["Version"]
  if (value["Source"] != "") {
    source = value["Source"]
    if (match(source, / \(.*\)$/)) {
      version = substr(source, RSTART + 2, RLENGTH - 3); source = substr(source, 1, RSTART - 1)
    }
  }
  add_package(name, value["Architecture"], value["Version"], status[1], status[3], status[2], source, version)
  return 1
}
function read_status(path,   line, first, colon, value, key, open) {
  while ((getline line < path) > 0) {
    first = substr(line, 1, 1)
    if (first == " " || first == "\t") { if (open) continue; return 0 }
    if (line == "") {
      if (open && !add_stanza(value)) return 0
      open = 0; for (key in value) delete value[key]
      continue
    }
    if (!(colon = index(line, ":"))) return 0
    open = 1
    if (!((key = substr(line, 1, colon - 1)) in wanted_field)) continue
    if (line !~ /^[^:]*: [^ \t]/ || line ~ /[ \t]$/) return 0
    value[key] = substr(line, colon + 2)
  }
  return (!open || add_stanza(value)) && package_count > 0
}
function read_packages(   ask, line, field) {
  clean = 1
  split("Package Status Architecture Version Source", field, " ")
  for (line in field) wanted_field[field[line]] = 1
  if (!updates && read_status(dpkg_folder() "/status")) return
  clean = 1; package_count = 0; asked_count = 0
  ask = "dpkg-query -W -f '${DPKG_FORMAT}'"
  while ((ask | getline line) > 0) {
    split(line, field, "\t")
    add_package(field[1], field[2], field[3], field[4], field[5], field[6], field[7], field[8])
  }
  if (close(ask) != 0) exit 1
  if (!package_count) fail(4, "dpkg knows no package")
}
# What dpkg said when it left something half done.
function read_errors(   path, tail, line) {
  path = root "/var/log/apt/term.log"
  if ((getline line < path) < 0) return
  close(path)
  tail = "tail -c 20000 " quote(path) " | grep -A1 'error processing package' | tail -n 20"
  while ((tail | getline line) > 0) print line
  close(tail)
}
`;
