/** Every edit, removal, repetition and reordering of a ledger is found, at its line. */
import fc from "../property.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { chainRecord, NO_RECORD, type LedgerEntry, type LedgerHead } from "../../src/core/ledger.ts";
import { digestText } from "../../src/store/digest.ts";
import { readLedgerLines } from "../../src/store/ledger-lines.ts";
import { verifyLedger, type KnownPlace, type LedgerReport } from "../../src/store/verify-ledger.ts";
import { actionEntry, HOSTILE, intent, NOW, outcomeEntry, runEntry } from "../contract/store-world.ts";

const folder = mkdtempSync(join(tmpdir(), "patchring-verify-"));
const path = join(folder, "ledger.ndjson");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Made {
  readonly lines: readonly string[];
  readonly heads: readonly LedgerHead[];
}

function makeLedger(entries: readonly LedgerEntry[]): Made {
  let head: LedgerHead = { seq: 0, hash: NO_RECORD };
  const [lines, heads]: [string[], LedgerHead[]] = [[], []];
  for (const entry of entries) {
    const record = chainRecord(head, entry, digestText);
    head = { seq: record.seq, hash: record.hash };
    lines.push(canonicalJson(record));
    heads.push(head);
  }
  return { lines, heads };
}

function verify(bytes: string | Buffer, known: readonly KnownPlace[] = []): Promise<LedgerReport> {
  writeFileSync(path, bytes);
  return verifyLedger(readLedgerLines(path), known);
}

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

const entry: fc.Arbitrary<LedgerEntry> = fc
  .record({
    kind: fc.constantFrom("run", "action", "outcome"),
    run: fc.constantFrom("r1", "r2", "ß\n"),
    device: fc.string({ unit: "grapheme" }),
    at: fc.integer({ min: 0, max: 4_000_000_000 }),
  })
  .map(({ kind, run, device, at }) => {
    const one = intent("1", { device });
    if (kind === "run") return runEntry(run, at);
    return kind === "action" ? actionEntry(run, one, at) : outcomeEntry(run, one, at);
  });
const ledger = fc.array(entry, { minLength: 1, maxLength: 6 }).map(makeLedger);

describe("a ledger", () => {
  it("that is whole is told with its ends, also an empty one", async () => {
    const { lines, heads } = makeLedger([runEntry("r1"), outcomeEntry("r1", intent("1"), NOW + 60)]);
    expect(await verify(text(lines))).toEqual({
      head: heads[1],
      firstAt: "2026-03-18T09:00:00Z",
      lastAt: "2026-03-18T09:01:00Z",
      finding: null,
      behind: 0,
    });
    expect((await verify("")).head).toEqual({ seq: 0, hash: NO_RECORD });
  });

  it("with any byte changed is wrong, at that line", async () => {
    await fc.assert(
      fc.asyncProperty(ledger, fc.nat(), fc.integer({ min: 1, max: 255 }), async ({ lines }, place, bits) => {
        const bytes = Buffer.from(text(lines));
        const at = place % bytes.length;
        const line = bytes.subarray(0, at).toString("utf8").split("\n").length;
        bytes[at]! ^= bits;
        const { finding, head } = await verify(bytes);
        expect(finding?.line).toBe(line);
        expect(head.seq).toBe(line - 1);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it("with a line removed, repeated or moved is wrong", async () => {
    await fc.assert(
      fc.asyncProperty(ledger, fc.nat(), fc.nat(), async ({ lines, heads }, from, to) => {
        const [i, j] = [from % lines.length, to % lines.length];
        const known = { ...heads.at(-1)!, name: "the checkpoint", required: true };
        const removed = await verify(text(lines.filter((_, at) => at !== i)), [known]);
        expect(removed.finding?.line).toBe(i + 1);
        const repeated = await verify(text(lines.flatMap((line, at) => (at === i ? [line, line] : [line]))));
        expect(repeated.finding).toMatchObject({ line: i + 2, code: "ledger/sequence" });
        if (i === j) return;
        const moved = [...lines];
        [moved[i], moved[j]] = [moved[j]!, moved[i]!];
        expect((await verify(text(moved))).finding?.line).toBe(Math.min(i, j) + 1);
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it("that was rewritten with right hashes is found by a checkpoint, and its lost end too", async () => {
    const [a, b, c] = [runEntry("r1"), runEntry("r2"), runEntry("r3")];
    const { lines, heads } = makeLedger([a, b, c]);
    const known = { ...heads[1]!, name: "the checkpoint", required: true };
    expect((await verify(text(lines), [known])).finding).toBeNull();
    const forged = text(makeLedger([a, { ...b, at: NOW + 1 }, c]).lines);
    expect((await verify(forged)).finding).toBeNull();
    expect((await verify(forged, [known])).finding).toMatchObject({ code: "ledger/other", line: 2 });
    expect((await verify(text(lines.slice(0, 1)), [known])).finding).toMatchObject({
      code: "ledger/short",
      line: 2,
    });
    const hash = { seq: null, hash: heads[2]!.hash, name: "--against", required: true };
    expect((await verify(text(lines), [hash])).finding).toBeNull();
    expect((await verify(forged, [hash])).finding?.code).toBe("ledger/other");
  });

  it("may lag behind its database, but not pass it", async () => {
    const { lines, heads } = makeLedger([runEntry("r1"), runEntry("r2"), runEntry("r3")]);
    const database = (at: number): KnownPlace => ({ ...heads[at]!, name: "the database", required: false });
    expect(await verify(text(lines.slice(0, 1)), [database(2)])).toMatchObject({ finding: null, behind: 2 });
    const ahead = await verify(text(lines), [database(0)]);
    expect(ahead.finding).toMatchObject({ code: "ledger/ahead", line: 2 });
  });

  it.each<[string, (lines: readonly string[]) => string, string, number]>([
    ["a torn end", (lines) => text(lines).slice(0, -9), "ledger/torn", 2],
    ["a last line without its end", (lines) => text(lines).slice(0, -1), "ledger/torn", 2],
    ["another format", (lines) => text(lines).replace("ledger/1", "ledger/2"), "ledger/format", 1],
    ["a further key", (lines) => text(lines).replace('{"at"', '{"a":1,"at"'), "ledger/format", 1],
    [
      "another way of writing",
      (lines) => text(lines).replace('{"at":', '{ "at":'),
      "ledger/not-canonical",
      1,
    ],
    ["an empty line", (lines) => `\n${text(lines)}`, "ledger/not-json", 1],
    ["a list", (lines) => `[]\n${text(lines)}`, "ledger/not-json", 1],
    [
      "a wrong previous",
      (lines) =>
        text([lines[0]!, lines[1]!.replace(/"previous":"sha256:.{8}/, '"previous":"sha256:00000000')]),
      "ledger/previous",
      2,
    ],
    ["a changed device", (lines) => text(lines).replace("ws-001", "ws-002"), "ledger/hash", 2],
  ])("with %s is told by its code", async (_, damage, code, line) => {
    const { lines } = makeLedger([runEntry("r1"), actionEntry("r1", intent("1"))]);
    expect((await verify(damage(lines))).finding).toMatchObject({ code, line });
  });

  it("is read in pieces: lines longer than one, and many of them", async () => {
    const long = intent("1", { device: `${HOSTILE}${"ß".repeat(1_200_000)}` });
    const entries = Array.from({ length: 2_000 }, (_, i) => runEntry(`r${String(i)}`));
    const { lines, heads } = makeLedger([...entries, actionEntry("r", long), ...entries]);
    expect(await verify(text(lines))).toMatchObject({ head: heads.at(-1), finding: null });
  });
});
