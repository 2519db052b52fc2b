/** `--watch` as a process, on a real folder. Needs `npm run build`; `npm test` builds first. */
import { spawn } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run, writeInto } from "./cli.ts";
import { makeFleet, RINGS } from "./fleet.ts";

const BIN = fileURLToPath(new URL("../../bin/patchring.js", import.meta.url));
const BUILT = existsSync(fileURLToPath(new URL("../../dist/main.js", import.meta.url)));
const AT = ["--at", "2026-03-18T09:00:00Z"];

class Watching {
  readonly #child;
  readonly #done: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(folder: string, ...words: readonly string[]) {
    this.#child = spawn(process.execPath, [BIN, ...words, "-C", folder, "--watch", ...AT]);
    this.#child.stdout.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#done = new Promise((resolve) => this.#child.on("exit", resolve));
  }

  /** Waits until the test holds, at most 20 s. */
  async until(what: string, test: () => boolean): Promise<void> {
    for (let i = 0; i < 400 && !test(); i += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    expect([what, test(), this.stderr]).toEqual([what, true, this.stderr]);
  }

  rounds(): number {
    return this.stderr.split("patchring: watching").length - 1;
  }

  async stop(signal: "SIGINT" | "SIGTERM"): Promise<number | null> {
    this.#child.kill(signal);
    return this.#done;
  }
}

describe.runIf(BUILT)("--watch", () => {
  it("says after each save what is wrong, and that it is well again; a burst is one round", async () => {
    const folder = makeFleet();
    const watching = new Watching(folder, "validate");
    await watching.until("the first round", () => watching.rounds() === 1);
    expect(watching.stdout).toBe("4 files read, no findings.\n");
    for (let i = 0; i < 5; i += 1)
      writeInto(folder, "rings.yaml", RINGS.replace("after: pilot", "after: pilt"));
    await watching.until("the error", () => watching.stdout.includes("[policy/unknown-ring]"));
    await watching.until("the second round", () => watching.rounds() === 2);
    writeInto(folder, "holds/new.yaml", "kind: Hold\n");
    await watching.until("a file in a new folder", () => watching.rounds() === 3);
    rmSync(join(folder, "holds"), { recursive: true });
    await watching.until("a folder that is gone", () => watching.rounds() >= 4);
    writeInto(folder, "rings.yaml", RINGS);
    await watching.until("all is well", () => watching.stdout.endsWith("4 files read, no findings.\n"));
    await new Promise((resolve) => setTimeout(resolve, 500));
    writeInto(folder, "notes.txt", "no policy");
    const rounds = watching.rounds();
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(watching.rounds()).toBe(rounds);
    expect(watching.stdout).not.toContain("\x1b");
    expect(await watching.stop("SIGTERM")).toBe(0);
  });

  it("survives a directory that is moved away and comes back, and ends on SIGINT", async () => {
    const folder = makeFleet();
    const watching = new Watching(folder, "plan");
    await watching.until("the first round", () => watching.rounds() === 1);
    expect(watching.stdout).toContain("Would send 4 actions");
    renameSync(folder, `${folder}-away`);
    await watching.until("what is missing is said", () => watching.stderr.includes("[cli/no-directory]"));
    renameSync(`${folder}-away`, folder);
    const before = watching.rounds();
    await watching.until("it is read again", () => watching.rounds() > before);
    writeInto(
      folder,
      "holds/kb1.yaml",
      "apiVersion: patchring/v1\nkind: Hold\nmetadata: { name: x }\nspec: { patches: [KB1], reason: r }\n",
    );
    await watching.until("and watched again", () => watching.stdout.includes("Would send 3 actions"));
    expect(await watching.stop("SIGINT")).toBe(0);
  });
});

it.each([[["validate", "--watch", "--ref", "HEAD"]], [["plan", "--watch", "--out", "plan.txt"]]])(
  "%j is refused",
  async (words) => {
    const ran = await run(makeFleet(), words);
    expect([ran.code, ran.stdout]).toEqual([64, ""]);
  },
);
