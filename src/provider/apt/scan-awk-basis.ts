/**
 * Part of the scan: the basis of apt's answer, which is every file that it is made from, as
 * the file system knows it. Where it is what it was, apt would say what it said, and need not
 * be asked.
 */

/**
 * Fills `basis`, empty where it cannot be relied on: a file was changed within the last two
 * seconds (it may be changed again without a trace in its times), is a link, or apt's
 * configuration puts its files where nobody looks.
 */
export const AWK_BASIS: string = String.raw`
# A line of stat: times of change (seconds, then in full), size, time of writing, inode, name.
function add_stat(line,   word, name) {
  split(line, word, " ")
  name = line; sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ /, "", name)
  if (looked_at != "") {
    if (name ~ /' -> /) moved = 1
    if (word[1] > newest) newest = word[1]
    basis = basis line "\n"
    return
  }
  if (name ~ /^'\/proc\/[0-9]+\/stat'$/) { looked_at = word[1]; return }
  stats = stats word[7] " " word[6] " " name "\n"
  if (name ~ /\/lock(-frontend)?'$/) lock[word[7]] = 1
}
# Every place that is set must be the usual one, so that the files above are all.
function is_usual_place(key, value) {
  if (key ~ /^Dir::(Cache|Log|Bin|Media|Ignore-Files-Silently)/) return 1
  sub(/\/$/, "", value)
  if (key == "Dir") return value == root
  if (key == "Dir::State") return value == "var/lib/apt"
  if (key == "Dir::Etc") return value == "etc/apt"
  return key == "Dir::State::status" && value == dpkg_folder() "/status"
}
function check_configuration(line,   statement, key, value) {
  if (line ~ /^[ \t]*#(include|clear)/) { moved = 1; return }
  if (tolower(line) !~ /(^|[^a-z0-9_-])(root)?dir([^a-z0-9_-]|$)/) return
  while (match(line, /Dir(::[A-Za-z-]+)* *("[^"]*"|\{[^}]*\})/)) {
    statement = substr(line, RSTART, RLENGTH)
    line = substr(line, 1, RSTART - 1) " " substr(line, RSTART + RLENGTH)
    key = statement; sub(/ *["{].*/, "", key)
    value = statement; sub(/^[^"{]*"?/, "", value); sub(/"$/, "", value)
    if (!is_usual_place(key, value)) moved = 1
  }
  if (tolower(line) ~ /(^|[^a-z0-9_-])(root)?dir([^a-z0-9_-]|$)/) moved = 1
}
# And \`downloaded\`: \`package=version\` of what is in apt's cache and not installed.
function finish_basis(   path, line, i, part) {
  path = ENVIRON["APT_CONFIG"]
  while (path != "" && (getline line < path) > 0) check_configuration(line)
  path = root "/etc/apt/apt.conf"
  while ((getline line < path) > 0) check_configuration(line)
  for (i = 1; i <= archive_count; i++) {
    split_archive(archives[i], part)
    if ((part[1] in installed) && installed[part[1]] != part[2]) downloaded = downloaded part[1] "=" part[2] "\n"
  }
  if (moved || !(looked_at - newest > 2)) basis = ""
}
`;
