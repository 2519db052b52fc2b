/** A verb that previews cannot write: with ports whose writers throw it runs, and only `apply` asks for them. */
import { expect, it } from "vitest";
import { runCommand } from "../../src/cli/run.ts";
import type { Io } from "../../src/cli/io.ts";
import type { WritingPorts } from "../../src/cli/session.ts";
import { VERBS } from "../../src/cli/verbs.ts";
import { parseInstant } from "../../src/core/time.ts";
import { readSnapshotFile } from "../../src/snapshot/read.ts";
import { join } from "node:path";
import { git, NOW, run } from "./cli.ts";
import { fleetYaml, makeFleet } from "./fleet.ts";

function portsThatRefuse(folder: string): { ports: WritingPorts; asked: string[] } {
  const asked: string[] = [];
  const refuse = (what: string) => (): never => {
    asked.push(what);
    throw new Error(`a preview called ${what}`);
  };
  const ports: WritingPorts = {
    openReader: () =>
      Promise.resolve({
        port: { readSnapshot: () => readSnapshotFile(join(folder, "inventory/fleet.ndjson")) },
      }),
    openForgeDesk: refuse("openForgeDesk"),
    openWriter: refuse("openWriter"),
    simulate: refuse("simulate"),
  };
  return { ports, asked };
}

function quietIo(cwd: string): Io {
  const sink = { write: () => undefined, isTTY: false, columns: undefined, closed: false };
  return {
    stdout: sink,
    stderr: sink,
    env: { PATH: process.env["PATH"] },
    cwd,
    now: () => parseInstant(NOW)!,
  };
}

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  why: ["ws-1", "KB1"],
  match: ["microsoft/security"],
  init: ["new-policy"],
  history: ["--rule", "microsoft/security"],
};
const PREVIEWS = VERBS.filter((verb) => verb.writes === "nothing").map((verb) => verb.name);

it("lists which verbs write", () => {
  expect(VERBS.filter((verb) => verb.writes !== "nothing").map((verb) => verb.name)).toEqual([
    "apply",
    "comment",
  ]);
});

it.each(PREVIEWS)("%s asks for no port that writes", async (name) => {
  const folder = makeFleet();
  git(folder, "init", "-q");
  git(folder, "add", "-A");
  git(folder, "commit", "-qm", "First policy");
  const { ports, asked } = portsThatRefuse(folder);
  expect(await runCommand([name, ...(ARGUMENTS[name] ?? [])], quietIo(folder), "0.0.0", ports)).toBe(0);
  expect(asked).toEqual([]);
});

it("apply does ask, so that the test above can fail", async () => {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("apply") });
  await run(folder, ["plan", "--save", "plan.json"]);
  const { ports, asked } = portsThatRefuse(folder);
  expect(await runCommand(["apply", "plan.json"], quietIo(folder), "0.0.0", ports)).toBe(1);
  expect(asked).toEqual(["openWriter"]);
});
