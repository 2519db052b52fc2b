import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestDevice } from "./device.ts";
import { describeWithApt } from "./tools.ts";
import { Fleet, World } from "./world.ts";

const ACCEPTED = { kind: "accepted" };

describeWithApt("actions on real dpkg", () => {
  let world: World;
  beforeAll(() => {
    world = new World();
  });
  afterAll(() => world.dispose());

  function one(): { readonly device: TestDevice; readonly fleet: Fleet } {
    const device = world.device();
    return { device, fleet: new Fleet([device.host("a")]) };
  }

  it("scans what is missing, with origin, order, size and way back", async () => {
    const view = await one().fleet.look();
    expect(view.patch("apt:acme-agent@2.0")).toMatchObject({
      vendor: "Debian",
      category: "security",
      product: "acme-agent",
      supersedes: ["apt:acme-agent@1.1"],
      uninstallable: "yes",
      sizeBytes: expect.any(Number) as number,
    });
    expect(view.patch("apt:acme-third@3.5.0")).toMatchObject({ vendor: "ThirdParty", category: "update" });
    expect(view.standing("a", "apt:acme-agent@1.1")).toBe("missing none");
    expect(view.standing("a", "apt:acme-agent@2.0")).toBe("missing none");
    expect(view.snapshot.header.capabilities.holdIsSafe).toBe(true);
    expect(view.diagnostics).toEqual([]);
  });

  it("installs exactly the version that was approved, and knows what it fixes", async () => {
    const { device, fleet } = one();
    expect(await fleet.send(["a approve apt:acme-agent@1.1"])).toEqual([ACCEPTED]);
    expect(device.stateOf("acme-agent")).toBe("ii 1.1");
    expect(device.stateOf("acme-lib")).toBe("ii 1.0");
    const view = await fleet.look();
    expect(view.fact("a", "apt:acme-agent@1.1")).toMatchObject({
      status: "installed",
      approval: "none",
      installedBy: "backend",
      installedAt: expect.stringMatching(/Z$/) as string,
      approvedAt: expect.stringMatching(/Z$/) as string,
    });
    expect(view.patch("apt:acme-agent@1.1")).toMatchObject({
      severity: "important",
      cves: ["CVE-2026-0001", "CVE-2026-0002"],
      releasedAt: "2026-01-01T12:00:00Z",
    });
    expect(view.standing("a", "apt:acme-agent@2.0")).toBe("missing none");
  });

  it("keeps the marks of apt: what was automatic stays automatic", async () => {
    const { device, fleet } = one();
    device.run("apt-mark", "auto", "acme-lib");
    await fleet.send(["a approve apt:acme-lib@1.1"]);
    expect(device.stateOf("acme-lib")).toBe("ii 1.1");
    expect(device.run("apt-mark", "showauto").trim()).toBe("acme-lib");
  });

  it("sees what other people installed", async () => {
    const { device, fleet } = one();
    device.run("apt-get", "-y", "-q", "install", "acme-agent=2.0");
    const view = await fleet.look();
    expect(view.fact("a", "apt:acme-agent@2.0")).toMatchObject({ status: "installed", installedBy: "other" });
    expect(view.fact("a", "apt:acme-agent@2.0")!["installedAt"]).toBeDefined();
  });

  it("refuses what would need a patch that is not approved, and takes both together", async () => {
    const { device, fleet } = one();
    expect(await fleet.send(["a approve apt:acme-app@1.1"])).toEqual([
      { kind: "refused", reason: "not approved here, but needed: upgrades acme-lib to 1.1" },
    ]);
    expect([device.stateOf("acme-app"), device.stateOf("acme-lib")]).toEqual(["ii 1.0", "ii 1.0"]);
    expect((await fleet.look()).fact("a", "apt:acme-app@1.1")).toMatchObject({
      status: "failed",
      attempts: 1,
    });
    const both = ["a approve apt:acme-lib@1.1", "a reprocess apt:acme-app@1.1"];
    expect(await fleet.send(both)).toEqual([ACCEPTED, ACCEPTED]);
    expect([device.stateOf("acme-app"), device.stateOf("acme-lib")]).toEqual(["ii 1.1", "ii 1.1"]);
  });

  it("ignores one version so that a full upgrade leaves it alone, and lets go of it", async () => {
    const { device, fleet } = one();
    device.write(
      "etc/apt/preferences.d/theirs.pref",
      "Package: acme-third\nPin: version *\nPin-Priority: -1\n",
    );
    await fleet.send(["a ignore apt:acme-agent@2.0", "a ignore apt:acme-lib@1.1"]);
    let view = await fleet.look();
    expect(view.fact("a", "apt:acme-agent@2.0")).toMatchObject({
      status: "ignored",
      approvalBy: "patchring",
    });
    expect(view.fact("a", "apt:acme-third@3.5.0")).toMatchObject({ status: "ignored", approvalBy: "person" });
    expect(view.standing("a", "apt:acme-agent@1.1")).toBe("missing none");
    device.write("etc/acme-bad.ok", "");
    device.write("etc/acme-stuck.ok", "");
    device.run("apt-get", "-y", "-q", "full-upgrade");
    expect(device.stateOf("acme-agent")).toBe("ii 1.1");
    expect([device.stateOf("acme-lib"), device.stateOf("acme-app")]).toEqual(["ii 1.0", "ii 1.0"]);
    expect(device.stateOf("acme-third")).toBe("ii 3.4.1");
    await fleet.send(["a do-nothing apt:acme-agent@2.0", "a do-nothing apt:acme-third@3.5.0"]);
    view = await fleet.look();
    expect(view.standing("a", "apt:acme-agent@2.0")).toBe("missing none");
    expect(view.standing("a", "apt:acme-lib@1.1")).toBe("ignored ignore");
    expect(view.standing("a", "apt:acme-third@3.5.0")).toBe("ignored ignore");
    expect(device.read("etc/apt/preferences.d/theirs.pref")).toContain("acme-third");
    await fleet.send(["a do-nothing apt:acme-lib@1.1"]);
    expect(existsSync(device.path("etc/apt/preferences.d/patchring.pref"))).toBe(false);
  });

  it("leaves a package on hold alone, whatever is approved", async () => {
    const { device, fleet } = one();
    device.run("apt-mark", "hold", "acme-lib");
    expect((await fleet.look()).fact("a", "apt:acme-lib@1.1")).toMatchObject({
      status: "ignored",
      approval: "ignore",
      approvalBy: "person",
    });
    expect(await fleet.send(["a approve apt:acme-lib@1.1"])).toEqual([
      { kind: "refused", reason: "acme-lib is on hold on this host (apt-mark hold)" },
    ]);
    expect(device.stateOf("acme-lib")).toBe("hi 1.0");
  });

  it("uninstalls to the version before, and that one stays", async () => {
    const { device, fleet } = one();
    await fleet.send(["a approve apt:acme-agent@1.1"]);
    await fleet.send(["a approve apt:acme-agent@2.0"]);
    expect(await fleet.send(["a uninstall apt:acme-agent@2.0"])).toEqual([ACCEPTED]);
    expect(device.stateOf("acme-agent")).toBe("ii 1.1");
    device.try("apt-get", "-y", "-q", "full-upgrade");
    expect(device.stateOf("acme-agent")).toBe("ii 1.1");
    const view = await fleet.look();
    expect(view.standing("a", "apt:acme-agent@2.0")).toBe("ignored ignore");
    expect(view.standing("a", "apt:acme-agent@1.1")).toBe("installed none");
  });

  it("blocks an uninstall when the version before is not to be had", async () => {
    const { device, fleet } = one();
    await fleet.send(["a approve apt:acme-third@3.5.0"]);
    const list = device
      .read("etc/apt/sources.list")
      .split("\n")
      .filter((line) => !line.includes(" stable main"));
    device.write("etc/apt/sources.list", list.join("\n"));
    device.run("apt-get", "-q", "update");
    expect((await fleet.look()).patch("apt:acme-third@3.5.0")["uninstallable"]).toBe("no");
    expect(await fleet.send(["a uninstall apt:acme-third@3.5.0"])).toEqual([
      { kind: "refused", reason: "no older version of acme-third is to be had on this host" },
    ]);
    expect(device.stateOf("acme-third")).toBe("ii 3.5.0");
  });

  it("tells a failed configuration, and reprocesses it when the cause is gone", async () => {
    const { device, fleet } = one();
    await fleet.send(["a approve apt:acme-bad@1.1", "a approve apt:acme-agent@1.1"]);
    expect([device.stateOf("acme-bad"), device.stateOf("acme-agent")]).toEqual(["iF 1.1", "ii 1.1"]);
    const failed = (await fleet.look()).fact("a", "apt:acme-bad@1.1");
    expect(failed).toMatchObject({ status: "failed", approval: "approve", attempts: 1 });
    expect(failed!["error"]).toContain("post-installation script subprocess returned error exit status 1");
    await fleet.send(["a reprocess apt:acme-bad@1.1"]);
    expect((await fleet.look()).fact("a", "apt:acme-bad@1.1")).toMatchObject({
      status: "failed",
      attempts: 2,
    });
    device.write("etc/acme-bad.ok", "");
    expect(await fleet.send(["a reprocess apt:acme-bad@1.1"])).toEqual([ACCEPTED]);
    expect(device.stateOf("acme-bad")).toBe("ii 1.1");
    expect((await fleet.look()).standing("a", "apt:acme-bad@1.1")).toBe("installed none");
  });

  it("takes a half-configured version back", async () => {
    const { device, fleet } = one();
    await fleet.send(["a approve apt:acme-bad@1.1"]);
    expect(await fleet.send(["a uninstall apt:acme-bad@1.1"])).toEqual([ACCEPTED]);
    expect(device.stateOf("acme-bad")).toBe("ii 1.0");
    expect((await fleet.look()).standing("a", "apt:acme-bad@1.1")).toBe("ignored ignore");
  });

  it("does not let one failing patch take the others along", async () => {
    const { device, fleet } = one();
    const names = ["acme-stuck", "acme-agent", "acme-lib", "acme-app", "acme-bad"];
    const outcomes = await fleet.send(names.map((name) => `a approve apt:${name}@1.1`));
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      "refused",
      "accepted",
      "accepted",
      "accepted",
      "accepted",
    ]);
    expect(outcomes[0]).toMatchObject({ reason: expect.stringContaining("pre-removal script") as string });
    expect(names.map((name) => device.stateOf(name))).toEqual([
      "ii 1.0",
      "ii 1.1",
      "ii 1.1",
      "ii 1.1",
      "iF 1.1",
    ]);
  });

  it("keeps a configuration file that was changed", async () => {
    const { device, fleet } = one();
    device.write("etc/acme-conf.conf", "mine\n");
    expect(await fleet.send(["a approve apt:acme-conf@1.1"])).toEqual([ACCEPTED]);
    expect([device.stateOf("acme-conf"), device.read("etc/acme-conf.conf")]).toEqual(["ii 1.1", "mine\n"]);
  });

  it("shows that a reboot is needed, and that it is over", async () => {
    const { device, fleet } = one();
    await fleet.send(["a approve apt:acme-kernel@1.1"]);
    const view = await fleet.look();
    expect(view.standing("a", "apt:acme-kernel@1.1")).toBe("reboot-required none");
    expect(view.patch("apt:acme-kernel@1.1")["reboot"]).toBe("always");
    device.run("rm", device.path("run/reboot-required"), device.path("run/reboot-required.pkgs"));
    expect((await fleet.look()).standing("a", "apt:acme-kernel@1.1")).toBe("installed none");
  });

  it("waits for a lock that goes away, and gives up on one that stays", async () => {
    const { device, fleet } = one();
    const lock = device.path("var/lib/dpkg/lock-frontend");
    const code = `import fcntl,sys,time; f=open(sys.argv[1],'w'); fcntl.lockf(f,fcntl.LOCK_EX); print('held',flush=True); time.sleep(float(sys.argv[2]))`;
    const holder = spawn("python3", ["-c", code, lock, "2"], { stdio: ["ignore", "pipe", "ignore"] });
    await once(holder.stdout, "data");
    expect(await fleet.send(["a approve apt:acme-agent@1.1"])).toEqual([ACCEPTED]);
    expect(device.stateOf("acme-agent")).toBe("ii 1.1");
    const stays = spawn("python3", ["-c", code, lock, "20"], { stdio: ["ignore", "pipe", "ignore"] });
    await once(stays.stdout, "data");
    const hasty = new Fleet([device.host("a")], { lockSeconds: 1 });
    const [outcome] = await hasty.send(["a approve apt:acme-lib@1.1"]);
    stays.kill();
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("lock") as string });
    expect((await fleet.look()).fact("a", "apt:acme-lib@1.1")).toMatchObject({
      status: "failed",
      attempts: 1,
    });
  });

  it("takes up again after a kill in the middle", async () => {
    const { device, fleet } = one();
    device.write("etc/acme-sleep", "30");
    const sending = fleet.send(["a approve apt:acme-slow@1.1", "a approve apt:acme-agent@1.1"], "cut");
    while (!existsSync(device.path("run/acme-slow.pid"))) await sleep(50);
    expect((await fleet.look()).standing("a", "apt:acme-slow@1.1")).toBe("installing approve");
    // Everything of the job at once, as a power cut does.
    const job = device.run("sh", "-c", `cat ${device.path("var/lib/patchring/jobs")}/*/pid`).trim();
    process.kill(-Number(job), "SIGKILL");
    expect((await sending)[0]!.kind).toBe("unknown");
    expect(device.stateOf("acme-slow")).toBe("iF 1.1");
    expect((await fleet.look()).standing("a", "apt:acme-slow@1.1")).toBe("failed approve");
    device.write("etc/acme-sleep", "0");
    expect(await fleet.send(["a reprocess apt:acme-slow@1.1", "a approve apt:acme-agent@1.1"])).toEqual([
      ACCEPTED,
      ACCEPTED,
    ]);
    expect([device.stateOf("acme-slow"), device.stateOf("acme-agent")]).toEqual(["ii 1.1", "ii 1.1"]);
  });

  it("does a batch once, however often the same run sends it", async () => {
    const { device, fleet } = one();
    await fleet.send(["a approve apt:acme-bad@1.1"], "once");
    await fleet.send(["a approve apt:acme-bad@1.1"], "once");
    expect((await fleet.look()).fact("a", "apt:acme-bad@1.1")).toMatchObject({ attempts: 1 });
    expect(device.read("var/lib/patchring/journal").match(/begin/g)).toHaveLength(1);
  });

  it("fails with the reason when a package cannot be fetched, and installs the rest", async () => {
    const { device, fleet } = one();
    const broken = device.read("etc/apt/sources.list").replaceAll("copy:", `copy:${device.root}`);
    device.run("cp", "-a", world.repository.path, device.path("repo-parent"));
    device.run("mkdir", "-p", `${device.root}${world.repository.path}`);
    device.run("cp", "-a", `${device.path("repo-parent")}/.`, `${device.root}${world.repository.path}`);
    device.write("etc/apt/sources.list", broken);
    device.run("apt-get", "-q", "update");
    device.run("rm", `${device.root}${world.repository.path}/pool/stable-security/acme-lib_1.1_all.deb`);
    const outcomes = await fleet.send(["a approve apt:acme-lib@1.1", "a approve apt:acme-agent@1.1"]);
    expect(outcomes).toEqual([
      { kind: "refused", reason: expect.stringContaining("acme-lib_1.1_all.deb") as string },
      ACCEPTED,
    ]);
    expect([device.stateOf("acme-lib"), device.stateOf("acme-agent")]).toEqual(["ii 1.0", "ii 1.1"]);
  });

  it.each([
    ["a shell in the package", "apt:acme-agent;touch@1.1"],
    ["a shell in the version", "apt:acme-agent@1.1$(touch)"],
    ["an option for a package", "apt:--reinstall@1.1"],
    ["another provider's patch", "KB5063878"],
    ["a package that is not here", "apt:acme-nothing@1.0"],
    ["a version that no one lists", "apt:acme-agent@9.9"],
  ])("refuses %s", async (_, patch) => {
    const { device, fleet } = one();
    const [outcome] = await fleet.send([`a approve ${patch}`]);
    expect(outcome!.kind).toBe("refused");
    expect(existsSync(device.path("var/lib/patchring"))).toBe(false);
  });

  it("does not act where it cannot write", async () => {
    const { device, fleet } = one();
    device.run("mkdir", "-p", device.path("var/lib"));
    device.write("var/lib/patchring", "a file where a folder should be");
    chmodSync(device.path("var/lib/patchring"), 0o600);
    const [outcome] = await fleet.send(["a approve apt:acme-agent@1.1"]);
    expect(outcome).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("cannot write") as string,
    });
    expect(device.stateOf("acme-agent")).toBe("ii 1.0");
  });
});
