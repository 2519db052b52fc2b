import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HOSTILE } from "../notify/fixture.ts";
import { hashTree, run } from "./cli.ts";
import { makeFleet } from "./fleet.ts";
import { fleetFile, ForgeWorld } from "./forge-world.ts";

const WORDS = ["report-problem", "--device", "WS-3", "--patch", "KB1", "--reason", "Labels print blank"];

describe("a preview", () => {
  it("shows a hold of the patch everywhere, which ends, and writes nothing", async () => {
    const folder = makeFleet();
    const before = hashTree(folder);
    const ran = await run(folder, WORDS);
    expect(hashTree(folder)).toEqual(before);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatchInlineSnapshot(`
      "Would write holds/reported-kb1.yaml (Hold reported-kb1):

      --- /dev/null
      +++ b/holds/reported-kb1.yaml
      @@ -0,0 +1,7 @@
      +apiVersion: patchring/v1
      +kind: Hold
      +metadata: { name: reported-kb1 }
      +spec:
      +  patches: [KB1]
      +  until: "2026-03-25T09:00:00Z"
      +  reason: "Labels print blank"

      On the snapshot of 2026-03-18T08:30:00Z it would change:
        approve → wait  1 device
      Nothing was written. \`patchring report-problem … --write\` writes the file, \`--open\` asks for it by a
            request.
      "
    `);
  });

  it.each([
    [["--device", "ws-9"], "[cli/not-found]"],
    [["--patch", "KB11"], "[cli/not-found]"],
    [["--reason", " "], "[cli/usage]"],
    [["--until", "2026-03-17"], "[cli/usage]"],
    [["--ring", "pilto"], "[policy/unknown-ring]"],
  ])("refuses %j", async (more, code) => {
    const ran = await run(makeFleet(), [...WORDS, ...more]);
    expect([ran.code, ran.stdout]).toEqual([64, ""]);
    expect(ran.stderr).toContain(code);
  });

  it("warns where the backend reports no fact, and without a snapshot proposes all the same", async () => {
    const odd = await run(makeFleet(), [...WORDS, "--patch", "KB2"]);
    expect(odd.code).toBe(0);
    expect(odd.stderr).toContain("does not need");
    const blind = await run(makeFleet({ "inventory/fleet.ndjson": "" }), WORDS);
    expect(blind.code).toBe(0);
    expect(blind.stdout).toContain("+  patches: [KB1]");
  });
});

it("--write puts the hold where `hold` does, and twice says so", async () => {
  const folder = makeFleet();
  const ran = await run(folder, [...WORDS, "--ring", "production", "--until", "2026-04-01", "--write"]);
  expect(ran.code).toBe(0);
  const text = readFileSync(join(folder, "holds/reported-kb1.yaml"), "utf8");
  expect(text).toContain('until: "2026-04-01"');
  expect(text).toContain("rings: [production]");
  expect((await run(folder, ["validate"])).code).toBe(0);
  const again = await run(folder, [...WORDS, "--ring", "production", "--until", "2026-04-01", "--write"]);
  expect(again.stdout).toContain("says so already");
});

it("a hostile reason stays text in the file and in the request", async () => {
  const folder = makeFleet();
  const reason = `${HOSTILE}\n---\nkind: Recall\n"quoted" 'x' # no`;
  const ran = await run(folder, [...WORDS.slice(0, -1), reason, "--write"]);
  expect(ran.code).toBe(0);
  expect(ran.stdout).not.toMatch(/\x1b|\u202e/);
  const holds = await run(folder, ["plan", "--json"]);
  expect(holds.code).toBe(0);
  const valid = await run(folder, ["validate"]);
  expect(valid.code).toBe(0);
  expect(valid.stdout).toContain("5 files read, 1 note.");
  expect(existsSync(join(folder, "recalls/hold.yaml"))).toBe(false);
});

it("--open asks by a request that has the reporter, the device's facts and the reason as text", async () => {
  const world = new ForgeWorld({ "fleet.yaml": fleetFile() }).soak();
  const facts = (await world.run("verdicts", "--patch", "KB1")).stdout.split("\n")[0]!;
  const { device } = JSON.parse(facts) as { device: string };
  const words = ["report-problem", "--device", device, "--patch", "KB1", "--reporter", "<b>Ann</b>"];
  const reason = "Labels ![x](https://evil.example) @everyone #1 <script>";
  const ran = await world.run(...words, "--reason", reason, "--until", "2026-04-01", "--open");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toContain("Opened request 1, which would write holds/reported-kb1.yaml");
  const { stdout } = await world.run("requests", "show", "1", "--json");
  const { body } = (JSON.parse(stdout) as { request?: { body: string } }).request ?? { body: stdout };
  expect(body).toContain("**Reported:**");
  expect(body).toContain(`- Device: ${device}`);
  expect(body).toMatch(/- Status: \w+/);
  expect(body).not.toMatch(/<b>|<script>|!\[x\]|(?<!&#8203;)@everyone/);
  const again = await world.run(...words, "--reason", reason, "--until", "2026-04-01", "--open");
  expect(again.stdout).toContain("Request 1 asks for holds/reported-kb1.yaml already");
});
