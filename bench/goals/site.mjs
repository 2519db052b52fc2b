/** site: `report site`: time to build, size of the file, and how soon a browser is ready. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { bin } from "../engine.mjs";
import { cacheFolder, ensurePolicy, ensureSnapshot } from "../files.mjs";
import { AT } from "../policy.mjs";
import { runProgram, runTask } from "../processes.mjs";
import { attempt, row, skipped } from "../rows.mjs";

const ONE = { devices: 5000, seconds: 10, megabytes: 5, openMs: 1000 };
const SPLIT = { devices: 100_000, seconds: 120 };

export function measure({ quick, log }) {
  log(`status pages of ${ONE.devices} devices`);
  const one = attempt(() => build(ONE.devices, false));
  const rows = one.error ? [skipped("site", "status pages", "", one.error)] : describeOne(one);
  if (quick) return rows;
  log(`status pages of ${SPLIT.devices} devices, split by client`);
  const split = attempt(() => build(SPLIT.devices, true));
  return [...rows, describeSplit(split)];
}

function build(devices, isSplit) {
  const policy = ensurePolicy({ rules: 200, full: true });
  const snapshot = ensureSnapshot({ rules: 200, full: true, devices });
  const out = path.join(cacheFolder, isSplit ? "sites" : "site.html");
  rmSync(out, { recursive: true, force: true });
  const split = isSplit ? ["--split", "client"] : [];
  const words = ["report", "site", "-C", policy, "--snapshot", snapshot, "--at", AT, "--out", out, ...split];
  return { ...runProgram([bin, ...words]), out };
}

function describeOne({ ms, peakBytes, out }) {
  const facts = `${ONE.devices} devices, ${(ONE.devices * 100) / 1e6} M facts`;
  const megabytes = statSync(out).size / 1e6;
  const opened = attempt(() => runTask("open-site", { file: out }));
  const what = "status pages in a browser until they can be used";
  return [
    row("site", `status pages of ${facts}, cold`, `< ${ONE.seconds} s`, {
      measured: `${(ms / 1000).toFixed(1)} s`,
      pass: ms < ONE.seconds * 1000,
      note: `peak ${Math.round(peakBytes / 1e6)} MB`,
      value: ms,
    }),
    row("site", "size of the one file", `< ${ONE.megabytes} MB`, {
      measured: `${megabytes.toFixed(1)} MB`,
      pass: megabytes < ONE.megabytes,
      value: megabytes,
    }),
    opened.error
      ? skipped("site", what, `< ${ONE.openMs} ms`, opened.error)
      : row("site", what, `< ${ONE.openMs} ms`, {
          measured: `${Math.round(opened.readyMs)} ms`,
          pass: opened.readyMs < ONE.openMs,
          note: `${Math.round(opened.threadMs)} ms of the page's own thread; the median of 5`,
          value: opened.readyMs,
        }),
  ];
}

function describeSplit(split) {
  const what = `status pages of ${SPLIT.devices} devices, split by client, cold`;
  if (split.error) return skipped("site", what, `< ${SPLIT.seconds} s`, split.error);
  const files = existsSync(split.out) ? readdirSync(split.out) : [];
  const largest = Math.max(0, ...files.map((file) => statSync(path.join(split.out, file)).size));
  return row("site", what, `< ${SPLIT.seconds} s`, {
    measured: `${(split.ms / 1000).toFixed(1)} s`,
    pass: split.ms < SPLIT.seconds * 1000,
    note: `${files.length} files, the largest ${(largest / 1e6).toFixed(1)} MB; peak ${Math.round(split.peakBytes / 1e6)} MB`,
    value: split.ms,
  });
}
