import { appendFileSync, copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { StateFolder } from "../../../src/provider/apt/state-folder.ts";
import type { TestDevice } from "./device.ts";
import { publish, SECURITY } from "./repository.ts";
import { describeWithApt } from "./tools.ts";
import { Fleet, World, type Json, type View } from "./world.ts";

/** The basis of an answer counts when its files have been left alone for longer than this. */
const SETTLED_MS = 3200;
const SOURCES = "etc/apt/sources.list";
const PREFERENCES = "etc/apt/preferences.d/theirs.pref";
const LISTS = "var/lib/apt/lists";

interface Change {
  readonly name: string;
  readonly make: (device: TestDevice, world: World) => void;
  /** Apt need not be asked again, since it would say the same. */
  readonly same?: boolean;
}

function securityList(device: TestDevice): string {
  const { repository } = JSON.parse(device.read("etc/repository")) as { readonly repository: string };
  return `${LISTS}/${repository.replaceAll("/", "_")}_dists_stable-security_main_binary-amd64_Packages`;
}

const CHANGES: readonly Change[] = [
  { name: "nothing", make: () => undefined, same: true },
  {
    name: "an upgrade in dpkg's log",
    make: (device) =>
      device.write(
        "var/log/dpkg.log",
        "2026-11-01 10:00:00 upgrade acme-lib:all 0.9 1.0\n2026-11-01 10:00:05 status installed acme-lib:all 1.0\n",
      ),
    same: true,
  },
  {
    name: "a line in our journal",
    make: (device) => {
      mkdirSync(device.path("var/lib/patchring"));
      device.write(
        "var/lib/patchring/journal",
        "1800000000\tj\tbegin\tapprove\tacme-agent\t2.0\t\n1800000009\tj\tfailed\tapprove\tacme-agent\t2.0\tno\n",
      );
    },
    same: true,
  },
  { name: "a hold", make: (device) => device.run("apt-mark", "hold", "acme-lib") },
  {
    name: "a pin of other people, of the same size",
    make: (device) => device.write(PREFERENCES, device.read(PREFERENCES).replace("-1", "99")),
  },
  {
    name: "another pin",
    make: (device) =>
      device.write(
        "etc/apt/preferences.d/more.pref",
        "Package: acme-agent\nPin: version 2.0\nPin-Priority: -1\n",
      ),
  },
  { name: "a pin that is gone", make: (device) => rmSync(device.path(PREFERENCES)) },
  {
    name: "a source that is gone",
    make: (device) => device.write(SOURCES, device.read(SOURCES).replace(/.*stable-security.*\n/, "")),
  },
  {
    name: "a source in a file of its own",
    make: (device) => {
      const vendor = /.* vendor main\n/.exec(device.read(SOURCES))![0];
      device.write(SOURCES, device.read(SOURCES).replace(vendor, ""));
      device.write("etc/apt/sources.list.d/vendor.list", vendor.replace("vendor", "stable"));
    },
  },
  {
    name: "another default release",
    make: (device) => device.write("etc/apt/apt.conf.d/99stable", 'APT::Default-Release "stable";\n'),
  },
  { name: "an upgrade", make: (device) => device.run("apt-get", "-y", "-q", "install", "acme-agent=1.1") },
  { name: "an upgrade that fails", make: (device) => device.try("apt-get", "-y", "install", "acme-bad") },
  {
    name: "a package that is gone",
    make: (device) => device.run("apt-get", "-y", "-q", "purge", "acme-third"),
  },
  { name: "a download", make: (device) => device.run("apt-get", "-y", "-q", "-d", "install", "acme-agent") },
  {
    name: "new lists",
    make: (device, world) => {
      publish(world.repository.path, SECURITY, [
        world.repository.build({ name: "acme-agent", version: "2.2" }),
      ]);
      device.run("apt-get", "-q", "update");
    },
  },
  {
    name: "lists that are gone",
    make: (device) => rmSync(device.path(LISTS), { recursive: true }),
  },
  {
    name: "a list that is older",
    make: (device) => {
      const path = device.path(securityList(device));
      const vendor = path.replace("stable-security", "vendor");
      copyFileSync(vendor, `${path}.old`);
      renameSync(`${path}.old`, path);
    },
  },
];

function without(record: Json, field: string): Json {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== field));
}

/** Each fact with its patch, without the dates of first sight, which only those who remember have. */
function factsOf(view: View, device: string): readonly (readonly Json[])[] {
  const facts = view.device(device)["facts"] as readonly Json[];
  return facts.map((fact) => [
    without(fact, "detectedAt"),
    without(view.patch(String(fact["patch"])), "firstSeenAt"),
  ]);
}

describeWithApt("what apt said before", () => {
  let world: World;
  let stateFolder: string;
  let devices: readonly TestDevice[];
  const clock = (): number => 1_900_000_000;

  function device(): TestDevice {
    const made = world.device();
    made.write(PREFERENCES, "Package: acme-third\nPin: version 3.5.0\nPin-Priority: -1\n");
    made.write("etc/repository", JSON.stringify({ repository: world.repository.path }));
    return made;
  }
  function open(of: readonly TestDevice[], settings = {}): Fleet {
    const hosts = of.map((one, index) => one.host(`host-${index}`));
    return new Fleet(hosts, { listsMaxAge: 1e9, ...settings }, clock);
  }
  async function isSame(index: number): Promise<boolean> {
    const scan = await new StateFolder(stateFolder).readScan(`host-${index}`);
    return scan!.text.includes("\n@@same\n");
  }
  beforeAll(async () => {
    world = new World();
    stateFolder = join(world.folder, "state");
    devices = CHANGES.map(device);
    await sleep(SETTLED_MS);
    const fleet = open(devices, { stateFolder });
    await fleet.look();
    await fleet.look();
  }, 60_000);
  afterAll(() => world.dispose());

  it("is enough while nothing has changed", async () => {
    const same = await Promise.all(devices.map((_, index) => isSame(index)));
    expect(same).toEqual(devices.map(() => true));
  });

  it("is never taken for what apt would say now", { timeout: 60_000 }, async () => {
    const alone = (): Promise<readonly unknown[]> =>
      Promise.all(devices.map(async (one) => factsOf(await open([one]).look(), "host-0")));
    const before = await alone();
    CHANGES.forEach(({ make }, index) => make(devices[index]!, world));
    const [kept, asked] = [await open(devices, { stateFolder }).look(), await open(devices).look()];
    const after = await alone();
    for (const [index, { name, same }] of CHANGES.entries()) {
      const id = `host-${index}`;
      expect([name, factsOf(kept, id)]).toEqual([name, factsOf(asked, id)]);
      expect([name, await isSame(index)]).toEqual([name, same === true]);
      // Each change is one that shows.
      expect([name, isDeepStrictEqual(before[index], after[index])]).toEqual([name, name === "nothing"]);
    }
  });
});

const SITUATIONS: readonly (readonly [string, boolean, (device: TestDevice) => void])[] = [
  ["nothing special", true, () => undefined],
  ["a file that was changed just now", false, (device) => device.write("etc/apt/preferences.d/x.pref", "")],
  [
    "lists elsewhere",
    false,
    (device) => {
      renameSync(device.path(LISTS), device.path("lists"));
      appendFileSync(device.path("apt.conf"), `dir::state::lists "${device.path("lists")}/";\n`);
      mkdirSync(device.path(`${LISTS}/partial`), { recursive: true });
    },
  ],
  [
    "sources elsewhere",
    false,
    (device) => {
      device.write("sources", device.read(SOURCES));
      device.write("etc/apt/apt.conf.d/x", `Dir::Etc { SourceList "${device.path("sources")}"; };\n`);
    },
  ],
  [
    "configuration elsewhere",
    false,
    (device) => {
      device.write("more.conf", "");
      device.write("etc/apt/apt.conf.d/x", `#include "${device.path("more.conf")}";\n`);
    },
  ],
  [
    "a link",
    false,
    (device) => {
      device.write("x.pref", "");
      symlinkSync(device.path("x.pref"), device.path("etc/apt/preferences.d/x.pref"));
    },
  ],
  [
    "caches elsewhere",
    true,
    (device) =>
      device.write("etc/apt/apt.conf.d/x", 'Dir::Cache::pkgcache "";\nDir::Cache { srcpkgcache ""; };\n'),
  ],
];
const LATE = "a file that was changed just now";

describeWithApt("a basis", () => {
  let world: World;
  let devices: readonly TestDevice[];
  beforeAll(async () => {
    world = new World();
    devices = SITUATIONS.map(() => world.device());
    SITUATIONS.forEach(([name, , make], index) => name === LATE || make(devices[index]!));
    await sleep(SETTLED_MS);
  }, 60_000);
  afterAll(() => world.dispose());

  it.each(SITUATIONS.map(([name, relied], index) => [name, relied, index] as const))(
    "with %s is relied on: %s",
    async (name, relied, index) => {
      const device = devices[index]!;
      if (name === LATE) SITUATIONS[index]![2](device);
      const stateFolder = join(device.root, "state");
      const fleet = new Fleet([device.host("a")], { stateFolder });
      await fleet.look();
      const view = await fleet.look();
      expect((await new StateFolder(stateFolder).readScan("a"))!.text.includes("\n@@same\n")).toBe(relied);
      expect(view.standing("a", "apt:acme-agent@2.0")).toBe("missing none");
    },
  );

  it("is not offered when what was learned of the host is lost", async () => {
    const device = world.device();
    device.run("apt-get", "-y", "-q", "-d", "install", "acme-agent");
    await sleep(SETTLED_MS);
    const stateFolder = join(device.root, "state");
    const look = (): Promise<View> => new Fleet([device.host("a")], { stateFolder }).look();
    const agent = (await look()).patch("apt:acme-agent@2.0");
    expect(agent).toMatchObject({ cves: ["CVE-2026-0003"], title: expect.any(String) as string });
    expect((await look()).patch("apt:acme-agent@2.0")).toEqual(agent);
    expect((await new StateFolder(stateFolder).readScan("a"))!.text).toContain("\n@@same\n");
    rmSync(join(stateFolder, "state.json"));
    const again = (await look()).patch("apt:acme-agent@2.0");
    expect(without(again, "firstSeenAt")).toEqual(without(agent, "firstSeenAt"));
    expect((await new StateFolder(stateFolder).readScan("a"))!.text).not.toContain("\n@@same\n");
  });
});
