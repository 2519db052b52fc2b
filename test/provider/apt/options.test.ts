import { describe, expect, it } from "vitest";
import { parseAptOptions, readInventory } from "../../../src/provider/apt/options.ts";
import { parseInventory } from "../../../src/provider/apt/parse-inventory.ts";
import { sshCommand } from "../../../src/provider/apt/ssh-transport.ts";

function places(content: string): readonly string[] {
  const { hosts, diagnostics } = parseInventory("hosts.yaml", content, "/repo");
  expect(hosts).toBeNull();
  return diagnostics.map(({ code, place }) => `${place!.line}:${place!.column} ${code}`);
}

describe("the inventory", () => {
  it("takes the defaults where a host says nothing", () => {
    const { hosts, diagnostics } = parseInventory(
      "hosts.yaml",
      `defaults: { client: acme, tags: [pilot], ssh: { user: patch, sudo: true, knownHostsFile: known_hosts } }
hosts:
  - { id: web-1, site: hq, ssh: { host: 10.0.0.1, port: 2222 } }
  - { id: web-2, tags: [], ssh: { host: web-2, user: root, sudo: false } }
  - { id: here, client: other }
  - { id: box, root: { path: /srv/box } }
`,
      "/repo",
    );
    expect(diagnostics).toEqual([]);
    expect(hosts![0]).toMatchObject({
      id: "web-1",
      client: "acme",
      site: "hq",
      type: "server",
      tags: ["pilot"],
      ssh: { host: "10.0.0.1", port: 2222, user: "patch", sudo: true, knownHostsFile: "/repo/known_hosts" },
      root: null,
    });
    expect(hosts![1]).toMatchObject({ tags: [], ssh: { user: "root", sudo: false } });
    expect(hosts![2]).toMatchObject({ client: "other", ssh: null, root: null });
    expect(hosts![3]!.root).toEqual({ path: "/srv/box", mode: "chroot" });
  });

  it.each([
    ["text that is not YAML", "hosts: [", ["1:9 apt/inventory"]],
    ["no hosts", "defaults: {}", ["1:1 apt/inventory"]],
    ["an unknown key", "hosts:\n  - id: a\n    prot: 22\n", ["3:11 apt/inventory"]],
    ["a host without id", "hosts:\n  - name: a\n", ["2:5 apt/inventory"]],
    ["two of one id", "hosts:\n  - id: a\n  - id: a\n", ["3:9 apt/duplicate-host"]],
    [
      "an option for a host name",
      "hosts:\n  - id: a\n    ssh: { host: -oProxyCommand=x }\n",
      ["3:18 apt/inventory"],
    ],
    ["a port that is none", "hosts:\n  - id: a\n    ssh: { host: b, port: 99999 }\n", ["3:27 apt/inventory"]],
    ["a relative root", "hosts:\n  - id: a\n    root: { path: srv }\n", ["3:19 apt/inventory"]],
    ["the machine's own root", "hosts:\n  - id: a\n    root: { path: / }\n", ["3:19 apt/inventory"]],
  ])("refuses %s at its place", (_, content, expected) => expect(places(content)).toEqual(expected));

  it("says when the file is not there", async () => {
    const { hosts, diagnostics } = await readInventory("/nowhere/hosts.yaml");
    expect([hosts, diagnostics[0]!.code]).toEqual([null, "apt/inventory-unreadable"]);
  });
});

describe("the options of an apt provider", () => {
  it("has defaults, and paths below the policy repository", () => {
    const { options } = parseAptOptions({ kind: "apt", inventory: "hosts.yaml", refresh: "6h" }, "/repo");
    expect(options).toMatchObject({
      inventory: "/repo/hosts.yaml",
      settings: { concurrency: 16, refreshAfterSeconds: 21_600, stateFolder: "/repo/.patchring/apt" },
    });
  });

  it.each([
    ["no inventory", { kind: "apt" }],
    ["a key that is not known", { kind: "apt", inventory: "a", pasword: "x" }],
    ["a duration that is none", { kind: "apt", inventory: "a", refresh: "soon" }],
    ["no concurrency", { kind: "apt", inventory: "a", concurrency: 0 }],
  ])("refuses %s", (_, provider) => {
    const { options, diagnostics } = parseAptOptions(provider, "/repo");
    expect(options).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(["apt/options"]);
  });
});

describe("the command line of ssh", () => {
  it("never asks, always checks the host key, and takes the host literally", () => {
    const address = {
      host: "web-1",
      port: 2222,
      user: "patch",
      sudo: true,
      identityFile: "/k",
      knownHostsFile: "/h",
    };
    const command = sshCommand(address, ["sudo", "-n", "--", "/bin/sh", "-s"], {
      connectSeconds: 7,
      socketFolder: "/s",
    });
    for (const option of [
      "BatchMode=yes",
      "StrictHostKeyChecking=yes",
      "PasswordAuthentication=no",
      "ControlMaster=auto",

      "ConnectTimeout=7",
      "UserKnownHostsFile=/h",
      "IdentityFile=/k",
    ]) {
      expect(command).toContain(option);
    }
    expect(command.some((word) => /^ControlPath=\/s\/[0-9a-f]{20}$/.test(word))).toBe(true);
    expect(command.slice(-3)).toEqual(["--", "web-1", "'sudo' '-n' '--' '/bin/sh' '-s'"]);
  });
});
