/** A verb that previews cannot write: with ports whose writers throw it runs, and only `apply` asks for them. */
import { expect, it } from "vitest";
import { runCommand } from "../../src/cli/run.ts";
import type { Io } from "../../src/cli/io.ts";
import type { ForgeView, WritingPorts } from "../../src/cli/invocation.ts";
import { VERBS } from "../../src/cli/verbs.ts";
import { parseInstant } from "../../src/core/time.ts";
import { readPolicyFiles } from "../../src/repo/work-tree.ts";
import { readSnapshotFile } from "../../src/snapshot/read.ts";
import { join } from "node:path";
import { git, NOW, run } from "./cli.ts";
import { fleetYaml, makeFleet } from "./fleet.ts";

/** A forge without requests and a base branch with the policy of the fleet; it can only be looked at. */
function emptyForge(folder: string): ForgeView {
  const none = (): Promise<[]> => Promise.resolve([]);
  const nothing = (): Promise<null> => Promise.resolve(null);
  const commit = "a".repeat(40);
  return {
    kind: "empty",
    reader: {
      describe: () =>
        Promise.resolve({
          us: { login: "us", kind: "bot", isUs: true },
          defaultBranch: "main",
          bodyLimit: 60_000,
        }),
      listRequests: none,
      findOpenRequest: nothing,
      readRequest: () => Promise.reject(new Error("there is no request")),
      listReviews: none,
      listCommits: none,
      listChangedFiles: () => Promise.resolve({ files: [], isComplete: true }),
      listChecks: none,
    },
    listComments: none,
    branches: { readBranch: () => Promise.resolve(commit), listBranches: none },
    git: { readTexts: () => Promise.resolve(new Map<string, string>()), readChangedAt: nothing },
    base: { branch: "main", commit },
    folder: "",
    readPolicy: () => Promise.resolve({ commit, files: readPolicyFiles(folder, "").files, refused: [] }),
  };
}

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
    openForge: () => Promise.resolve(emptyForge(folder)),
    openStoreReader: () =>
      Promise.resolve({ port: { reader: null, ledger: join(folder, "inventory/fleet.ndjson") } }),
    openStore: refuse("openStore"),
    restoreStore: refuse("restoreStore"),
    openForgeDesk: refuse("openForgeDesk"),
    writePolicyFile: refuse("writePolicyFile"),
    openWriter: refuse("openWriter"),
    openChannels: refuse("openChannels"),
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
  ledger: ["show"],
  hold: ["KB1", "--reason", "r"],
  recall: ["KB1", "--reason", "r"],
  decide: ["KB1", "--reason", "r", "--action", "manual"],
  emergency: ["KB1", "--reason", "r", "--for", "24h"],
  "report-problem": ["--device", "ws-1", "--patch", "KB1", "--reason", "r"],
  init: ["new-policy"],
  report: ["overview"],
  history: ["--rule", "microsoft/security"],
  reconcile: ["--dry-run"],
};
const STATEMENTS = ["hold", "recall", "decide", "emergency"];
const PREVIEWS = VERBS.filter((verb) => verb.writes !== "backend").map((verb) => verb.name);

it("lists which verbs write, and which only when they are asked to", () => {
  const names = (writes: string): string[] =>
    VERBS.filter((verb) => verb.writes === writes).map((verb) => verb.name);
  expect(names("backend")).toEqual(["apply", "comment"]);
  expect(names("when-asked")).toEqual([
    "reconcile",
    "promote",
    "requests",
    "hold",
    "recall",
    "decide",
    "emergency",
    "pilot-notice",
    "report-problem",
    "ledger",
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

it.each([
  ["promote", "--open"],
  ["requests", "merge", "1"],
  ["requests", "close", "1"],
  ["requests", "review", "1", "--approve"],
])("%s %s does ask", async (...words) => {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("propose") });
  const { ports, asked } = portsThatRefuse(folder);
  expect(await runCommand(words, quietIo(folder), "0.0.0", ports)).toBe(1);
  expect(asked).toEqual(["openForgeDesk"]);
});

it("reconcile does ask", async () => {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("propose") });
  const { ports, asked } = portsThatRefuse(folder);
  expect(await runCommand(["reconcile"], quietIo(folder), "0.0.0", ports)).toBe(1);
  expect(asked).toEqual(["openStore"]);
});

it.each(STATEMENTS)("%s --write and --open do ask", async (name) => {
  const folder = makeFleet({ "fleet.yaml": fleetYaml("propose") });
  const { ports, asked } = portsThatRefuse(folder);
  for (const way of ["--write", "--open"]) {
    const words = [name, ...ARGUMENTS[name]!, way];
    expect(await runCommand(words, quietIo(folder), "0.0.0", ports)).toBe(1);
  }
  expect(asked).toEqual(["writePolicyFile", "openForgeDesk"]);
});
