import { existsSync } from "node:fs";
import { describe } from "vitest";

const FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];
const APT_TOOLS = ["apt-get", "apt-ftparchive", "dpkg", "dpkg-deb", "dpkg-query", "setsid", "gpg"];
const SSH_TOOLS = ["ssh", "sshd", "ssh-keygen", "sudo"];

function missing(tools: readonly string[]): readonly string[] {
  return tools.filter((tool) => !FOLDERS.some((folder) => existsSync(`${folder}/${tool}`)));
}

/**
 * A suite that needs real tools. Without them it is skipped, and says so; where `CI` is set
 * it fails instead.
 */
export function describeWith(tools: readonly string[], name: string, suite: () => void): void {
  const lacking = missing(tools);
  if (lacking.length === 0) {
    describe(name, suite);
    return;
  }
  const message = `SKIPPED: ${name}: not installed: ${lacking.join(", ")} (scripts/apt/install-test-tools.sh installs them)`;
  if (process.env["CI"]) throw new Error(message);
  process.stderr.write(`${message}\n`);
  describe.skip(name, suite);
}

export function describeWithApt(name: string, suite: () => void): void {
  describeWith(APT_TOOLS, name, suite);
}

export function describeWithSsh(name: string, suite: () => void): void {
  describeWith([...APT_TOOLS, ...SSH_TOOLS], name, suite);
}
