import { expect, it } from "vitest";
import { EXIT_CODES } from "../../src/cli/exit-codes.ts";
import { makeFolder, run } from "./cli.ts";
import { makeFleet } from "./fleet.ts";

it.each([
  ["an unknown verb", ["plann"], /Did you mean plan\?/],
  ["an unknown option", ["plan", "--jsn"], /Did you mean --json\?/],
  ["no verb", [], /Usage: patchring/],
  ["an option without its value", ["plan", "--at"], /argument missing/],
  ["an instant without a zone", ["plan", "--at", "2026-03-18T09:00:00"], /RFC 3339 instant with a zone/],
  ["an instant that does not exist", ["plan", "--at", "2026-02-30T09:00:00Z"], /--at 2026-03-18T09:00:00Z/],
  ["a number that is none", ["plan", "--max-rows", "many"], /whole number/],
  ["an unknown format", ["plan", "--format", "yaml"], /Allowed choices are text, json, md, html, csv/],
  ["too many arguments", ["plan", "x"], /too many arguments/],
  ["a missing argument", ["apply"], /missing required argument 'plan'/],
  ["an unknown device", ["why", "ws-11", "KB1"], /No device has the id or name "ws-11"\. Did you mean/],
  ["an unknown patch", ["why", "ws-1", "KB9"], /No patch of the snapshot has the id or alias "KB9"/],
  ["an unknown rule", ["match", "microsoft/securty"], /did you mean `patchring match microsoft\/security`/],
  ["an unknown verdict", ["verdicts", "--verdict", "yes"], /approve, ignore, uninstall/],
])("refuses %s with exit 64 and says nothing on stdout", async (_situation, words, message) => {
  const ran = await run(makeFleet(), words);
  expect(ran.code).toBe(EXIT_CODES.usage);
  expect(ran.stdout).toBe("");
  expect(ran.stderr).toMatch(message);
  expect(ran.stderr).not.toMatch(/\n\s+at /);
});

it("prints its version", async () => {
  const ran = await run(makeFolder(), ["--version"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it("prints help with every verb, and the options of one", async () => {
  const all = await run(makeFolder(), ["--help"]);
  expect(all.code).toBe(0);
  for (const verb of [
    "validate",
    "match",
    "verdicts",
    "plan",
    "why",
    "apply",
    "snapshot",
    "schema",
    "explain",
  ]) {
    expect(all.stdout).toContain(`  ${verb} `);
  }
  const one = await run(makeFolder(), ["plan", "--help"]);
  expect(one.code).toBe(0);
  expect(one.stdout).toContain("--detailed-exit-code");
  expect(one.stdout).toContain("--snapshot <file>");
});

it("takes global options before and after the verb", async () => {
  const folder = makeFleet();
  const before = await run(folder, ["--json", "plan"]);
  const after = await run(folder, ["plan", "--json"]);
  expect(before).toEqual(after);
});
