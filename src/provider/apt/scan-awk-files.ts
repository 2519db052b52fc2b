/** Part of the scan: small files as they are, and of large ones the lines that matter. */

/**
 * Prints `kind<TAB>line`; fills `fresh` with upgrades of dpkg's log whose changelog the
 * caller has not read, and `locks` with the lines of the kernel about dpkg's locks.
 */
export const AWK_FILES: string = String.raw`
function kind_of(path) {
  if (path ~ /_(In)?Release$/) return "release"
  if (path ~ /\/dpkg\.log(\.1)?$/) return "log"
  if (path ~ /\/os-release$/) return "os"
  if (path ~ /\/hostname$/) return "host"
  if (path ~ /\/random\/boot_id$/) return "boot"
  if (path ~ /\/osrelease$/) return "kernel"
  if (path ~ /\/reboot-required\.pkgs$/) return "reboot"
  if (path ~ /\/patchring\.pref$/) return "pin"
  if (path ~ /\/patchring\/journal$/) return "journal"
  return "conf"
}
function read_file(path,   kind, line) {
  kind = kind_of(path)
  if (kind == "release") read_release(path)
  else if (kind == "log") read_log(path)
  else while ((getline line < path) > 0) {
    if (kind == "conf") check_configuration(line)
    if (kind != "conf" || line ~ /^[ \t]*APT::Periodic::Unattended-Upgrade/) print kind "\t" line
  }
  close(path)
}
function read_release(path,   line, name) {
  name = path; sub(/.*\//, "", name)
  while ((getline line < path) > 0) {
    if (line ~ /^(MD5Sum|SHA1|SHA256|SHA512):/) return
    if (line ~ /^(Origin|Label|Suite|Codename): /) print "release\t" name "\t" line
  }
}
function read_log(path,   line, word, name) {
  while ((getline line < path) > 0) {
    if (index(line, " upgrade ")) {
      split(line, word, " ")
      if (word[3] != "upgrade") continue
      upgraded[word[4]] = 1; print "log\t" line
      name = word[4]; sub(/:.*/, "", name)
      if (!((name " " word[5] " " word[6]) in told)) fresh[++fresh_count] = name " " word[5] " " word[6]
    }
    else if (index(line, " status installed ")) {
      split(line, word, " ")
      if (word[3] == "status" && word[5] in upgraded) print "log\t" line
    }
  }
}
function read_locks(   line, word, place, any) {
  for (any in lock) break
  if (any == "") return
  while ((getline line < "/proc/locks") > 0) {
    split(line, word, " "); split(word[6], place, ":")
    if (place[3] in lock) locks = locks line "\n"
  }
  close("/proc/locks")
}
`;
