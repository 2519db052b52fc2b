/** Tiny packages of our own, each for one thing that real ones do. Built with real dpkg-deb. */
import { execFileSync } from "node:child_process";
import { createCipheriv } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export interface PackageSpec {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  readonly urgency?: string;
  readonly cves?: readonly string[];
  readonly postinst?: string;
  readonly prerm?: string;
  /** A configuration file with this content. */
  readonly config?: string;
  /** Bytes of payload. */
  readonly payloadBytes?: number;
}

function control({ name, version, depends }: PackageSpec): string {
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    "Architecture: all",
    "Maintainer: Example <packages@example.org>",
    "Section: net",
    "Priority: optional",
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    "Homepage: https://example.org/acme",
    `Description: a package of the tests`,
    "",
  ].join("\n");
}

function changelog({ name, version, urgency, cves }: PackageSpec): string {
  const date = "Thu, 01 Jan 2026 12:00:00 +0000";
  const stanza = (of: string, what: string, how: string): string =>
    `${name} (${of}) stable; urgency=${how}\n\n  * ${what}\n\n -- Example <packages@example.org>  ${date}\n`;
  const fixes = (cves ?? []).length === 0 ? "Small things." : `Fix ${(cves ?? []).join(", ")}.`;
  const first = version === "1.0" ? "" : `\n${stanza("1.0", "First. Not CVE-2000-0001 of old.", "low")}`;
  return stanza(version, fixes, urgency ?? "medium") + first;
}

/** The same every time, and not to be compressed. */
function payload(bytes: number): Buffer {
  return createCipheriv("aes-128-ctr", Buffer.alloc(16, 7), Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** Builds a package below `pool` and gives its path. */
export function buildPackage(pool: string, spec: PackageSpec): string {
  const folder = join(pool, "tree", `${spec.name}_${spec.version}`);
  const docs = join(folder, "usr/share/doc", spec.name);
  mkdirSync(docs, { recursive: true });
  mkdirSync(join(folder, "DEBIAN"));
  writeFileSync(join(folder, "DEBIAN/control"), control(spec));
  writeFileSync(join(docs, "changelog.Debian.gz"), gzipSync(changelog(spec)));
  for (const script of ["postinst", "prerm"] as const) {
    if (spec[script] === undefined) continue;
    const path = join(folder, "DEBIAN", script);
    writeFileSync(path, `#!/bin/sh\nset -e\n${spec[script]}\n`);
    chmodSync(path, 0o755);
  }
  if (spec.config !== undefined) {
    mkdirSync(join(folder, "etc"));
    writeFileSync(join(folder, "etc", `${spec.name}.conf`), spec.config);
    writeFileSync(join(folder, "DEBIAN/conffiles"), `/etc/${spec.name}.conf\n`);
  }
  if (spec.payloadBytes !== undefined) writeFileSync(join(docs, "payload"), payload(spec.payloadBytes));
  const path = join(pool, `${spec.name}_${spec.version}_all.deb`);
  execFileSync("dpkg-deb", ["--root-owner-group", "-Zgzip", "-z1", "--build", folder, path], {
    stdio: "pipe",
  });
  return path;
}

const REBOOT = `[ "$1" != configure ] || [ -z "$2" ] || {
  : >"$DPKG_ROOT/run/reboot-required"; echo acme-kernel >>"$DPKG_ROOT/run/reboot-required.pkgs"
}`;
const FAILS = `[ -e "$DPKG_ROOT/etc/acme-bad.ok" ] || { echo "acme-bad does not like this" >&2; exit 1; }`;
const SLOW = `[ -z "$2" ] || { echo $$ >"$DPKG_ROOT/run/acme-slow.pid"; sleep "$(cat "$DPKG_ROOT/etc/acme-sleep" 2>/dev/null || echo 0)"; }`;

/** What stands in the first suite, and is installed on every device. */
export const BASE_PACKAGES: readonly PackageSpec[] = [
  { name: "acme-agent", version: "1.0" },
  { name: "acme-lib", version: "1.0" },
  { name: "acme-app", version: "1.0", depends: "acme-lib (>= 1.0)" },
  { name: "acme-kernel", version: "1.0" },
  { name: "acme-bad", version: "1.0" },
  { name: "acme-stuck", version: "1.0", prerm: `[ -e "$DPKG_ROOT/etc/acme-stuck.ok" ] || exit 1` },
  { name: "acme-slow", version: "1.0" },
  { name: "acme-conf", version: "1.0", config: "one\n" },
  { name: "acme-big", version: "1.0", payloadBytes: 1000 },
  { name: "acme-third", version: "3.4.1" },
];

/** What the security suite brings. */
export const SECURITY_PACKAGES: readonly PackageSpec[] = [
  { name: "acme-agent", version: "1.1", urgency: "high", cves: ["CVE-2026-0001", "CVE-2026-0002"] },
  { name: "acme-agent", version: "2.0", urgency: "emergency", cves: ["CVE-2026-0003"] },
  { name: "acme-lib", version: "1.1" },
  { name: "acme-app", version: "1.1", depends: "acme-lib (>= 1.1)" },
  { name: "acme-kernel", version: "1.1", postinst: REBOOT },
  { name: "acme-bad", version: "1.1", postinst: FAILS },
  { name: "acme-stuck", version: "1.1", prerm: `[ -e "$DPKG_ROOT/etc/acme-stuck.ok" ] || exit 1` },
  { name: "acme-slow", version: "1.1", postinst: SLOW },
  { name: "acme-conf", version: "1.1", config: "two\n" },
  { name: "acme-big", version: "1.1", payloadBytes: 8_000_000 },
];

export const VENDOR_PACKAGES: readonly PackageSpec[] = [{ name: "acme-third", version: "3.5.0" }];
