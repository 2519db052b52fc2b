// Builds the example fleets: `inventory/fleet.ndjson.gz` and `promotions/` of policies/ and of the
// repositories in examples/. Needs nothing but scripts/fleet/; the same input gives the same files.
//
//   node scripts/make-fleet.mjs            write the files
//   node scripts/make-fleet.mjs --check    compare them with a fresh build, write nothing
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { buildFleet, FLEETS } from "./fleet/build.mjs";
import { gzipText } from "./fleet/snapshot-file.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

function writeFleet(built) {
  const folder = join(root, built.folder);
  rmSync(join(folder, "promotions"), { recursive: true, force: true });
  for (const { path, text } of built.promotions) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, "inventory"), { recursive: true });
  writeFileSync(join(folder, "inventory/fleet.ndjson.gz"), gzipText(built.snapshot));
}

/** The files that differ from a fresh build. Inventories are compared unpacked: compressors differ between versions. */
function differences(built) {
  const wanted = [
    ...built.promotions.map(({ path, text }) => [
      join(built.folder, path),
      (bytes) => bytes.toString("utf8") === text,
    ]),
    [
      join(built.folder, "inventory/fleet.ndjson.gz"),
      (bytes) => gunzipSync(bytes).toString("utf8") === built.snapshot,
    ],
  ];
  return wanted.flatMap(([path, isSame]) => {
    try {
      return isSame(readFileSync(join(root, path))) ? [] : [path];
    } catch {
      return [path];
    }
  });
}

const check = process.argv.includes("--check");
let stale = 0;
for (const fleet of FLEETS) {
  const built = buildFleet(fleet);
  if (!check) writeFleet(built);
  const different = check ? differences(built) : [];
  stale += different.length;
  for (const path of different) process.stderr.write(`${path} differs from a fresh build\n`);
  const { devices, patches, facts } = built.counts;
  process.stdout.write(
    `${built.folder}: ${devices} devices, ${patches} patches, ${facts} facts, ${built.promotions.length} promotions\n`,
  );
}
if (stale > 0) {
  process.stderr.write("Run `node scripts/make-fleet.mjs` and commit the result.\n");
  process.exitCode = 1;
}
