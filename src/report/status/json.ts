/** `patchring.status/1`: minor versions only add. Instants are RFC 3339 text in UTC, lengths of time seconds. */
import type { Instant } from "../../core/model.ts";
import type { RecordedRun, RunRhythm } from "../../core/run-rhythm.ts";
import type { StatusModel } from "../../core/status.ts";
import type { StandingStatement } from "../../core/status-statements.ts";
import { formatInstant } from "../../core/time.ts";
import { noticeJson } from "../notices/json.ts";
import type { StatusTrouble, StoreState } from "./trouble.ts";

export interface StatusJsonOptions {
  readonly store: StoreState;
  readonly troubles: readonly StatusTrouble[];
}

export function statusJson(model: StatusModel, { store, troubles }: StatusJsonOptions): object {
  const { snapshot, requests, actions, brakes } = model;
  return {
    format: "patchring.status/1",
    at: formatInstant(model.at),
    fleet: model.fleet,
    mode: model.mode,
    policy: model.policy,
    notices: model.notices.map(noticeJson),
    store,
    troubles: troubles.map(({ part, diagnostics }) => ({
      part,
      errors: diagnostics.map(({ code, summary, detail, fix }) => ({ code, summary, detail, fix })),
    })),
    runs: model.runs === null ? null : runsJson(model.runs),
    actions: actions === null ? null : { ...actions, oldestAt: instantOf(actions.oldestAt) },
    snapshot:
      snapshot === null
        ? null
        : {
            takenAt: formatInstant(snapshot.takenAt),
            ageSeconds: snapshot.age,
            doubtful: snapshot.isDoubtful,
            complete: snapshot.complete,
            ...snapshot.fleet,
          },
    drift: model.drift,
    scheduled: model.scheduled,
    deadlines: model.deadlines,
    rings: model.rings.map(({ promotion, ...ring }) => ({
      ...ring,
      promotion: promotion === null ? null : { ...promotion, soakEndsAt: instantOf(promotion.soakEndsAt) },
    })),
    requests: requests?.map((one) => ({ ...one, mergeBy: instantOf(one.mergeBy) })) ?? null,
    failing: model.failing,
    brakes: brakes.map(({ ring, patch, setAt, failed, eligible, request }) => ({
      ring,
      patch,
      setAt: formatInstant(setAt),
      failed,
      eligible,
      request,
    })),
    stops: model.standing.stops.map(standingJson),
    exceptions: model.standing.exceptions.map(standingJson),
    guards: model.guards,
    backend: model.backend,
  };
}

function instantOf(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

function standingJson({ until, ...rest }: StandingStatement): object {
  return { ...rest, until: instantOf(until) };
}

function runsJson({ last, lastSuccess, interval, longestGap, nextAt, ...rest }: RunRhythm): object {
  return {
    last: runHead(last),
    lastSuccess: lastSuccess === null ? null : runHead(lastSuccess),
    ...rest,
    intervalSeconds: interval,
    longestGap:
      longestGap === null
        ? null
        : {
            seconds: longestGap.seconds,
            from: formatInstant(longestGap.from),
            to: formatInstant(longestGap.to),
          },
    nextAt: instantOf(nextAt),
  };
}

function runHead({ id, startedAt, finishedAt, summary }: RecordedRun): object {
  return {
    id,
    startedAt: formatInstant(startedAt),
    finishedAt: instantOf(finishedAt),
    exitCode: summary?.exitCode ?? null,
    changed: summary?.changed ?? null,
  };
}
