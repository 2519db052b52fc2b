import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseAptOptions, readInventory } from "../../../src/provider/apt/options.ts";
import { loadPolicy } from "../../../src/policy/load.ts";
import { createZoneRules } from "../../../src/time/zone-rules.ts";

const folder: string = fileURLToPath(new URL("../../../examples/debian-hosts", import.meta.url));

it("the example of five Debian hosts is a valid policy with a valid inventory", async () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
  const { policy, diagnostics } = loadPolicy(files, { zones: createZoneRules() });
  expect(diagnostics).toEqual([]);
  expect(policy!.rings.map(({ name }) => name)).toEqual(["pilot", "production"]);
  const parsed = parseAptOptions(policy!.fleet.provider!, folder);
  expect(parsed.diagnostics).toEqual([]);
  const { hosts, diagnostics: findings } = await readInventory(parsed.options!.inventory);
  expect(findings).toEqual([]);
  expect(hosts!.map(({ id, tags }) => [id, ...tags])).toEqual([
    ["web-test", "pilot"],
    ["db-test", "pilot"],
    ["web-1"],
    ["web-2"],
    ["db-1"],
  ]);
});
