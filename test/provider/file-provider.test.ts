import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFileProvider } from "../../src/provider/file/file-provider.ts";
import { parseFileOptions } from "../../src/provider/file/options.ts";
import { simulate } from "../../src/provider/file/simulate.ts";
import type { ActionBatch } from "../../src/provider/provider.ts";
import { readSnapshotFile } from "../../src/snapshot/read.ts";

const LINES = [
  `{"record":"header","format":"patchring.snapshot/1","takenAt":"2026-03-18T08:30:00Z","x":1,"counts":{"facts":3}}`,
  `{"record":"patch","id":"KB1", "big": 12345678901234567890}`,
  `{"record":"device","id":"a","facts":[{"patch":"KB1","status":"missing","note":"kept"}],"after":true}`,
  `{"record":"device","id":"b" , "facts":[{"patch":"KB1","status":"failed","attempts":2}]}\r`,
  `{"record":"device","id":"c","facts":[{"patch":"KB1","status":"installed"}]}`,
];
const BATCH: ActionBatch = {
  run: "run-1",
  at: 1773824400,
  actions: [
    { device: "a", patch: "KB1", action: "approve", reason: "APPROVED", source: "microsoft/security" },
    { device: "b", patch: "KB1", action: "ignore", reason: "DECIDED", source: null },
  ],
};

let folder = "";
let input = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "file-provider-"));
  input = join(folder, "fleet.ndjson");
  writeFileSync(input, LINES.join("\n"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the options of a file provider", () => {
  it("finds the outbox beside the snapshot", () => {
    const { options } = parseFileOptions({ kind: "file", path: "inventory/fleet.ndjson" }, "/repo");
    expect(options).toEqual({
      path: join("/repo", "inventory/fleet.ndjson"),
      outbox: join("/repo", "inventory/fleet.ndjson.outbox.ndjson"),
    });
  });

  it.each([
    ["no path", { kind: "file" }, "provider/file-path"],
    ["a path that is a number", { kind: "file", path: 3 }, "provider/file-path"],
    ["an outbox that is no text", { kind: "file", path: "a", outbox: 1 }, "provider/file-outbox"],
    ["a key that is not known", { kind: "file", path: "a", pth: "b" }, "provider/file-key"],
  ])("refuses %s", (_, provider, code) => {
    const { options, diagnostics } = parseFileOptions(provider, "/repo");
    expect(options).toBeNull();
    expect(diagnostics.map((d) => d.code)).toEqual([code]);
  });
});

describe("the outbox", () => {
  const open = (outbox: string): ReturnType<typeof openFileProvider> =>
    openFileProvider({ path: input, outbox });

  it("takes each run once, after what it held before", async () => {
    const outbox = join(folder, "outbox.ndjson");
    writeFileSync(outbox, "a line of somebody else");
    const { writer } = open(outbox);
    expect(await writer.send(BATCH)).toEqual([{ kind: "accepted" }, { kind: "accepted" }]);
    await writer.send(BATCH);
    await writer.send({ ...BATCH, run: "run-2", actions: BATCH.actions.slice(1) });
    expect(readFileSync(outbox, "utf8").split("\n")).toEqual([
      "a line of somebody else",
      `{"run":"run-1","at":"2026-03-18T09:00:00Z","device":"a","patch":"KB1","action":"approve","reason":"APPROVED","source":"microsoft/security"}`,
      `{"run":"run-1","at":"2026-03-18T09:00:00Z","device":"b","patch":"KB1","action":"ignore","reason":"DECIDED","source":null}`,
      `{"run":"run-2","at":"2026-03-18T09:00:00Z","device":"b","patch":"KB1","action":"ignore","reason":"DECIDED","source":null}`,
      "",
    ]);
  });

  it("says that nothing was taken when it cannot be written", async () => {
    const outbox = join(folder, "outbox.ndjson");
    mkdirSync(outbox);
    await expect(open(outbox).writer.send(BATCH)).rejects.toMatchObject({
      name: "ProviderError",
      code: "storage",
    });
    expect(readdirSync(folder).sort()).toEqual(["fleet.ndjson", "outbox.ndjson"]);
  });

  it("reads the snapshot through its reader", async () => {
    const { snapshot } = await open(join(folder, "o")).reader.readSnapshot();
    expect(snapshot?.facts.length).toBe(3);
  });
});

describe("simulating actions", () => {
  it.each(["after.ndjson", "after.ndjson.gz"])(
    "changes the facts concerned and nothing else, to %s",
    async (name) => {
      const output = join(folder, name);
      const lost = { device: "a", patch: "KB9", action: "approve" } as const;
      const result = await simulate(input, output, [...BATCH.actions, lost], BATCH.at);
      expect(result).toEqual({ diagnostics: [], changed: 2, unmatched: [lost] });
      const { snapshot } = await readSnapshotFile(output);
      expect(snapshot?.header.takenAt).toBe(BATCH.at);
      if (name.endsWith(".gz")) return;
      const lines = readFileSync(output, "utf8").split("\n");
      expect(lines[1]).toBe(LINES[1]);
      expect(JSON.parse(lines[2] as string)).toEqual({
        record: "device",
        id: "a",
        facts: [
          {
            patch: "KB1",
            status: "pending",
            approval: "approve",
            approvalBy: "patchring",
            approvedAt: "2026-03-18T09:00:00Z",
            note: "kept",
          },
        ],
        after: true,
      });
      expect(JSON.parse(lines[3] as string)).toMatchObject({
        facts: [{ status: "ignored", approval: "ignore", attempts: 2 }],
      });
      expect(lines[4]).toBe(LINES[4]);
      expect(readFileSync(input, "utf8")).toBe(LINES.join("\n"));
    },
  );

  it("keeps a device line without changes byte for byte", async () => {
    const output = join(folder, "after.ndjson");
    await simulate(input, output, BATCH.actions.slice(0, 1), BATCH.at);
    expect(readFileSync(output, "utf8").split("\n").slice(3)).toEqual(LINES.slice(3));
  });

  it("writes nothing from a snapshot that is wrong", async () => {
    writeFileSync(input, `${LINES.join("\n")}\n{"record":`);
    const output = join(folder, "after.ndjson");
    const result = await simulate(input, output, BATCH.actions, BATCH.at);
    expect(result.diagnostics.map((d) => [d.code, d.place?.line])).toEqual([["snapshot/broken-line", 6]]);
    expect(readdirSync(folder)).toEqual(["fleet.ndjson"]);
  });
});
