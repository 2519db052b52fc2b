/** The lines of the status below what needs a person. */
import type { Instant } from "../../core/model.ts";
import type { RunRhythm } from "../../core/run-rhythm.ts";
import type { StatusModel } from "../../core/status.ts";
import { formatInstant } from "../../core/time.ts";
import { roughly } from "../relative-time.ts";
import { counted, formatCount, formatShare } from "../words.ts";
import { bad, ok, whenText, type StatusRow } from "./pieces.ts";
import {
  backendRows,
  budgetRows,
  deadlineRows,
  failingRows,
  forgeRows,
  ringRow,
  standingRows,
} from "./policy-rows.ts";
import { troubleWords, type StatusTrouble, type StoreState } from "./trouble.ts";

export function statusRows(
  model: StatusModel,
  store: StoreState,
  troubles: readonly StatusTrouble[],
): readonly StatusRow[] {
  const troubleOf = (part: StatusTrouble["part"]): StatusTrouble | null =>
    troubles.find((one) => one.part === part) ?? null;
  return [
    ...runRows(model, store, troubleOf("store")),
    ...snapshotRows(model, troubleOf("snapshot")),
    ...deadlineRows(model),
    ...model.rings.map((ring) => ringRow(ring, model)),
    ...forgeRows(model, troubleOf("forge")),
    ...failingRows(model),
    ...standingRows(model),
    ...budgetRows(model),
    ...backendRows(model),
  ];
}

function runRows(
  { runs, at, actions }: StatusModel,
  store: StoreState,
  trouble: StatusTrouble | null,
): StatusRow[] {
  if (trouble !== null) return [bad("Runs", troubleWords(trouble))];
  if (store === "left-out") return [ok("Runs", "not looked at: with --snapshot no store is opened")];
  if (runs === null) {
    return [ok("Runs", "none recorded yet: `patchring reconcile` records them in the store")];
  }
  const { last, inDay, interval, expectedInDay, nextAt, isOverdue } = runs;
  const next =
    nextAt === null
      ? "next not known: too few runs to tell how often"
      : `next ${isOverdue ? "was " : ""}due ${whenText(nextAt, at)}, one every ${roughly(interval!)}`;
  const isFew = expectedInDay !== null && inDay.runs < expectedInDay - 1;
  return [
    {
      label: "Runs",
      text: `last ${whenText(last.startedAt, at)}: ${lastText(runs, at)}`,
      isBad: last.summary !== null && last.summary.exitCode !== 0,
    },
    { label: "", text: next, isBad: isOverdue },
    { label: "", text: dayText(runs), isBad: isFew || inDay.troubled > 0 },
    ...(actions === null ? [] : actionRows(actions, at)),
  ];
}

function lastText({ last, lastSuccess }: RunRhythm, at: Instant): string {
  const { summary, startedAt, finishedAt } = last;
  const took = finishedAt === null ? "" : ` in ${roughly(Math.max(0, finishedAt - startedAt))}`;
  const how =
    summary === null
      ? "goes on, or was cut off"
      : `${summary.exitCode === 0 ? "ok" : `exit ${summary.exitCode}`}${took}, ${summary.changed ? "something changed" : "nothing changed"}`;
  if (summary?.exitCode === 0) return how;
  return `${how}; ${lastSuccess === null ? "none has succeeded" : `last ok ${whenText(lastSuccess.startedAt, at)}`}`;
}

function dayText({ inDay, expectedInDay, interval, longestGap }: RunRhythm): string {
  const parts = [
    [inDay.quiet, inDay.quiet === 1 ? "heartbeat" : "heartbeats"],
    [inDay.changed, "with changes"],
    [inDay.troubled, "with trouble"],
    [inDay.unfinished, "unfinished"],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  const expected = expectedInDay === null ? "" : ` of ${formatCount(Math.max(inDay.runs, expectedInDay))}`;
  const gap =
    longestGap === null || interval === null || longestGap.seconds <= 2 * interval
      ? ""
      : `; longest gap ${roughly(longestGap.seconds)}, from ${formatInstant(longestGap.from)}`;
  const runs = expected === "" && inDay.runs === 1 ? "run" : "runs";
  return `${formatCount(inDay.runs)}${expected} ${runs} in 24 h${shown.length === 0 ? "" : `: ${shown.join(", ")}`}${gap}`;
}

function actionRows(
  { onTheWay, unknown, unverified, oldestAt }: NonNullable<StatusModel["actions"]>,
  at: Instant,
): StatusRow[] {
  if (onTheWay + unknown + unverified === 0) return [];
  const parts = [
    ...(onTheWay === 0 ? [] : [`${formatCount(onTheWay)} on the way`]),
    ...(unknown === 0 ? [] : [`${formatCount(unknown)} of unknown outcome`]),
    ...(unverified === 0 ? [] : [`${formatCount(unverified)} answered with success and not to be seen`]),
  ];
  const oldest = oldestAt === null ? "" : `; the oldest sent ${whenText(oldestAt, at)}`;
  return [{ label: "Actions", text: `${parts.join(", ")}${oldest}`, isBad: unknown + unverified > 0 }];
}

function snapshotRows(
  { snapshot, drift, scheduled, at }: StatusModel,
  trouble: StatusTrouble | null,
): StatusRow[] {
  if (snapshot === null) {
    const words = trouble === null ? "not read" : troubleWords(trouble);
    return [bad("Snapshot", words)];
  }
  const { takenAt, complete, isDoubtful, fleet } = snapshot;
  const { all, measured, stale, neverScanned } = fleet.devices;
  const unmeasured = [
    ...(stale === 0 ? [] : [`${formatCount(stale)} stale`]),
    ...(neverScanned === 0 ? [] : [`${formatCount(neverScanned)} never scanned`]),
  ];
  const devices = `${formatShare({ part: measured, whole: all })} devices measured${unmeasured.length === 0 ? "" : `, ${unmeasured.join(", ")}`}`;
  const level = `patch level: ${formatShare(fleet.patchLevel)} measured devices lack no security patch`;
  return [
    {
      label: "Snapshot",
      text: `taken ${whenText(takenAt, at)}${complete ? "" : ", INCOMPLETE: the backend stopped half way"}; ${devices}`,
      isBad: !complete || isDoubtful || all === 0,
    },
    ok("", `${level}; policy and backend agree on ${formatShare(fleet.conformance)} facts`),
    ...(drift === null ? [] : [ok("Drift", driftText(drift, scheduled))]),
  ];
}

function driftText(
  { actions, devices, destructive }: NonNullable<StatusModel["drift"]>,
  scheduled: number,
): string {
  const parts = Object.entries(actions).flatMap(([action, count]) =>
    count === 0 ? [] : [`${formatCount(count)} ${action}`],
  );
  const later = scheduled === 0 ? "" : `; ${formatCount(scheduled)} wait for a window or a date`;
  if (parts.length === 0) return `none: the backend is as policy wants it${later}`;
  const danger = destructive === 0 ? "" : `, ${formatCount(destructive)} destructive`;
  return `${parts.join(", ")} on ${counted(devices, "device")} until the backend is as policy wants it${danger}${later}`;
}
