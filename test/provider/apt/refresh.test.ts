import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestDevice } from "./device.ts";
import { publish, SECURITY } from "./repository.ts";
import { describeWithApt } from "./tools.ts";
import { Fleet, World } from "./world.ts";

const SUITE = "dists/stable-security";

describeWithApt("package lists of a signed repository", () => {
  let world: World;
  let home: string;
  let device: TestDevice;
  beforeAll(() => {
    world = new World();
    home = join(world.folder, "keys");
    mkdirSync(home, { mode: 0o700 });
    gpg("--passphrase", "", "--quick-generate-key", "archive@example.org", "ed25519", "sign", "never");
    device = world.device();
    device.write("archive.gpg", "");
    gpg("--yes", "--output", device.path("archive.gpg"), "--export", "archive@example.org");
    const { path } = world.repository;
    device.write(
      "etc/apt/sources.list",
      `deb [signed-by=${device.path("archive.gpg")}] copy:${path} stable-security main\n`,
    );
    sign();
  });
  afterAll(() => {
    execFileSync("gpgconf", ["--homedir", home, "--kill", "all"], { stdio: "ignore" });
    world.dispose();
  });

  function gpg(...args: readonly string[]): void {
    execFileSync("gpg", ["--homedir", home, "--batch", ...args], { stdio: "pipe" });
  }
  function sign(): void {
    const release = join(world.repository.path, SUITE, "Release");
    const signed = join(world.repository.path, SUITE, "InRelease");
    gpg("--yes", "--output", signed, "--clearsign", release);
  }
  function open(): Fleet {
    return new Fleet([device.host("a")], { refreshAfterSeconds: 0 });
  }

  it("are brought up to date by the scan, so that a new version is seen in it", async () => {
    const deb = world.repository.build({ name: "acme-agent", version: "2.1" });
    publish(world.repository.path, SECURITY, [deb]);
    sign();
    const view = await open().look();
    expect(view.diagnostics).toEqual([]);
    expect(view.standing("a", "apt:acme-agent@2.1")).toBe("missing none");
    expect(await open().send(["a approve apt:acme-agent@2.1"])).toEqual([{ kind: "accepted" }]);
    expect(device.stateOf("acme-agent")).toBe("ii 2.1");
  });

  it("are not believed when the signature does not fit: the scan is as old as the lists before", async () => {
    const before = (await open().look()).device("a")["scannedAt"] as string;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const deb = world.repository.build({ name: "acme-agent", version: "6.6" });
    publish(world.repository.path, SECURITY, [deb]);
    appendFileSync(join(world.repository.path, SUITE, "Release"), "Forged: yes\n");
    rmSync(join(world.repository.path, SUITE, "InRelease"));
    writeFileSync(join(world.repository.path, SUITE, "InRelease"), "no signature\n");
    const view = await open().look();
    expect(view.diagnostics).toEqual([expect.stringMatching(/^apt\/lists-old: a: /)]);
    expect(Date.parse(view.device("a")["scannedAt"] as string)).toBeLessThanOrEqual(
      Date.parse(before) + 1000,
    );
    expect(view.fact("a", "apt:acme-agent@6.6")).toBeUndefined();
  });
});
