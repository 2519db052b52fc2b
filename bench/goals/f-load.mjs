/** Goal f: loading a large policy repository, and starting the command. */
import path from "node:path";
import { existsSync } from "node:fs";
import { bin } from "../engine.mjs";
import { cacheFolder, writeDocuments } from "../files.mjs";
import { createManyFiles } from "../policy.mjs";
import { runProgram, runTask } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";
import { createRules } from "../rules.mjs";
import { median } from "../statistics.mjs";

const FILES = 1000;
const WANTED = 1.5;
const WANTED_START_MS = 300;

export function measure({ rounds, log }) {
  const folder = path.join(cacheFolder, "v1", `policy-files-${FILES}`);
  if (!existsSync(folder)) writeDocuments(folder, createManyFiles(createRules(500), FILES));
  const loads = [];
  const starts = [];
  for (let round = 0; round < rounds; round++) {
    log(`policy files and start, round ${round + 1} of ${rounds}`);
    loads.push(
      attempt(() => ({ yaml: runTask("load-yaml", { folder }), ours: runTask("load-policy", { folder }) })),
    );
    starts.push(attempt(() => runProgram([bin, "--version"])));
  }
  return [loadRow(loads), startRow(starts)];
}

function loadRow(loads) {
  const what = `${FILES} policy files loaded and validated, against parsing them`;
  const target = `≤ ${WANTED} ×`;
  const failed = loads.find((result) => result.error);
  if (failed) return skipped("f", what, target, failed.error);
  const ratio = median(loads.map(({ ours, yaml }) => ours.ms / yaml.ms));
  const ms = (name) => Math.round(median(loads.map((result) => result[name].ms)));
  return row("f", what, target, {
    measured: `${ratio.toFixed(2)} ×`,
    pass: ratio <= WANTED,
    note: `${ms("ours")} ms against ${ms("yaml")} ms, modules included`,
    value: ratio,
  });
}

function startRow(starts) {
  const target = `≤ ${WANTED_START_MS} ms`;
  const failed = starts.find((result) => result.error);
  if (failed) return skipped("f", "start of the process (--version)", target, failed.error);
  const ms = median(starts.map((result) => result.ms));
  return row("f", "start of the process (--version)", target, {
    measured: `${Math.round(ms)} ms`,
    pass: ms <= WANTED_START_MS,
    value: ms,
  });
}
