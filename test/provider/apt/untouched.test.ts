import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copyDevice, type TestDevice } from "./device.ts";
import { describeWithApt } from "./tools.ts";
import { Fleet, World } from "./world.ts";

/** Every path below a folder with what it is: mode, and content or target. */
function tree(root: string, below = ""): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const name of readdirSync(join(root, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    const stat = lstatSync(join(root, path));
    const mode = stat.mode.toString(8);
    if (stat.isDirectory()) {
      entries.set(path, mode);
      for (const [inner, state] of tree(root, path)) entries.set(inner, state);
    } else if (stat.isSymbolicLink()) entries.set(path, `${mode} ${readlinkSync(join(root, path))}`);
    else
      entries.set(
        path,
        `${mode} ${createHash("sha256")
          .update(readFileSync(join(root, path)))
          .digest("hex")}`,
      );
  }
  return entries;
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
}

/** What apt and dpkg keep for themselves. */
const OF_APT = /^var\/(?:lib\/(?:dpkg|apt)|cache\/apt|log\/(?:apt\b|dpkg\.log))/;
const OURS = /^var\/lib\/patchring(\/|$)/;
const OUR_PINS = "etc/apt/preferences.d/patchring.pref";

describeWithApt("what is left alone", () => {
  let world: World;
  let device: TestDevice;
  let fleet: Fleet;
  beforeAll(() => {
    world = new World();
    device = world.device();
    mkdirSync(device.path("home"));
    device.write("home/notes", "mine");
    device.write("etc/acme-conf.conf", "mine\n");
    device.write(
      "etc/apt/preferences.d/theirs.pref",
      "Package: acme-third\nPin: version *\nPin-Priority: -1\n",
    );
    device.run("apt-mark", "hold", "acme-lib");
    device.run("apt-mark", "auto", "acme-kernel");
    fleet = new Fleet([device.host("a")]);
  });
  afterAll(() => world.dispose());

  async function changesOf(action: () => Promise<unknown>): Promise<readonly string[]> {
    const before = tree(device.root);
    await action();
    return changes(before, tree(device.root));
  }

  it("a scan changes nothing but apt's cache files", async () => {
    await fleet.look();
    const changed = await changesOf(() => fleet.look());
    expect(changed.filter((path) => !/^var\/cache\/apt\/(?:src)?pkgcache\.bin$/.test(path))).toEqual([]);
  });

  it("an ignore writes our pin file and our journal", async () => {
    const changed = await changesOf(() => fleet.send(["a ignore apt:acme-agent@2.0"]));
    expect(changed.filter((path) => !OURS.test(path))).toEqual([OUR_PINS]);
  });

  it("a do-nothing takes them back", async () => {
    const before = tree(device.root);
    await fleet.send(["a do-nothing apt:acme-agent@2.0"]);
    const after = tree(device.root);
    expect(changes(before, after).filter((path) => !OURS.test(path))).toEqual([OUR_PINS]);
    expect(after.has(OUR_PINS)).toBe(false);
  });

  it.each([
    [
      "an approve",
      "approve apt:acme-kernel@1.1",
      [/^usr\/share\/doc\/acme-kernel\//, /^run\/reboot-required/],
    ],
    [
      "an approve of changed configuration",
      "approve apt:acme-conf@1.1",
      [/^usr\/share\/doc\/acme-conf\//, /^etc\/acme-conf\.conf\.dpkg-dist$/],
    ],
    [
      "an uninstall",
      "uninstall apt:acme-kernel@1.1",
      [/^usr\/share\/doc\/acme-kernel\//, /^etc\/apt\/preferences\.d\/patchring\.pref$/],
    ],
    ["a failing approve", "approve apt:acme-bad@1.1", [/^usr\/share\/doc\/acme-bad\//]],
    ["a refused approve", "approve apt:acme-app@1.1", []],
  ])("%s changes the package's own files", async (_, action, allowed) => {
    const changed = await changesOf(() => fleet.send([`a ${action}`]));
    const strange = changed.filter(
      (path) => !OURS.test(path) && !OF_APT.test(path) && !allowed.some((pattern) => pattern.test(path)),
    );
    expect(strange).toEqual([]);
    expect(device.read("etc/apt/preferences.d/theirs.pref")).toContain("acme-third");
    expect(device.stateOf("acme-lib")).toBe("hi 1.0");
    expect(device.run("apt-mark", "showauto").trim()).toBe("acme-kernel");
  });
});

/** A small disk of its own; null where this user may not mount one. */
function mountSmallDisk(path: string): boolean {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", path], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

describeWithApt("a full disk", () => {
  let world: World;
  let disk = "";
  let mounted = false;
  beforeAll(() => {
    world = new World();
    disk = join(world.folder, "disk");
    mounted = mountSmallDisk(disk);
    if (!mounted) process.stderr.write("SKIPPED: a full disk: this user may not mount a tmpfs\n");
  });
  afterAll(() => {
    if (mounted) execFileSync("umount", [disk]);
    world.dispose();
  });

  function fill(leave: number): void {
    const { bavail, bsize } = statfsSync(disk);
    execFileSync(
      "dd",
      [
        "if=/dev/zero",
        `of=${join(disk, "ballast")}`,
        "bs=4096",
        `count=${Math.max(0, Math.floor((bavail * bsize - leave) / 4096))}`,
      ],
      { stdio: "pipe" },
    );
  }

  it("fails with the reason, leaves the old version, and goes on when there is room", async (context) => {
    if (!mounted) return context.skip();
    const device = copyDevice(world.device(), join(disk, "device"));
    const fleet = new Fleet([device.host("a")]);
    fill(5_000_000);
    const [full, small] = await fleet.send(["a approve apt:acme-big@1.1", "a approve apt:acme-agent@1.1"]);
    expect(full).toMatchObject({ kind: "refused" });
    expect((full as { readonly reason: string }).reason).toMatch(/space|No space left/i);
    expect(small).toEqual({ kind: "accepted" });
    expect([device.stateOf("acme-big"), device.stateOf("acme-agent")]).toEqual(["ii 1.0", "ii 1.1"]);
    expect((await fleet.look()).fact("a", "apt:acme-big@1.1")).toMatchObject({
      status: "failed",
      attempts: 1,
    });
    execFileSync("rm", [join(disk, "ballast")]);
    device.run("apt-get", "clean");
  });

  it("takes no job where not even a note can be written", async (context) => {
    if (!mounted) return context.skip();
    const device = copyDevice(world.device(), join(disk, "other"));
    fill(0);
    const fleet = new Fleet([device.host("a")]);
    const [outcome] = await fleet.send(["a approve apt:acme-agent@1.1"]);
    expect(outcome).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("disk full") as string,
    });
    expect(device.stateOf("acme-agent")).toBe("ii 1.0");
  });
});
