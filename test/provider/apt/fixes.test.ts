import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTracker } from "../../../src/provider/apt/security-tracker.ts";
import type { TestDevice } from "./device.ts";
import { publish, VENDOR } from "./repository.ts";
import { describeWithApt } from "./tools.ts";
import { Fleet, World } from "./world.ts";

const AGENT = "apt:acme-agent@2.0";
const ARCHIVES = "var/cache/apt/archives";

function entry(fixed: string, urgency = "not yet assigned", status = "resolved"): unknown {
  return { scope: "local", releases: { bookworm: { status, fixed_version: fixed, urgency } } };
}

const TRACKER = {
  "acme-agent": {
    "CVE-2025-0001": entry("1.0"),
    "CVE-2026-0001": entry("1.1", "medium**"),
    "CVE-2026-0009": entry("1.5", "high"),
    "CVE-2026-0010": entry("2.0"),
    "CVE-2026-0011": entry("2.1", "high"),
    "CVE-2026-0012": entry("0"),
    "CVE-2026-0013": entry("2.0", "low", "open"),
    "CVE-2026-0014": { releases: { trixie: { status: "resolved", fixed_version: "2.0", urgency: "high" } } },
    "TEMP-0000001-ABCDEF": entry("2.0"),
  },
};

describe("Debian's security tracker", () => {
  const between = (from: string, to: string, text = JSON.stringify(TRACKER)): unknown =>
    parseTracker(text).fixesBetween("acme-agent", new Set(["bookworm"]), from, to);

  it("tells what is fixed above one version, up to another, in a release", () => {
    expect(between("1.0", "2.0")).toEqual({
      cves: ["CVE-2026-0001", "CVE-2026-0009", "CVE-2026-0010"],
      urgencies: ["medium", "high", "not yet assigned"],
    });
    expect(between("1.1", "1.5")).toEqual({ cves: ["CVE-2026-0009"], urgencies: ["high"] });
    expect(between("2.1", "2.1")).toEqual({ cves: [], urgencies: [] });
  });

  it.each([
    ["an entry that is a list", { "acme-agent": [] }],
    ["a release that is a text", { "acme-agent": { "CVE-2026-0001": { releases: { bookworm: "x" } } } }],
    ["a version that is none", { "acme-agent": { "CVE-2026-0001": entry("1.5; rm -rf") } }],
    ["a source package by the name of a method", { other: {} }],
  ])("passes over %s", (_situation, document) => {
    expect(between("1.0", "2.0", JSON.stringify(document))).toEqual({ cves: [], urgencies: [] });
    const none = parseTracker(JSON.stringify(document)).fixesBetween("toString", new Set(), "1", "2");
    expect(none.cves).toEqual([]);
  });

  it.each(["", "[]", "{", "null"])("refuses %j", (text) => {
    expect(() => parseTracker(text)).toThrow(SyntaxError);
  });
});

describeWithApt("what a patch fixes, before any host has it", () => {
  let world: World;
  beforeAll(() => {
    world = new World();
  });
  afterAll(() => world.dispose());
  const fleetOf = (device: TestDevice, settings = {}): Fleet => new Fleet([device.host("a")], settings);

  it("is unknown from the lists of packages alone", async () => {
    const view = await fleetOf(world.device()).look();
    expect(view.patch(AGENT)).toMatchObject({ severity: "unknown" });
    expect(view.patch(AGENT)).not.toHaveProperty("cves");
  });

  it("is told by a package that is downloaded and not installed", async () => {
    const device = world.device();
    device.run("apt-get", "-y", "-q", "--download-only", "install", "acme-agent=2.0");
    const fleet = fleetOf(device, { stateFolder: join(world.folder, "state-archives") });
    expect((await fleet.look()).patch(AGENT)).toMatchObject({
      severity: "critical",
      cves: ["CVE-2026-0003"],
      releasedAt: "2026-01-01T12:00:00Z",
    });
    // Read once, known for ever: also by a provider that starts anew, after `apt-get clean`.
    device.run("apt-get", "clean");
    const later = fleetOf(device, { stateFolder: join(world.folder, "state-archives") });
    expect((await later.look()).patch(AGENT)).toMatchObject({ cves: ["CVE-2026-0003"] });
    expect(device.stateOf("acme-agent")).toBe("ii 1.0");
  });

  it("is told by one whose version has an epoch, and not by what is no package", async () => {
    const deb = world.repository.build({
      name: "acme-third",
      version: "1:4.0",
      urgency: "high",
      cves: ["CVE-2026-0040"],
    });
    publish(world.repository.path, VENDOR, [deb]);
    const device = world.device();
    device.run("apt-get", "-q", "update");
    copyFileSync(deb, device.path(ARCHIVES, "acme-third_1%3a4.0_all.deb"));
    device.write(join(ARCHIVES, "acme-lib_1.1_all.deb"), "no package");
    device.write(join(ARCHIVES, "odd name.deb"), "");
    const view = await fleetOf(device).look();
    expect(view.diagnostics).toEqual([]);
    expect(view.patch("apt:acme-third@1:4.0")).toMatchObject({
      severity: "important",
      cves: ["CVE-2026-0040"],
    });
    expect(view.patch("apt:acme-lib@1.1")).toMatchObject({ severity: "unknown" });
  });

  it("is told by Debian's security tracker, and stays known when the host has the version", async () => {
    const path = join(world.folder, "tracker.json");
    writeFileSync(path, JSON.stringify(TRACKER));
    const device = world.device();
    device.write("etc/os-release", 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n');
    const stateFolder = join(world.folder, "state-tracker");
    const fleet = fleetOf(device, { tracker: path, stateFolder });
    const expected = ["CVE-2026-0001", "CVE-2026-0009", "CVE-2026-0010"];
    expect((await fleet.look()).patch(AGENT)).toMatchObject({ severity: "important", cves: expected });
    expect((await fleet.look()).patch("apt:acme-agent@1.1")).toMatchObject({
      severity: "moderate",
      cves: ["CVE-2026-0001"],
    });
    await fleet.send([`a approve ${AGENT}`]);
    const later = await fleetOf(device, { tracker: path, stateFolder }).look();
    expect(later.standing("a", AGENT)).toBe("installed none");
    expect(later.patch(AGENT)).toMatchObject({
      severity: "critical",
      cves: ["CVE-2026-0001", "CVE-2026-0003", "CVE-2026-0009", "CVE-2026-0010"],
    });
  });

  it.each([
    ["is not there", null, "ENOENT"],
    ["is no JSON", "<html>", "not the JSON"],
  ])("says so when the tracker's file %s, and goes on", async (situation, text, said) => {
    const path = join(world.folder, `${situation.replaceAll(" ", "-")}.json`);
    if (text !== null) writeFileSync(path, text);
    const view = await fleetOf(world.device(), { tracker: path }).look();
    expect(view.diagnostics).toEqual([
      expect.stringMatching(new RegExp(`^apt/tracker-unreadable: .*${said}`)),
    ]);
    expect(view.standing("a", AGENT)).toBe("missing none");
  });
});
