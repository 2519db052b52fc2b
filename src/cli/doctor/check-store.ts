/** Checks of what is remembered: the store, its lease, the ledger beside it, the rhythm of runs. */
import { existsSync } from "node:fs";
import type { Instant, Seconds } from "../../core/model.ts";
import type { PolicySet } from "../../core/policy.ts";
import { findRhythm } from "../../core/run-rhythm.ts";
import { formatInstant } from "../../core/time.ts";
import { fine, skipped, type Check } from "../../report/doctor/check.ts";
import { roughly } from "../../report/relative-time.ts";
import { counted } from "../../report/words.ts";
import { readLedgerLines } from "../../store/ledger-lines.ts";
import type { StoreReader } from "../../store/store.ts";
import { verifyLedger } from "../../store/verify-ledger.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { PreviewInvocation, StoreView } from "../invocation.ts";
import { Refusal } from "../refusal.ts";
import { failed, fromError, warning } from "./report.ts";

const RUNS = 500;

export interface StoreChecks {
  readonly checks: readonly Check[];
  /** The usual time between runs; null when it is not known. */
  readonly interval: Seconds | null;
}

export async function checkStore(invocation: PreviewInvocation, policy: PolicySet): Promise<StoreChecks> {
  let view: StoreView;
  try {
    const { globals, ports } = invocation;
    const opened = await ports.openStoreReader(policy.fleet.store, globals.directory);
    if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
    view = opened.port;
  } catch (error) {
    return { checks: [fromError("store", error, invocation.version), ...unread()], interval: null };
  }
  const { reader, ledger } = view;
  if (reader === null) return { checks: [noStore(policy), ...unread()], interval: null };
  try {
    return await checkOpened(invocation, reader, ledger);
  } catch (error) {
    return { checks: [fromError("store", error, invocation.version), ...unread()], interval: null };
  } finally {
    await reader.close();
  }
}

function unread(): Check[] {
  return ["lease", "ledger", "runs"].map((name) => skipped(name, "no store was read"));
}

function noStore({ fleet }: PolicySet): Check {
  const kind = fleet.store?.["kind"];
  return warning(
    "store",
    "doctor/no-store",
    kind === "memory" ? "kind memory: nothing is kept between runs" : "nothing was recorded yet",
    kind === "memory"
      ? "write `store: { kind: sqlite }` in the Fleet."
      : "start `patchring reconcile` by a scheduler.",
  );
}

async function checkOpened(
  { io, globals }: PreviewInvocation,
  reader: StoreReader,
  ledger: string | null,
): Promise<StoreChecks> {
  const now = globals.at ?? io.now();
  const problems = await reader.check();
  const [first] = problems;
  const store: Check =
    first === undefined
      ? fine("store", "whole: every page, row and record is as it was written")
      : {
          name: "store",
          state: problems.every(({ code }) => code === "store/cache-damaged") ? "warning" : "failed",
          code: first.code,
          found: `${first.message}${problems.length === 1 ? "" : ` (and ${counted(problems.length - 1, "more problem")})`}`,
          fix:
            first.code === "store/cache-damaged"
              ? "nothing: the next run builds it anew."
              : "`patchring ledger verify`, then `patchring ledger restore`.",
        };
  const runs = await reader.listRuns({ limit: RUNS });
  return {
    checks: [store, await checkLease(reader, now), await checkLedger(reader, ledger), checkRuns(runs, now)],
    interval: findRhythm(runs, now)?.interval ?? null,
  };
}

async function checkLease(reader: StoreReader, now: Instant): Promise<Check> {
  const lease = await reader.readLease();
  if (lease === null) return fine("lease", "free");
  const { holder, acquiredAt, expiresAt } = lease;
  const words = `${holder}, since ${formatInstant(acquiredAt)}`;
  return expiresAt > now
    ? fine("lease", `held by ${words}, until ${formatInstant(expiresAt)} (in ${roughly(expiresAt - now)})`)
    : warning(
        "lease",
        "doctor/lease",
        `ended ${formatInstant(expiresAt)} (${roughly(now - expiresAt)} ago) and was not given back by ${words}`,
        "nothing, if runs go on: the next one takes over.",
      );
}

/** The whole file, against its chain and the end of the database. */
async function checkLedger(reader: StoreReader, path: string | null): Promise<Check> {
  const { seq, hash } = await reader.readLedgerHead();
  if (path === null) return fine("ledger", "the store keeps no ledger file");
  if (!existsSync(path)) {
    return seq === 0
      ? fine("ledger", "nothing was recorded yet")
      : failed(
          "ledger",
          "doctor/ledger",
          `${path} is gone, and the store has ${counted(seq, "record")}`,
          "put it back from a backup; the next run adds what it lacks.",
        );
  }
  const known = { seq, hash, name: "the store", required: false };
  const { head, finding, behind } = await verifyLedger(readLedgerLines(path), [known]);
  if (finding !== null) {
    return {
      name: "ledger",
      state: "failed",
      code: finding.code,
      found: `${path}:${String(finding.line)}: ${finding.detail}`,
      fix: "`patchring ledger verify` says more; compare the file with a backup.",
    };
  }
  return behind === 0
    ? fine("ledger", `${counted(head.seq, "record")}, the chain is whole and agrees with the store`)
    : warning(
        "ledger",
        "doctor/ledger",
        `the file lacks ${counted(behind, "record")} that the store has`,
        "nothing: the next run adds them.",
      );
}

function checkRuns(runs: Parameters<typeof findRhythm>[0], now: Instant): Check {
  const rhythm = findRhythm(runs, now);
  if (rhythm === null)
    return warning(
      "runs",
      "doctor/no-store",
      "no run was recorded yet",
      "start `patchring reconcile` by a scheduler.",
    );
  const { last, interval, nextAt, isOverdue, longestGap, inDay } = rhythm;
  if (last.startedAt > now + 300) {
    return failed(
      "runs",
      "doctor/clock",
      `the last run began at ${formatInstant(last.startedAt)}, and it is ${formatInstant(now)} here`,
      "set the clock by NTP.",
    );
  }
  const words = `last ${formatInstant(last.startedAt)} (${roughly(Math.max(0, now - last.startedAt))} ago), ${counted(inDay.runs, "run")} in 24 h`;
  if (isOverdue) {
    return failed(
      "runs",
      "doctor/gap",
      `${words}; the next was due ${formatInstant(nextAt!)}, one every ${roughly(interval!)}`,
      "look at the scheduler and its log.",
    );
  }
  if (last.summary !== null && last.summary.exitCode !== 0) {
    return warning(
      "runs",
      "doctor/last-run",
      `${words}; the last ended with exit ${String(last.summary.exitCode)}`,
      `\`patchring runs show ${last.id}\``,
    );
  }
  if (longestGap !== null && interval !== null && longestGap.seconds > 2 * interval) {
    return warning(
      "runs",
      "doctor/gap",
      `${words}; ${roughly(longestGap.seconds)} without one from ${formatInstant(longestGap.from)}`,
      "look at the scheduler and its log.",
    );
  }
  return fine("runs", `${words}${interval === null ? "" : `, one every ${roughly(interval)}`}`);
}
