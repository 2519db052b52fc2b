/** A repository of Debian packages in a folder, published with real apt-ftparchive. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  BASE_PACKAGES,
  SECURITY_PACKAGES,
  VENDOR_PACKAGES,
  buildPackage,
  type PackageSpec,
} from "./packages.ts";

export interface Suite {
  readonly name: string;
  readonly origin: string;
  readonly label: string;
}

export const STABLE: Suite = { name: "stable", origin: "Debian", label: "Debian" };
export const SECURITY: Suite = { name: "stable-security", origin: "Debian", label: "Debian-Security" };
export const VENDOR: Suite = { name: "vendor", origin: "ThirdParty", label: "Vendor" };

/** Publishes a suite with exactly these packages; again with others is the next day. */
export function publish(repository: string, suite: Suite, packages: readonly string[]): void {
  const pool = join(repository, "pool", suite.name);
  const dist = join(repository, "dists", suite.name);
  rmSync(pool, { recursive: true, force: true });
  mkdirSync(pool, { recursive: true });
  mkdirSync(join(dist, "main/binary-amd64"), { recursive: true });
  for (const path of packages) copyFileSync(path, join(pool, basename(path)));
  const ftparchive = (...args: readonly string[]): Buffer =>
    execFileSync("apt-ftparchive", args, { cwd: repository, stdio: "pipe" });
  const index = ftparchive("-o", "APT::FTPArchive::Always-Stat=true", "packages", `pool/${suite.name}`);
  writeFileSync(join(dist, "main/binary-amd64/Packages"), index);
  rmSync(join(dist, "Release"), { force: true });
  const fields = {
    Origin: suite.origin,
    Label: suite.label,
    Suite: suite.name,
    Codename: suite.name,
    Architectures: "amd64",
    Components: "main",
  };
  const options = Object.entries(fields).flatMap(([key, value]) => [
    "-o",
    `APT::FTPArchive::Release::${key}=${value}`,
  ]);
  const release = ftparchive(...options, "release", `dists/${suite.name}`);
  writeFileSync(join(dist, "Release.new"), release);
  renameSync(join(dist, "Release.new"), join(dist, "Release"));
}

export interface TestRepository {
  readonly path: string;
  /** The built package. */
  deb(name: string, version: string): string;
  build(spec: PackageSpec): string;
}

/** The repository with all suites; `securityToo: false` is the day before the security updates. */
export function makeRepository(folder: string): TestRepository {
  const pool = join(folder, "built");
  const path = join(folder, "repository");
  mkdirSync(pool, { recursive: true });
  const build = (spec: PackageSpec): string => buildPackage(pool, spec);
  const [base, security, vendor] = [BASE_PACKAGES, SECURITY_PACKAGES, VENDOR_PACKAGES].map((list) =>
    list.map(build),
  );
  publish(path, STABLE, base!);
  publish(path, SECURITY, security!);
  publish(path, VENDOR, vendor!);
  return { path, build, deb: (name, version) => join(pool, `${name}_${version}_all.deb`) };
}
