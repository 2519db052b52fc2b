/** The command as a process: what only a process has. Needs `npm run build`; `npm test` builds first. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeFolder, writeInto } from "./cli.ts";
import { makeFleet, snapshotText } from "./fleet.ts";

const BIN = fileURLToPath(new URL("../../bin/patchring.js", import.meta.url));
const BUILT = existsSync(fileURLToPath(new URL("../../dist/main.js", import.meta.url)));

describe.runIf(BUILT)("bin/patchring.js", () => {
  it("prints its version", () => {
    const { status, stdout } = spawnSync(process.execPath, [BIN, "--version"], { encoding: "utf8" });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("gives the exit code of the command", () => {
    const ran = spawnSync(process.execPath, [BIN, "plan"], { cwd: makeFolder(), encoding: "utf8" });
    expect(ran.status).toBe(3);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain("[policy/no-fleet]");
  });

  it("is quiet when its reader goes away", async () => {
    const facts = Object.fromEntries([
      ["KB1", "missing"],
      ["KB2", "missing"],
    ]);
    const devices = Array.from({ length: 4000 }, (_, i) => ({ id: `ws-${i}`, tags: ["pilot"], facts }));
    const folder = makeFleet({ "inventory/fleet.ndjson": snapshotText(devices) });
    const words = ["--at", "2026-03-18T09:00:00Z", "verdicts"];
    const child = spawn(process.execPath, [BIN, ...words], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it.skipIf(process.platform === "win32")("exits with 130 when it is interrupted", async () => {
    const folder = makeFleet();
    // A Git that takes its time keeps the command waiting.
    writeInto(folder, "bin/git", "#!/bin/sh\nsleep 5\n");
    chmodSync(join(folder, "bin/git"), 0o755);
    const env = { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` };
    const child = spawn(process.execPath, [BIN, "plan"], { cwd: folder, env });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.on("exit", resolve));
    expect({ code, stderr }).toEqual({ code: 130, stderr: "patchring: interrupted\n" });
  });
});
