import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AptHost } from "../../../src/provider/apt/host.ts";
import type { TestDevice } from "./device.ts";
import { makeKeys, SshServer, type SshKeys } from "./ssh-server.ts";
import { publish, VENDOR } from "./repository.ts";
import { describeWithSsh } from "./tools.ts";
import { Fleet, World } from "./world.ts";

const HOSTS = 3;

describeWithSsh("hosts over real sshd", () => {
  let world: World;
  let keys: SshKeys;
  let servers: SshServer[] = [];
  let devices: TestDevice[] = [];
  const silent: Server[] = [];
  beforeAll(async () => {
    world = new World();
    keys = makeKeys(join(world.folder, "keys"));
    for (let index = 0; index < HOSTS; index += 1) {
      servers.push(await SshServer.start(join(world.folder, `sshd-${index}`), keys));
      devices.push(world.device());
    }
  });
  afterAll(() => {
    for (const server of servers) server.cut();
    for (const server of silent) server.close();
    [servers, devices] = [[], []];
    world.dispose();
  });

  function host(index: number, more: Partial<NonNullable<AptHost["ssh"]>> = {}): AptHost {
    const server = servers[index]!;
    const ssh = { host: "127.0.0.1", port: server.port, user: server.user, sudo: false, ...keys, ...more };
    return devices[index]!.host(`host-${index}`, { ssh });
  }

  function open(hosts: readonly AptHost[], more = {}): Fleet {
    return new Fleet(hosts, { connectSeconds: 3, scanSeconds: 20, ...more });
  }

  it("scans and installs on three of them, each scan in one round trip", async () => {
    const fleet = open([host(0), host(1), host(2)]);
    const view = await fleet.look();
    expect(view.diagnostics).toEqual([]);
    const actions = [0, 1, 2].map((index) => `host-${index} approve apt:acme-agent@1.1`);
    expect(await fleet.send(actions)).toEqual(actions.map(() => ({ kind: "accepted" })));
    expect(devices.map((device) => device.stateOf("acme-agent"))).toEqual(["ii 1.1", "ii 1.1", "ii 1.1"]);
    const log = readFileSync(join(world.folder, "sshd-0", "log"), "utf8");
    // One connection served the scan, the look, the job and its polls.
    expect(log.match(/Accepted publickey/g) ?? []).toHaveLength(log === "" ? 0 : 1);
  });

  it("becomes root by sudo where the inventory says so", async () => {
    const spec = {
      name: "acme-third",
      version: "3.6.0",
      postinst: `env >"$DPKG_ROOT/run/acme-env"`,
    };
    publish(world.repository.path, VENDOR, [world.repository.build(spec)]);
    devices[0]!.run("apt-get", "-q", "update");
    const fleet = open([host(0, { sudo: true })]);
    expect((await fleet.look()).diagnostics).toEqual([]);
    expect(await fleet.send(["host-0 approve apt:acme-third@3.6.0"])).toEqual([{ kind: "accepted" }]);
    expect(devices[0]!.stateOf("acme-third")).toBe("ii 3.6.0");
    expect(devices[0]!.read("run/acme-env").split("\n")).toContain(`SUDO_USER=${servers[0]!.user}`);
  });

  it("goes on with a job after the connection was cut in the middle", async () => {
    const fleet = open([host(0), host(1)]);
    devices[1]!.write("etc/acme-sleep", "3");
    const sending = fleet.send(["host-0 approve apt:acme-lib@1.1", "host-1 approve apt:acme-slow@1.1"]);
    while (!devices[1]!.read("run/acme-slow.pid")) await sleep(50);
    servers[1]!.cut();
    await sleep(1000);
    await servers[1]!.boot();
    expect(await sending).toEqual([{ kind: "accepted" }, { kind: "accepted" }]);
    expect([devices[0]!.stateOf("acme-lib"), devices[1]!.stateOf("acme-slow")]).toEqual(["ii 1.1", "ii 1.1"]);
    expect((await fleet.look()).standing("host-1", "apt:acme-slow@1.1")).toBe("installed none");
  });

  it("does not know what became of a job on a host that stays away, and finds out later", async () => {
    const fleet = open([host(2)], { connectSeconds: 1 });
    devices[2]!.write("etc/acme-sleep", "2");
    const sending = fleet.send(["host-2 approve apt:acme-slow@1.1"]);
    while (!devices[2]!.read("run/acme-slow.pid")) await sleep(50);
    servers[2]!.cut();
    expect(await sending).toEqual([{ kind: "unknown", reason: expect.stringContaining("lost") as string }]);
    await servers[2]!.boot();
    expect((await fleet.look()).standing("host-2", "apt:acme-slow@1.1")).toBe("installed none");
  });

  it("takes hosts that are down, silent or strangers as devices without a scan", async () => {
    const quiet = createServer(() => undefined).listen(0, "127.0.0.1");
    silent.push(quiet);
    await new Promise((resolve) => quiet.once("listening", resolve));
    const address = quiet.address() as { readonly port: number };
    const strange = join(world.folder, "keys", "other_known_hosts");
    const known = readFileSync(keys.knownHostsFile, "utf8").split("\n");
    writeFileSync(strange, known[1]!.replace(/:\d+\]/, ":1]"));
    const hosts = [
      { ...host(0), id: "up" },
      { ...host(0, { port: 1 }), id: "down" },
      { ...host(0, { port: address.port }), id: "silent" },
      { ...host(0, { knownHostsFile: strange }), id: "stranger" },
      { ...host(0, { identityFile: "/nonexistent" }), id: "locked" },
    ];
    const fleet = open(hosts, { connectSeconds: 2 });
    const view = await fleet.look();
    expect(view.snapshot.devices.count).toBe(5);
    expect(view.diagnostics.map((line) => line.split(": ").slice(0, 2).join(" ")).sort()).toEqual(
      ["down", "locked", "silent", "stranger"].map((id) => `apt/host-unreachable ${id}`),
    );
    expect(view.device("up")["scannedAt"]).toBeDefined();
    for (const id of ["down", "silent", "stranger", "locked"]) {
      expect(view.device(id)["scannedAt"]).toBeUndefined();
    }
    const outcomes = await fleet.send(["down approve apt:acme-lib@1.1", "stranger approve apt:acme-lib@1.1"]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["refused", "refused"]);
  });
});
