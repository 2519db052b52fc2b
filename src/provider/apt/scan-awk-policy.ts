/** Part of the scan: what apt offers. */

/**
 * Fills `kept` with what `apt-cache policy` says of packages of which apt knows more than one
 * version, or whose versions are pinned; `newer` with the versions above the installed one
 * whose details the caller does not know; `wanted` with packages that are downloaded and not
 * installed, whose changelog the caller has not read.
 */
export const AWK_POLICY: string = String.raw`
# Of packages that are there: the caller has no use for the rest.
function flush_block() {
  if (block_name in installed) {
    answered++
    if (block_versions > 1 || block_pinned) kept[++kept_count] = block
  }
  block = block_name = ""; block_versions = 0; block_pinned = 0
}
function read_version(name, version, above) {
  if (!above || !(name in installed)) return
  if (!((name "=" version) in told)) newer[++newer_count] = name "=" version
  if (!((name "=" version) in archive_of) || wanted_count >= 200) return
  if ((name " " installed[name] " " version) in told) return
  wanted[++wanted_count] = archive_of[name "=" version] "\t" name "\t" installed[name] "\t" installed_source[name] "\t" version
}
function add_policy_line(line,   word, kind) {
  if (line ~ /^[^ ]/) {
    flush_block(); block_above = 1
    block_name = line; sub(/:? *$/, "", block_name)
  }
  else if (line ~ /^ (\*\*\*|   ) [^ ]/) {
    split(line, word, " "); block_versions++
    kind = word[1] == "***" ? 2 : 1
    if (kind == 2) block_above = 0
    if (word[kind + 1] < 0) block_pinned = 1
    read_version(block_name, word[kind], block_above)
  }
  block = block line "\n"
}
# Whether apt answered to the end.
function ask_policy(command,   line) {
  while ((command | getline line) > 0) add_policy_line(line)
  flush_block()
  return close(command) == 0
}
# The answer on standard input, where it is whole and tells of every package.
function take_policy(   line, whole) {
  while ((getline line) > 0) { if (line == "@@whole") whole = 1; else add_policy_line(line) }
  flush_block()
  return whole && answered == asked_count
}
# Words for command lines, none longer than a system takes.
function batches(words, count, into,   i, n) {
  n = 0
  for (i = 1; i <= count; i++) {
    if (n == 0 || length(into[n]) > 100000) into[++n] = ""
    into[n] = into[n] " " words[i]
  }
  return n
}
# Without cache files where those cannot be written. What fails here must not look like "nothing to do".
function read_policy(   i, n, batch, bare, kept_before, newer_before, wanted_before) {
  index_archives()
  if (take_policy()) return
  kept_count = newer_count = wanted_count = 0
  n = batches(asked, asked_count, batch)
  for (i = 1; i <= n; i++) {
    kept_before = kept_count; newer_before = newer_count; wanted_before = wanted_count
    if (ask_policy("exec apt-cache policy" batch[i] " 2>/dev/null")) continue
    kept_count = kept_before; newer_count = newer_before; wanted_count = wanted_before
    bare = "exec apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy" batch[i]
    if (ask_policy(bare " 2>/dev/null")) continue
    system("apt-cache policy" batch[i] " >/dev/null")
    exit 5
  }
}
# Package and version of a file in apt's cache; empty for what is none.
function split_archive(path, part,   word) {
  part[1] = part[2] = ""
  sub(/.*\//, "", path); sub(/\.deb$/, "", path)
  if (split(path, word, "_") != 3) return
  sub(/%3a/, ":", word[2]); part[1] = word[1]; part[2] = word[2]
}
function index_archives(   i, part) {
  for (i = 1; i <= archive_count; i++) {
    split_archive(archives[i], part)
    if (part[1] != "") archive_of[part[1] "=" part[2]] = archives[i]
  }
}
function read_details(   i, n, batch, command, line) {
  for (i = 1; i <= newer_count; i++) newer[i] = quote(newer[i])
  n = batches(newer, newer_count, batch)
  for (i = 1; i <= n; i++) {
    command = "exec apt-cache show" batch[i] " 2>/dev/null"
    while ((command | getline line) > 0) {
      sub(/^Description-en: /, "Description: ", line)
      if (line ~ /^((Package|Version|Architecture|Source|Size|Section|Priority|Homepage|Description): |$)/) print line
    }
    close(command)
  }
}
`;
