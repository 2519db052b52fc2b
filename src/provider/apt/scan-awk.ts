/**
 * The program that looks at a host: reads its files, asks dpkg and apt where files do not
 * tell, and keeps the answer small. For every awk that Debian has (mawk, gawk, busybox): no
 * `{n}`, no `[[:class:]]`. Text of the host reaches a command line only in quotes.
 */
import { AWK_BASIS } from "./scan-awk-basis.ts";
import { AWK_CHANGELOGS } from "./scan-awk-changelogs.ts";
import { AWK_DPKG } from "./scan-awk-dpkg.ts";
import { AWK_FILES } from "./scan-awk-files.ts";
import { AWK_POLICY } from "./scan-awk-policy.ts";

/**
 * Arguments: the root, then files. `same` is set where the basis of apt's answer is the one
 * that the caller has. Standard input, split by `@@split`: what the caller was told before,
 * files of an unfinished dpkg run, packages in apt's cache, lines of `stat`, and what apt
 * says of packages, with `@@whole` where it came to its end.
 */
const MAIN = String.raw`
function section(name) { print "\n@@" name }
function fail(code, text) { print text > "/dev/stderr"; exit code }
function quote(text) { gsub(/'/, "'\\''", text); return "'" text "'" }
function dpkg_folder() { return ENVIRON["DPKG_ADMINDIR"] == "" ? "/var/lib/dpkg" : ENVIRON["DPKG_ADMINDIR"] }
function read_looks(   line, part) {
  while (part < 4 && (getline line) > 0) {
    if (line == "@@split") part++
    else if (part == 0) told[line] = 1
    else if (part == 1) updates++
    else if (part == 2) archives[++archive_count] = line
    else add_stat(line)
  }
}
function read_apt(   i) {
  finish_basis()
  section("basis"); printf "%s", basis
  section("downloaded"); printf "%s", downloaded
  if (same) { section("same"); return }
  read_policy()
  section("policy"); for (i = 1; i <= kept_count; i++) printf "%s", kept[i]
  section("show"); read_details()
  section("archives"); for (i = 1; i <= wanted_count; i++) read_archive(wanted[i])
}
BEGIN {
  root = ARGV[1]; count = ARGC - 1
  for (i = 2; i <= count; i++) paths[i] = ARGV[i]
  ARGC = 1
  read_looks()
  section("stat"); printf "%s", stats
  section("updates"); print updates + 0
  section("files"); for (i = 2; i <= count; i++) read_file(paths[i])
  read_locks(); read_packages(); if (!clean) read_locks()
  section("locks"); printf "%s", locks
  section("dpkg"); for (i = 1; i <= package_count; i++) print packages[i]
  read_apt()
  section("errors"); if (!clean) read_errors()
  section("changelogs"); read_changelogs()
  section("end")
}
`;

export const SCAN_AWK: string = [AWK_FILES, AWK_DPKG, AWK_BASIS, AWK_POLICY, AWK_CHANGELOGS, MAIN].join("");
