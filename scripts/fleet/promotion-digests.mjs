// Computes the digest of promotion files and compares it with the one they carry.
//
//   node scripts/fleet/promotion-digests.mjs FILE...           report
//   node scripts/fleet/promotion-digests.mjs --write FILE...   put the right digest into each file
import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { promotionDigest } from "./canonical.mjs";

const write = process.argv.includes("--write");
const files = process.argv.slice(2).filter((argument) => argument !== "--write");
if (files.length === 0) {
  process.stderr.write("usage: node scripts/fleet/promotion-digests.mjs [--write] FILE...\n");
  process.exitCode = 64;
}
for (const file of files) {
  const document = parseDocument(readFileSync(file, "utf8"), { version: "1.2", schema: "core" });
  const spec = document.toJS()?.spec;
  if (document.errors.length > 0 || spec === undefined) {
    process.stderr.write(`${file}: no promotion document\n`);
    process.exitCode = 3;
    continue;
  }
  const digest = promotionDigest(spec);
  const same = spec.digest === digest;
  process.stdout.write(`${file}: ${digest} ${same ? "as written" : `(written: ${spec.digest ?? "none"})`}\n`);
  if (same) continue;
  if (!write) process.exitCode = 3;
  else {
    document.setIn(["spec", "digest"], digest);
    writeFileSync(file, document.toString({ lineWidth: 0 }));
  }
}
